package datatest

import (
	"errors"
	"testing"
	"time"

	"twodoors/data"
)

var changed = map[string]promise{
	"Nothing":         forAnAccountOfBefore("", false, false, false),
	"Password":        forAnAccountOfBefore("UPDATE users SET password_hash = 'new', session_generation = session_generation + 1", true, true, true),
	"Disabled":        forAnAccountOfBefore("UPDATE users SET disabled = TRUE", true, true, true),
	"Deleted":         forAnAccountOfBefore("DELETE FROM users", true, true, true),
	"Role":            forAnAccountOfBefore("UPDATE users SET role = 'admin'", true, false, false), // a token states the role
	"PasswordAtOnce":  newPasswordOutlivesNoLogin,
	"SpendingAfterIt": spendingMeetsTheAccountAsItIs,
}

// A1: what a login with an account of before would leave is not written, whatever has
// changed since, and is written for the account as it is.
func forAnAccountOfBefore(change string, refusesToken, refusesSession, refusesPassword bool) promise {
	return func(t *testing.T, s *site) {
		ada := s.user(t, "ada", "user")
		if change != "" {
			s.administer(t, change)
		}
		signed := data.Signature{KeyID: "k", Expires: s.soon}
		family := data.NewFamily{User: ada, Hash: []byte("h"), Expires: s.soon, Ends: s.soon, Beside: signed}
		expectRefused(t, "family", refusesToken, s.db.RefreshTokens.Begin(t.Context(), family, s.now))
		expectRefused(t, "access token", refusesToken, s.db.Issued.Count(t.Context(), ada, signed, s.now))
		expectRefused(t, "session", refusesSession, s.db.Sessions.Insert(t.Context(), "h", ada, []byte("x"), s.soon))

		want := 2 // one with the family, and one alone
		if refusesToken {
			want = 0
		}
		if out, err := s.db.Issued.Out(t.Context(), "k", s.now); err != nil || out != want {
			t.Errorf("%d tokens are counted, want %d: %v", out, want, err)
		}
		_, err := s.db.RefreshTokens.Find(t.Context(), []byte("h"))
		if refusesToken && err != data.ErrNotFound || !refusesToken && err != nil {
			t.Errorf("refresh token: %v", err)
		}
		_, err = s.db.Sessions.Find(t.Context(), "h", s.now)
		if refusesSession && err != data.ErrNotFound || !refusesSession && err != nil {
			t.Errorf("session: %v", err)
		}
		_, err = s.db.Users.SetPassword(t.Context(), ada, "newer", s.now)
		expectRefused(t, "password", refusesPassword, err)
	}
}

func expectRefused(t *testing.T, what string, refused bool, err error) {
	t.Helper()
	if errors.Is(err, data.ErrChanged) != refused || !refused && err != nil {
		t.Errorf("%s: %v, want it to be refused: %t", what, err, refused)
	}
}

// A1: a password that changes at the same moment as somebody logs in leaves no family and
// no session of the login, whichever comes first.
func newPasswordOutlivesNoLogin(t *testing.T, s *site) {
	ada := s.user(t, "ada", "user")
	elsewhere := s.server(t)
	for range 10 {
		changing := make(chan data.User, 1)
		go func() {
			after, err := elsewhere.Users.SetPassword(t.Context(), ada, "new", s.now)
			if err != nil {
				t.Error(err)
			}
			changing <- after
		}()
		err := s.db.RefreshTokens.Begin(t.Context(), data.NewFamily{User: ada, Hash: []byte("h"), Expires: s.soon, Ends: s.soon}, s.now)
		if err != nil && !errors.Is(err, data.ErrChanged) {
			t.Error(err)
		}
		if ada = <-changing; t.Failed() {
			return
		}
		if n := s.count(t, "SELECT count(*) FROM refresh_families WHERE ended_at IS NULL"); n != 0 {
			t.Fatalf("%d families are left", n)
		}
		s.administer(t, "DELETE FROM refresh_families")
	}
}

// A1, S8: using a refresh token meets the account as it is at that moment.
func spendingMeetsTheAccountAsItIs(t *testing.T, s *site) {
	ada := s.user(t, "ada", "user")
	s.family(t, ada, "1")
	s.administer(t, "UPDATE users SET role = 'admin'")
	fate, user := s.spend(t, s.db, "1", "2", time.Second, s.now)
	if fate != data.Spent || user.Role != "admin" || user.ID != ada.ID || user.Username != "ada" || user.SessionGeneration != ada.SessionGeneration {
		t.Errorf("%v %+v", fate, user)
	}
	for _, want := range []data.Fate{data.Disabled, data.Gone} {
		s.administer(t, "UPDATE users SET disabled = TRUE")
		if fate, _ := s.spend(t, s.db, "2", "3", time.Second, s.now); fate != want {
			t.Errorf("%v, want %v", fate, want)
		}
		s.administer(t, "UPDATE users SET disabled = FALSE")
	}
}
