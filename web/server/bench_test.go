package server_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"twodoors/tests/server"
)

// BenchmarkRequest is the whole of a request to a server that runs alone, without
// the network: edge, trace, routes, door, handler, and keeping the trace.
func BenchmarkRequest(b *testing.B) {
	for _, store := range []string{"memory", "sqlite"} {
		b.Run("session "+store, func(b *testing.B) {
			site := newSite(b, store)
			in := site.logIn(b, "/api/session/login")
			site.measure(b, "/api/session/me", "Cookie", in.Header().Get("Set-Cookie"))
		})
	}
	b.Run("token", func(b *testing.B) {
		site := newSite(b, "memory")
		var issued struct {
			AccessToken string `json:"access_token"`
		}
		if err := json.Unmarshal(site.logIn(b, "/api/token/login").Body.Bytes(), &issued); err != nil {
			b.Fatal(err)
		}
		site.measure(b, "/api/token/me", "Authorization", "Bearer "+issued.AccessToken)
	})
}

type benchSite struct {
	*server.Server
	seat string
}

func newSite(b *testing.B, store string) benchSite {
	s := server.New(b, store)
	return benchSite{s, s.Seats.Make().Value}
}

func (s benchSite) logIn(b *testing.B, path string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", "http://localhost"+path, strings.NewReader(`{"username":"ada","password":"lovelace"}`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Seat", s.seat)
	w := httptest.NewRecorder()
	if s.ServeHTTP(w, r); w.Code != 200 {
		b.Fatal(w.Body)
	}
	return w
}

func (s benchSite) measure(b *testing.B, path, name, value string) {
	value, _, _ = strings.Cut(value, ";")
	r := httptest.NewRequest("GET", "http://localhost"+path, nil)
	r.Header.Set(name, value)
	r.Header.Set("Seat", s.seat)
	b.ReportAllocs()
	for b.Loop() {
		w := quietWriter{http.Header{}}
		s.ServeHTTP(w, r)
	}
}

type quietWriter struct{ header http.Header }

func (w quietWriter) Header() http.Header       { return w.header }
func (quietWriter) Write(p []byte) (int, error) { return len(p), nil }
func (quietWriter) WriteHeader(status int) {
	if status != http.StatusOK {
		panic(http.StatusText(status))
	}
}
