package datatest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"twodoors/data"
)

var locks = map[string]promise{
	"CleaningUpWaitsForNobody":        cleaningUpWaitsForNobody,
	"AdministratorsDemoteEachOther":   administratorsDemoteEachOther,
	"ReuseAndUsesAtOnce":              reuseAmongUsesAtOnce,
	"LogoutEverywhereOutlivesNoLogin": logoutEverywhereOutlivesNoLogin,
}

// Of logins, refreshes, revocations and new passwords at several servers at once, each of which cleans up a little, none
// fails, and what has expired is gone in the end.
func cleaningUpWaitsForNobody(t *testing.T, s *site) {
	const each = 25
	servers := s.servers(t, 4)
	users := make([]data.User, len(servers))
	for i := range users {
		users[i] = s.user(t, fmt.Sprint("user", i), "user")
		for n := range 60 {
			s.family(t, users[i], fmt.Sprint("old ", i, n))
		}
	}
	s.administer(t, "UPDATE refresh_families SET expires_at = $1", s.now.Add(-2*time.Hour).Unix())
	s.administer(t, "UPDATE issued_tokens SET expires_at = $1", s.now.Add(-2*time.Hour).Unix())
	var working sync.WaitGroup
	for i, db := range servers {
		working.Go(func() {
			user, own := users[i], &site{db: db, now: s.now, soon: s.soon}
			for n := range each {
				own.family(t, user, fmt.Sprint("new ", i, n))
				own.spend(t, db, fmt.Sprint("new ", i, n), fmt.Sprint("next ", i, n), grace, s.now)
				var err error
				if user, err = db.Users.SetPassword(t.Context(), user, "hash", s.now); err != nil {
					t.Error(err)
				}
				if err := db.Revoked.Add(t.Context(), fmt.Sprint(i, n), s.soon, s.now); err != nil {
					t.Error(err)
				}
			}
		})
		working.Go(func() {
			for range each {
				if _, err := db.Sessions.Purge(t.Context(), s.now); err != nil {
					t.Error(err)
				}
			}
		})
	}
	working.Wait()
	if n := s.count(t, "SELECT count(*) FROM refresh_families"); n != each*len(servers) {
		t.Errorf("%d families are left, want the %d new ones", n, each*len(servers))
	}
}

// Of two administrators who take the role from each other at once, one keeps it.
func administratorsDemoteEachOther(t *testing.T, s *site) {
	servers := s.servers(t, 2)
	for round := range 10 {
		names := []string{fmt.Sprint("a", round), fmt.Sprint("b", round)}
		for _, name := range names {
			s.user(t, name, "admin")
		}
		var demoting sync.WaitGroup
		errs := make([]error, 2)
		for i, db := range servers {
			demoting.Go(func() { _, errs[i] = db.Users.SetRole(t.Context(), names[i], names[1-i], "user") })
		}
		demoting.Wait()
		refused := 0
		for _, err := range errs {
			if errors.Is(err, data.ErrNotAdmin) {
				refused++
			} else if err != nil {
				t.Error(err)
			}
		}
		if refused != 1 {
			t.Fatalf("%v", errs)
		}
	}
}

// A thief's reuse among honest uses ends the family, whoever comes first, and nobody who is let in afterwards has a
// token that is good.
func reuseAmongUsesAtOnce(t *testing.T, s *site) {
	ada, servers := s.user(t, "ada", "user"), s.servers(t, 4)
	for round := range 5 {
		first, second := fmt.Sprint(round, " 1"), fmt.Sprint(round, " 2")
		s.family(t, ada, first)
		s.expectFate(t, data.Spent, first, second, s.now)
		var using sync.WaitGroup
		for i, db := range servers {
			using.Go(func() {
				if i == 0 {
					s.spend(t, db, first, "stolen", grace, s.now.Add(time.Minute))
					return
				}
				s.spend(t, db, second, fmt.Sprint(round, " 3"), grace, s.now)
			})
		}
		using.Wait()
		s.expectFate(t, data.Gone, second, "after", s.now)
		s.expectFate(t, data.Gone, fmt.Sprint(round, " 3"), "after", s.now)
	}
}

// A login whose account ends all sessions at the same moment leaves no family that it is not for.
func logoutEverywhereOutlivesNoLogin(t *testing.T, s *site) {
	ada, elsewhere := s.user(t, "ada", "user"), s.server(t)
	for round := range 10 {
		ended := make(chan error, 1)
		go func() { ended <- elsewhere.Users.EndSessions(t.Context(), ada.ID, ada.SessionGeneration) }()
		err := s.db.Sessions.Insert(t.Context(), fmt.Sprint(round), ada, []byte("x"), s.soon)
		if err != nil && !errors.Is(err, data.ErrChanged) {
			t.Error(err)
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := s.db.Sessions.Insert(t.Context(), "late", ada, []byte("x"), s.soon); !errors.Is(err, data.ErrChanged) {
			t.Errorf("a session of before: %v", err)
		}
		if ada, err = s.db.Users.ByID(t.Context(), ada.ID); err != nil {
			t.Fatal(err)
		}
	}
}
