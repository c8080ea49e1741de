package session_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"twodoors/data"
	"twodoors/web/door"
	"twodoors/web/session"
	"twodoors/web/trace"
)

// A1: whose account changed after the password was checked is told so at the login, in
// every store, and gets no cookie; whoever was logged in before stays so.
func TestLoginOfAnAccountOfBeforeIsRefused(t *testing.T) {
	t.Parallel()
	eachStore(t, nil, func(t *testing.T, s site) {
		before := s.login(t, false)
		cookie := &http.Cookie{Name: before.Name, Value: before.Value}
		w, r := httptest.NewRecorder(), request(false, cookie)
		stale := s.user
		stale.SessionGeneration-- // as if all sessions had ended since
		err := s.Login(w, r, stale)
		if err != door.ErrChanged || len(w.Result().Cookies()) != 0 || trace.From(r.Context()).Reason != trace.SessionCreate {
			t.Errorf("%v, %v, refused by %q", err, w.Result().Cookies(), trace.From(r.Context()).Reason)
		}
		if _, err := s.Authorize(request(false, cookie), door.AnyRole); err != nil {
			t.Errorf("the session of before: %v", err)
		}
	})
}

// A1: a password that changes while the store takes the session leaves one that opens
// nothing, and in the database none.
func TestSessionTakenDuringAPasswordChangeOpensNothing(t *testing.T) {
	t.Parallel()
	wrap := func(kept session.Store) session.Store { return &gate{Store: kept} }
	eachStore(t, wrap, func(t *testing.T, s site) {
		g := s.Store.(*gate)
		reached, open, result := make(chan struct{}), make(chan struct{}), make(chan error)
		g.shut(reached, open)
		w := httptest.NewRecorder()
		go func() { result <- s.Login(w, request(false), s.user) }()
		<-reached
		users := s.Users.(*data.Users)
		if _, err := users.SetPassword(t.Context(), s.user, "new", time.Now()); err != nil {
			t.Fatal(err)
		}
		close(open)
		err := <-result
		if s.kind == "database" {
			if err != door.ErrChanged || len(w.Result().Cookies()) != 0 {
				t.Errorf("%v, %v", err, w.Result().Cookies())
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		r := request(false, w.Result().Cookies()...)
		if _, err := s.Authorize(r, door.AnyRole); status(err) != 401 || trace.From(r.Context()).Reason != trace.UserLoad {
			t.Errorf("%v, refused by %q", err, trace.From(r.Context()).Reason)
		}
	})
}

// changing is a table in which all sessions of an account end while it is read.
type changing struct {
	session.Users
	ended func()
}

func (c changing) ByID(ctx context.Context, id int64) (data.User, error) {
	user, err := c.Users.ByID(ctx, id)
	c.ended()
	return user, err
}

// A1: a request for "log out everywhere" whose session ends while it runs does not end
// the sessions that began since.
func TestEndedSessionEndsNoOthers(t *testing.T) {
	t.Parallel()
	eachStore(t, nil, func(t *testing.T, s site) {
		sent := s.login(t, false)
		users := s.Users.(*data.Users)
		slow := s.Config
		slow.Users = changing{users, func() {
			if _, err := users.SetPassword(t.Context(), s.user, "new", time.Now()); err != nil {
				t.Error(err)
			}
		}}
		r := request(false, &http.Cookie{Name: sent.Name, Value: sent.Value})
		err := session.New(slow, *s.Rules()).LogoutEverywhere(httptest.NewRecorder(), r)
		if status(err) != 401 || trace.From(r.Context()).Reason != trace.SessionDestroy {
			t.Errorf("%v, refused by %q", err, trace.From(r.Context()).Reason)
		}
		if user, err := users.ByID(t.Context(), s.user.ID); err != nil || user.SessionGeneration != s.user.SessionGeneration+1 {
			t.Errorf("%+v %v", user, err)
		}
	})
}

// stuck is a store that finds sessions and ends none, as a Redis that takes no writes.
type stuck struct{ session.Store }

func (stuck) Delete(context.Context, string) error { return errors.New("read only") }

// A1: whoever logs out everywhere is out once the account says so. A store that cannot
// forget the session does not turn that into "you are not logged out".
func TestLogoutEverywhereNeedsNoStore(t *testing.T) {
	t.Parallel()
	eachStore(t, func(kept session.Store) session.Store { return stuck{kept} }, func(t *testing.T, s site) {
		sent, w := s.login(t, false), httptest.NewRecorder()
		if err := s.LogoutEverywhere(w, request(false, sent)); err != nil {
			t.Errorf("it is refused: %v", err)
		}
		if taken := w.Result().Cookies(); len(taken) != 1 || taken[0].MaxAge >= 0 {
			t.Errorf("cookies: %v", taken)
		}
		if _, err := s.Authorize(request(false, sent), door.AnyRole); status(err) != 401 {
			t.Errorf("it still opens: %v", err)
		}
	})
}
