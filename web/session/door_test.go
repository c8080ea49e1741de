package session_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"twodoors/data"
	"twodoors/data/sqlite"
	"twodoors/web/door"
	"twodoors/web/session"
	"twodoors/web/trace"
)

// TestMain keeps a line for each of a million logins out of the output.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	os.Exit(m.Run())
}

// site is a door, with the one account that logs in there.
type site struct {
	*session.Door
	user data.User
	path string
}

// eachStore runs a test on a door with each store; wrap may put something between.
func eachStore(t *testing.T, wrap func(session.Store) session.Store, test func(t *testing.T, s site)) {
	for _, store := range []string{"memory", "sqlite"} {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			test(t, openSite(t, store, wrap))
		})
	}
}

func openSite(t testing.TB, store string, wrap func(session.Store) session.Store) site {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.db")
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	user, err := db.Users.Create(t.Context(), "ada", "ada", "", "user", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	kept := session.NewMemoryStore(1, time.Now)
	if store == "sqlite" {
		kept = session.NewSQLiteStore(db.Sessions, time.Now)
	}
	if wrap != nil {
		kept = wrap(kept)
	}
	d := session.New(session.Config{Store: kept, Users: db.Users, Now: time.Now}, session.Rules{Idle: time.Hour, Lifetime: time.Hour})
	return site{d, user, path}
}

func (s site) login(t testing.TB, secure bool, cookies ...*http.Cookie) *http.Cookie {
	t.Helper()
	w := httptest.NewRecorder()
	if err := s.Login(w, request(secure, cookies...), s.user); err != nil {
		t.Fatal(err)
	}
	return w.Result().Cookies()[0]
}

func request(secure bool, cookies ...*http.Cookie) *http.Request {
	r := httptest.NewRequest("GET", "/", nil)
	for _, cookie := range cookies {
		r.AddCookie(cookie)
	}
	ctx := door.Arrive(r.Context(), &door.Arrival{Secure: secure})
	return r.WithContext(trace.With(ctx, trace.Begin(trace.NewID(), r, time.Now())))
}

// status is that of a refusal, 200 for none.
func status(err error) int {
	if refusal, ok := errors.AsType[*door.Refusal](err); ok {
		return refusal.Status
	}
	return http.StatusOK
}

// S1: ids are 256 bits that look drawn at random, one by one, and none comes twice.
func TestIdsAreRandom(t *testing.T) {
	t.Parallel()
	const logins = 100_000
	s := openSite(t, "memory", nil)
	seen := make(map[string]bool, logins)
	var ones [43 * 6]int
	for range logins {
		id := s.login(t, false).Value
		if seen[id] {
			t.Fatalf("twice: %s", id)
		}
		seen[id] = true
		for i := range id {
			six := strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", id[i])
			for bit := range 6 {
				ones[i*6+bit] += six >> (5 - bit) & 1
			}
		}
	}
	for bit, n := range ones[:256] {
		if n < logins*49/100 || n > logins*51/100 { // six standard deviations
			t.Errorf("bit %d is set in %d of %d ids", bit, n, logins)
		}
	}
}

// S3: what the cookie is over HTTPS and without, and that neither passes for the
// other: a cookie that was planted over HTTP is none over HTTPS.
func TestCookieAttributes(t *testing.T) {
	t.Parallel()
	eachStore(t, nil, func(t *testing.T, s site) {
		for _, secure := range []bool{false, true} {
			cookie := s.login(t, secure)
			name := map[bool]string{false: "session", true: "__Host-session"}[secure]
			if cookie.Name != name || cookie.Secure != secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode ||
				cookie.Path != "/" || cookie.Domain != "" || cookie.MaxAge != 0 || len(cookie.String()) > 4096 {
				t.Errorf("over HTTPS %t: %s", secure, cookie)
			}
			sent := &http.Cookie{Name: cookie.Name, Value: cookie.Value}
			if _, err := s.Authorize(request(secure, sent), door.AnyRole); err != nil {
				t.Errorf("over HTTPS %t: %v", secure, err)
			}
			if _, err := s.Authorize(request(!secure, sent), door.AnyRole); status(err) != 401 {
				t.Errorf("%s over HTTPS %t: %v", sent.Name, !secure, err)
			}
		}
	})
}

// gate holds commits back until they are let go.
type gate struct {
	session.Store
	mu            sync.Mutex
	reached, open chan struct{} // nil: commits pass
}

func (g *gate) CommitCtx(ctx context.Context, idHash string, kept []byte, end time.Time) error {
	g.mu.Lock()
	reached, open := g.reached, g.open
	g.mu.Unlock()
	if reached != nil {
		reached <- struct{}{}
		<-open
	}
	return g.Store.CommitCtx(ctx, idHash, kept, end)
}

func (g *gate) shut(reached, open chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.reached, g.open = reached, open
}

// S6: a request that has found its session, and saves it after somebody logged
// out or logged in again with it, does not bring it back.
func TestHeldSaveDoesNotReviveASession(t *testing.T) {
	t.Parallel()
	for what, end := range map[string]func(t *testing.T, s site, cookie *http.Cookie){
		"logout": func(t *testing.T, s site, cookie *http.Cookie) {
			if err := s.Logout(httptest.NewRecorder(), request(false, cookie)); err != nil {
				t.Error(err)
			}
		},
		"login again": func(t *testing.T, s site, cookie *http.Cookie) { s.login(t, false, cookie) },
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			wrap := func(kept session.Store) session.Store { return &gate{Store: kept} }
			eachStore(t, wrap, func(t *testing.T, s site) {
				g := s.Store.(*gate)
				sent := s.login(t, false)
				cookie := &http.Cookie{Name: sent.Name, Value: sent.Value}
				reached, open, result := make(chan struct{}), make(chan struct{}), make(chan error)
				g.shut(reached, open)
				later := s.Config
				later.Now = func() time.Time { return time.Now().Add(s.Rules().Idle / 2) } // so that it saves
				ahead := session.New(later, *s.Rules())
				go func() {
					_, err := ahead.Authorize(request(false, cookie), door.AnyRole)
					result <- err
				}()
				<-reached
				g.shut(nil, nil)
				end(t, s, cookie)
				close(open)
				if err := <-result; status(err) != 401 {
					t.Errorf("the held request: %v", err)
				}
				if _, err := s.Authorize(request(false, cookie), door.AnyRole); status(err) != 401 {
					t.Errorf("the old cookie afterwards: %v", err)
				}
			})
		})
	}
}
