package edge_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"twodoors/web/door"
	"twodoors/web/edge"
	"twodoors/web/turns"
)

// gated is a gate before a handler.
func gated(gate *turns.Gate, handler http.HandlerFunc) http.Handler {
	page := func(w http.ResponseWriter, _ *http.Request, status int, detail string) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		io.WriteString(w, "<p>"+detail)
	}
	return edge.Turns{Gate: gate, ErrorPage: page}.Before(handler)
}

// send sends a request of somebody through a handler.
func send(ctx context.Context, handler http.Handler, from door.Client, method, path string, body io.Reader) *httptest.ResponseRecorder {
	w, r := httptest.NewRecorder(), httptest.NewRequest(method, path, body)
	handler.ServeHTTP(w, r.WithContext(door.WithClient(ctx, &from)))
	return w
}

// L5: of 300 logins at once from one address one is served at a time, as befits two processors, and none
// is refused; other requests do not wait.
func TestLoginsAreServedInTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var now, most, served atomic.Int64
		site := gated(turns.New(2), func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				most.Store(max(most.Load(), now.Add(1)))
				time.Sleep(30 * time.Millisecond)
				now.Add(-1)
			}
			w.WriteHeader(http.StatusOK)
		})
		paths := []string{"/session/login", "/api/session/login", "/api/token/login", "/signup", "/api/signup", "/api/account/password"}
		for i := range 300 {
			go func() {
				from := door.Client{Address: "192.0.2.1", Seat: fmt.Sprint(i)}
				if got := send(t.Context(), site, from, http.MethodPost, paths[i%len(paths)], strings.NewReader("{}")); got.Code == http.StatusOK {
					served.Add(1)
				}
			}()
		}
		synctest.Wait()
		for _, other := range [][2]string{{"GET", "/session/login"}, {"POST", "/api/token/refresh"}, {"GET", "/api/session/me"}} {
			before := time.Now()
			if other[0] == "GET" && send(t.Context(), site, door.Client{Address: "192.0.2.1"}, other[0], other[1], nil).Code != 200 || time.Since(before) > 0 {
				t.Errorf("%v waits", other)
			}
		}
		time.Sleep(turns.MaxWait)
		synctest.Wait()
		if most.Load() != 1 || served.Load() != 300 {
			t.Errorf("%d at once, %d served", most.Load(), served.Load())
		}
	})
}

// A4: a seat that has logged in is served before those that came earlier and never did; a wrong password
// makes no seat known.
func TestSeatThatLoggedInIsServedFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		status, mu, order := http.StatusSeeOther, sync.Mutex{}, []string{}
		site := gated(turns.New(2), func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(time.Second)
			mu.Lock()
			defer mu.Unlock()
			order = append(order, door.ClientOf(r.Context()).Seat)
			w.WriteHeader(status)
		})
		logIn := func(seat string) {
			send(t.Context(), site, door.Client{Address: "a", Seat: seat}, http.MethodPost, "/session/login", nil)
		}
		logIn("knows")
		status = http.StatusUnauthorized
		logIn("guesses")
		order = nil
		for _, seat := range []string{"new1", "new2", "new3", "guesses", "knows"} {
			go logIn(seat)
			synctest.Wait()
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if got := strings.Join(order, " "); got != "new1 new2 knows new3 guesses" {
			t.Error(got)
		}
	})
}

// L5: whoever goes away while a hash is computed keeps the turn until its end, so that coming and going
// begins no more hashes than may run; whoever sends a body slowly has no turn meanwhile.
func TestTurnLastsAsLongAsItsHash(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int64
		site := gated(turns.New(2), func(_ http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			most.Store(max(most.Load(), now.Add(1)))
			defer now.Add(-1)
			select {
			case <-r.Context().Done():
				t.Error("a hash is broken off")
			case <-time.After(time.Second):
			}
		})
		slow, body := io.Pipe()
		go send(t.Context(), site, door.Client{Address: "slow"}, http.MethodPost, "/api/signup", slow)
		gone, cancel := context.WithCancel(t.Context())
		go send(gone, site, door.Client{Address: "a"}, http.MethodPost, "/api/signup", strings.NewReader("{}"))
		synctest.Wait()
		cancel()
		go send(t.Context(), site, door.Client{Address: "a"}, http.MethodPost, "/api/signup", strings.NewReader("{}"))
		synctest.Wait()
		body.Close()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if most.Load() != 1 {
			t.Errorf("%d at once", most.Load())
		}
	})
}

// A request that gets no turn is answered with a sentence and a time, in JSON or on a page.
func TestWithoutATurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hold := make(chan struct{})
		gate := turns.New(2)
		site := gated(gate, func(http.ResponseWriter, *http.Request) { <-hold })
		from := door.Client{Address: "a", Seat: "s"}
		for range 11 {
			go send(t.Context(), site, from, http.MethodPost, "/api/signup", nil)
			synctest.Wait()
		}
		for path, want := range map[string]string{"/api/signup": `"detail":"Your earlier request`, "/signup": "<p>Your earlier request"} {
			got := send(t.Context(), site, from, http.MethodPost, path, nil)
			if got.Code != http.StatusTooManyRequests || got.Header().Get("Retry-After") != "5" || !strings.Contains(got.Body.String(), want) {
				t.Errorf("%s: %d %s", path, got.Code, got.Body)
			}
		}
		shown := httptest.NewRecorder()
		ask := httptest.NewRequest(http.MethodGet, "/api/turns", nil)
		edge.Turns{Gate: gate}.Show(shown, ask.WithContext(door.WithClient(t.Context(), &from)))
		if got := strings.TrimSpace(shown.Body.String()); got != `{"before":0,"waiting":true}` {
			t.Error(got)
		}
		close(hold)
		synctest.Wait()
	})
}
