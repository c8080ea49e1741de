package app_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"twodoors/data"
	"twodoors/views"
	"twodoors/web/app"
	"twodoors/web/edge"
	"twodoors/web/login"
	"twodoors/web/seat"
	"twodoors/web/session"
	"twodoors/web/token"
	"twodoors/web/trace"
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
	http.Handler
	seat string
}

func newSite(b *testing.B, store string) benchSite {
	db, err := data.Open(b.Context(), filepath.Join(b.TempDir(), "t.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	desk := login.NewDesk(db.Users, time.Now)
	if err := desk.OpenDemo(b.Context()); err != nil {
		b.Fatal(err)
	}
	keys, err := token.LoadKeys(b.Context(), db.Keys, token.HS256)
	if err != nil {
		b.Fatal(err)
	}
	kept := session.NewMemoryStore(1, time.Now)
	if store == "sqlite" {
		kept = session.NewSQLiteStore(db.Sessions, time.Now)
	}
	a := &app.App{
		Identity: edge.Identity{Server: 1, PID: 1, Start: 1}, Desk: desk, Ready: db.Ping,
		Session: session.New(session.Config{Store: kept, Users: db.Users, Idle: 20 * time.Minute, Lifetime: 12 * time.Hour, Now: time.Now}),
		Token:   token.New(token.Config{Keys: keys, Lifetime: time.Hour, Now: time.Now}),
		Page:    func(string, string) views.Page { return views.Page{} },
	}
	seats := seat.New(make([]byte, 32))
	facing := edge.Facing{Identity: a.Identity, Hosts: edge.NewHosts(nil), Seats: seats, Log: trace.NewLog(), Now: time.Now}
	return benchSite{facing.Visitors(edge.SameOrigin(a.Handler())), seats.Find(httptest.NewRequest("GET", "/", nil)).Value}
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
