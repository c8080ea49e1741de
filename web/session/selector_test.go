package session_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"twodoors/data"
	"twodoors/web/door"
	"twodoors/web/session"
)

// Sessions do not move with the selection; those of before are found when it comes back.
func TestSelectorKeepsStoresApart(t *testing.T) {
	t.Parallel()
	one, other := session.NewMemoryStore(1, time.Now), session.NewMemoryStore(2, time.Now)
	selector := session.NewSelector(one)
	if err := selector.Insert(t.Context(), "one", data.User{ID: 1}, []byte("of ada"), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	selector.Select(other)
	if _, err := selector.Find(t.Context(), "one"); !errors.Is(err, data.ErrNotFound) || selector.Len() != 0 || selector.Where() != other.Where() {
		t.Errorf("%v, in %s", err, selector.Where())
	}
	selector.Select(one)
	if kept, err := selector.Find(t.Context(), "one"); err != nil || string(kept) != "of ada" {
		t.Errorf("afterwards: %q %v", kept, err)
	}
}

// C5, S2: a session that is in a store of before ends with a logout, and with a login that
// brings it: neither opens anything when the store is changed back.
func TestSessionsOfAStoreOfBeforeEnd(t *testing.T) {
	t.Parallel()
	for what, end := range map[string]func(s site, sent *http.Cookie) error{
		"logout": func(s site, sent *http.Cookie) error { return s.Logout(httptest.NewRecorder(), request(false, sent)) },
		"login": func(s site, sent *http.Cookie) error {
			return s.Login(httptest.NewRecorder(), request(false, sent), s.user)
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			one, other := session.NewMemoryStore(1, time.Now), session.NewMemoryStore(2, time.Now)
			selector := session.NewSelector(one)
			s := openSite(t, "memory", func(session.Store) session.Store { return selector })
			sent := s.login(t, false)
			selector.Select(other)
			if err := end(s, sent); err != nil {
				t.Fatal(err)
			}
			selector.Select(one)
			if _, err := s.Authorize(request(false, sent), door.AnyRole); status(err) != 401 {
				t.Errorf("when the store is changed back: %v", err)
			}
		})
	}
}

// What a store of before answers to a logout is logged; what the selected one answers counts.
func TestDeletingCountsInTheSelectedStore(t *testing.T) {
	t.Parallel()
	works, fails := session.NewMemoryStore(1, time.Now), stuck{session.NewMemoryStore(2, time.Now)}
	selector := session.NewSelector(fails)
	if err := selector.Delete(t.Context(), "one"); err == nil {
		t.Error("the selected store fails, and nobody learns it")
	}
	selector.Select(works)
	if err := selector.Delete(t.Context(), "one"); err != nil {
		t.Errorf("a store of before fails: %v", err)
	}
}
