package session_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"maps"
	"math"
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
	kind string // of its store
}

// eachStore runs a test on a door with each store; wrap may put something between.
func eachStore(t *testing.T, wrap func(session.Store) session.Store, test func(t *testing.T, s site)) {
	for kind := range stores {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			test(t, openSite(t, kind, wrap))
		})
	}
}

func openSite(t testing.TB, kind string, wrap func(session.Store) session.Store) site {
	t.Helper()
	db, user := openDatabase(t)
	store := stores[kind](t, db, time.Now)
	if wrap != nil {
		store.Store = wrap(store.Store)
	}
	d := session.New(session.Config{Store: store.Store, Users: db.Users, Now: time.Now}, session.Rules{Idle: time.Hour, Lifetime: time.Hour})
	return site{d, user, kind}
}

func openDatabase(t testing.TB) (*data.DB, data.User) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "t.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	user, err := db.Users.Create(t.Context(), "ada", "ada", "", "user", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return db, user
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
	ctx := door.WithClient(r.Context(), &door.Client{Secure: secure})
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
	logins := 100_000
	if testing.Short() {
		logins = 10_000
	}
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
		if math.Abs(float64(n-logins/2)) > 3*math.Sqrt(float64(logins)) { // six standard deviations
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

// gate holds writes back until they are let go.
type gate struct {
	session.Store
	mu            sync.Mutex
	reached, open chan struct{} // nil: writes pass
}

func (g *gate) Insert(ctx context.Context, idHash string, user data.User, kept []byte, end time.Time) error {
	g.pass()
	return g.Store.Insert(ctx, idHash, user, kept, end)
}

func (g *gate) Update(ctx context.Context, idHash string, kept []byte, end time.Time) error {
	g.pass()
	return g.Store.Update(ctx, idHash, kept, end)
}

func (g *gate) pass() {
	g.mu.Lock()
	reached, open := g.reached, g.open
	g.mu.Unlock()
	if reached != nil {
		reached <- struct{}{}
		<-open
	}
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

// hearing notes the hashes that a store is given.
type hearing struct {
	session.Store
	heard map[string]bool
}

func (h hearing) Find(ctx context.Context, idHash string) ([]byte, error) {
	h.heard[idHash] = true
	return h.Store.Find(ctx, idHash)
}

func (h hearing) Insert(ctx context.Context, idHash string, user data.User, kept []byte, end time.Time) error {
	h.heard[idHash] = true
	return h.Store.Insert(ctx, idHash, user, kept, end)
}

func (h hearing) Update(ctx context.Context, idHash string, kept []byte, end time.Time) error {
	h.heard[idHash] = true
	return h.Store.Update(ctx, idHash, kept, end)
}

func (h hearing) Delete(ctx context.Context, idHash string) error {
	h.heard[idHash] = true
	return h.Store.Delete(ctx, idHash)
}

// S9: whatever a door does, its store is given the hash of the id and never the id.
func TestStoresAreGivenHashes(t *testing.T) {
	t.Parallel()
	heard := map[string]bool{}
	s := openSite(t, "memory", func(kept session.Store) session.Store { return hearing{kept, heard} })
	later := s.Config
	later.Now = func() time.Time { return time.Now().Add(s.Rules().Idle / 2) } // so that it saves
	sent := s.login(t, false)
	next := s.login(t, false, sent)
	if _, err := session.New(later, *s.Rules()).Authorize(request(false, next), door.AnyRole); err != nil {
		t.Fatal(err)
	}
	if err := s.Logout(httptest.NewRecorder(), request(false, next)); err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{hashOf(sent.Value): true, hashOf(next.Value): true}
	if !maps.Equal(heard, want) {
		t.Errorf("heard %v, want %v", heard, want)
	}
}

func hashOf(id string) string {
	sum := sha256.Sum256([]byte(id))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
