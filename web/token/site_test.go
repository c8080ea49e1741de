package token_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"twodoors/data"
	"twodoors/data/sqlite"
	"twodoors/web/token"
)

// TestMain keeps a line for each login out of the output.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	os.Exit(m.Run())
}

// site is a door on a database of its own, with the one account that logs in there.
type site struct {
	*token.Door
	db    *data.DB
	ring  *token.KeyStore
	user  data.User
	path  string
	ahead *atomic.Int64 // nanoseconds that the clock was moved by
}

func openSite(t testing.TB, algorithm string) site {
	t.Helper()
	s := site{path: filepath.Join(t.TempDir(), "t.db"), ahead: &atomic.Int64{}}
	var err error
	if s.db, err = sqlite.Open(t.Context(), s.path); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.db.Close() })
	if s.user, err = s.db.Users.Create(t.Context(), "ada", "ada", "", "user", time.Now()); err != nil {
		t.Fatal(err)
	}
	s.ring = &token.KeyStore{Table: s.db.Keys, Now: s.now}
	keys, err := s.ring.Load(t.Context(), token.Signing{Algorithm: algorithm})
	if err != nil {
		t.Fatal(err)
	}
	s.Door = token.New(token.Config{Issuer: issuer(), RefreshTokens: s.db.RefreshTokens, Revoked: s.db.Revoked, Issued: s.db.Issued, Secret: make([]byte, 32), Now: s.now},
		token.Rules{Keys: keys, Lifetime: 5 * time.Minute, RefreshLifetime: time.Hour, RefreshGrace: token.Grace})
	return s
}

func (s site) now() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }

func (s site) login(t testing.TB) token.Issued {
	t.Helper()
	issued, err := s.Login(post(), s.user)
	if err != nil {
		t.Fatal(err)
	}
	return issued
}

func post() *http.Request { return httptest.NewRequest("POST", "/", nil) }
