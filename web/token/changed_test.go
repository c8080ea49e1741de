package token_test

import (
	"testing"
	"time"

	"twodoors/web/door"
	"twodoors/web/token"
	"twodoors/web/trace"
)

// A1: whose account changed after the password was checked is issued nothing, with
// refresh tokens and without, and the trace says at which step.
func TestLoginOfAnAccountOfBeforeIsIssuedNothing(t *testing.T) {
	t.Parallel()
	for what, change := range map[string]func(t *testing.T, s site){
		"new password": func(t *testing.T, s site) {
			if _, err := s.db.Users.SetPassword(t.Context(), s.user, "new", s.now()); err != nil {
				t.Fatal(err)
			}
		},
		"all sessions ended": func(t *testing.T, s site) {
			if err := s.db.Users.EndSessions(t.Context(), s.user.ID, s.user.SessionGeneration); err != nil {
				t.Fatal(err)
			}
		},
		"another role": func(t *testing.T, s site) {
			if _, err := s.db.Users.Create(t.Context(), "grace", "grace", "", "admin", s.now()); err != nil {
				t.Fatal(err)
			}
			if _, err := s.db.Users.SetRole(t.Context(), "grace", "ada", "admin"); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			s := openSite(t, token.HS256)
			change(t, s)
			s.expectStale(t, trace.RefreshCreate)
			rules := *s.Rules()
			rules.RefreshLifetime = 0
			s.Adopt(rules)
			s.expectStale(t, trace.TokenSign)
			if out, err := s.db.Issued.Out(t.Context(), s.Rules().Keys.Current().ID, s.now()); err != nil || out != 0 {
				t.Errorf("%d tokens are counted: %v", out, err)
			}
			var err error
			if s.user, err = s.db.Users.ByID(t.Context(), s.user.ID); err != nil {
				t.Fatal(err)
			}
			s.login(t)
		})
	}
}

func (s site) expectStale(t *testing.T, reason trace.Name) {
	t.Helper()
	r := post()
	recorded := trace.Begin(trace.NewID(), r, time.Now())
	issued, err := s.Login(r.WithContext(trace.With(r.Context(), recorded)), s.user)
	if err != door.ErrChanged || issued != (token.Issued{}) || recorded.Reason != reason || recorded.User != "" {
		t.Errorf("%v, %+v, refused by %q instead of %q, let in %q", err, issued, recorded.Reason, reason, recorded.User)
	}
}

// A1, S8: an access token that comes with a refresh token states the role that the
// account has when the refresh token is spent.
func TestRefreshStatesTheRoleOfThatMoment(t *testing.T) {
	t.Parallel()
	s := openSite(t, token.HS256)
	first := s.login(t).Refresh
	if _, err := s.db.Users.Create(t.Context(), "grace", "grace", "", "admin", s.now()); err != nil {
		t.Fatal(err)
	}
	for _, role := range []string{"admin", "user"} {
		if _, err := s.db.Users.SetRole(t.Context(), "grace", "ada", role); err != nil {
			t.Fatal(err)
		}
		issued, err := s.Refresh(post(), token.Sent{Text: first})
		if err != nil {
			t.Fatal(err)
		}
		if decoded, err := token.Decode(issued.Token); err != nil || decoded.Claims.Role != role || decoded.Claims.Name != "ada" {
			t.Errorf("%+v, %v; want the role %s", decoded, err, role)
		}
		first = issued.Refresh
	}
}
