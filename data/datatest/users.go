package datatest

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"twodoors/data"
)

var users = map[string]promise{
	"AccountIsFoundAsItWasMade":          accountIsFoundAsItWasMade,
	"NameIsTakenOnce":                    nameIsTakenOnce,
	"NamesThatAreNoTextAreNobodys":       namesThatAreNoTextAreNobodys,
	"FirstAccountsAreMadeTogether":       firstAccountsAreMadeTogether,
	"FirstAccountsAreMadeOnce":           firstAccountsAreMadeOnce,
	"DeletedAccountsSessionsOpenNoOther": deletedAccountsSessionsOpenNoOther,
	"OnePasswordChangeWins":              onePasswordChangeWins,
	"SessionsOfAGenerationEndOnce":       sessionsOfAGenerationEndOnce,
	"RolesAreGivenByAdministratorsOnly":  rolesAreGivenByAdministratorsOnly,
}

func accountIsFoundAsItWasMade(t *testing.T, s *site) {
	ada, err := s.db.Users.Create(t.Context(), "Ada", "ada", "hash", "admin", s.now)
	if err != nil || ada.Username != "Ada" || ada.Role != "admin" || ada.Disabled || ada.SessionGeneration <= 0 {
		t.Fatalf("%+v, %v", ada, err)
	}
	if user, err := s.db.Users.ByID(t.Context(), ada.ID); err != nil || user != ada {
		t.Errorf("by id: %+v, %v", user, err)
	}
	if user, hash, err := s.db.Users.ByName(t.Context(), "ada"); err != nil || user != ada || hash != "hash" {
		t.Errorf("by name: %+v, %q, %v", user, hash, err)
	}
	s.administer(t, "UPDATE users SET disabled = TRUE")
	if user, err := s.db.Users.ByID(t.Context(), ada.ID); err != nil || !user.Disabled {
		t.Errorf("disabled: %+v, %v", user, err)
	}
	if _, err := s.db.Users.ByID(t.Context(), ada.ID+1); err != data.ErrNotFound {
		t.Errorf("no such id: %v", err)
	}
	if _, _, err := s.db.Users.ByName(t.Context(), "Ada"); err != data.ErrNotFound {
		t.Errorf("no such name: %v", err)
	}
}

// Visitors type names: what is no text for PostgreSQL is nobody's name.
func namesThatAreNoTextAreNobodys(t *testing.T, s *site) {
	for _, name := range []string{"a\xff", "a\x00"} {
		if _, _, err := s.db.Users.ByName(t.Context(), name); err != data.ErrNotFound {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// Of several who want a name at once one gets it. What differs is the name as it is compared.
func nameIsTakenOnce(t *testing.T, s *site) {
	const each = 4
	var signingUp sync.WaitGroup
	got := make(chan data.User, 4*each)
	for _, db := range s.servers(t, 4) {
		for range each {
			signingUp.Go(func() {
				switch user, err := db.Users.Create(t.Context(), "Ada", "ada", "hash", "user", s.now); {
				case err == nil:
					got <- user
				case err != data.ErrTaken || user != data.User{}:
					t.Errorf("%+v, %v", user, err)
				}
			})
		}
	}
	signingUp.Wait()
	if len(got) != 1 {
		t.Errorf("%d got the name", len(got))
	}
	if _, err := s.db.Users.Create(t.Context(), "Ada", "ada2", "hash", "user", s.now); err != nil {
		t.Errorf("the same name, compared as another: %v", err)
	}
}

func accounts(names ...string) (all []data.NewAccount) {
	for _, name := range names {
		all = append(all, data.NewAccount{Username: name, Folded: name, PasswordHash: "-", Role: "user"})
	}
	return all
}

// A start that fails between the first accounts leaves none, so that the next one makes all.
func firstAccountsAreMadeTogether(t *testing.T, s *site) {
	if err := s.db.Users.CreateFirst(t.Context(), accounts("ada", "ada"), s.now); err == nil {
		t.Error("the same account twice")
	}
	if n, err := s.db.Users.Count(t.Context()); err != nil || n != 0 {
		t.Errorf("%d accounts, %v", n, err)
	}
	for range 2 {
		if err := s.db.Users.CreateFirst(t.Context(), accounts("ada", "grace"), s.now); err != nil {
			t.Error(err)
		}
		if n, err := s.db.Users.Count(t.Context()); err != nil || n != 2 {
			t.Errorf("%d accounts, %v", n, err)
		}
	}
	// By this an account is known that nobody has changed since.
	if ada, _, err := s.db.Users.ByName(t.Context(), "ada"); err != nil || ada.SessionGeneration != 1 {
		t.Errorf("%+v, %v", ada, err)
	}
}

// Of several servers on an empty table one makes the accounts, and none meets an error.
func firstAccountsAreMadeOnce(t *testing.T, s *site) {
	var starting sync.WaitGroup
	for _, db := range s.servers(t, 4) {
		starting.Go(func() {
			if err := db.Users.CreateFirst(t.Context(), accounts("ada", "grace"), s.now); err != nil {
				t.Error(err)
			}
		})
	}
	starting.Wait()
	if n, err := s.db.Users.Count(t.Context()); err != nil || n != 2 {
		t.Errorf("%d accounts, %v", n, err)
	}
}

// A6, S8: an account that may get the number of a deleted one does not get its sessions,
// which Redis or a server's memory may still keep: they name a number and a generation.
func deletedAccountsSessionsOpenNoOther(t *testing.T, s *site) {
	before := s.user(t, "alice", "user")
	s.administer(t, "DELETE FROM users")
	after := s.user(t, "teacher", "admin")
	if after.SessionGeneration == before.SessionGeneration {
		t.Errorf("number %d after %d, both of generation %d", after.ID, before.ID, after.SessionGeneration)
	}
}

// A1: of many changes of a password at once, each by who knows the old one, one wins,
// and its password is the one that is kept.
func onePasswordChangeWins(t *testing.T, s *site) {
	ada := s.user(t, "ada", "user")
	var changing sync.WaitGroup
	won := make(chan string, 20)
	for i := range cap(won) {
		changing.Go(func() {
			hash := strings.Repeat("x", i)
			switch after, err := s.db.Users.SetPassword(t.Context(), ada, hash, s.now); {
			case err == nil && after.SessionGeneration == ada.SessionGeneration+1:
				won <- hash
			case !errors.Is(err, data.ErrChanged):
				t.Errorf("%+v, %v", after, err)
			}
		})
	}
	changing.Wait()
	if _, kept, err := s.db.Users.ByName(t.Context(), "ada"); err != nil || len(won) != 1 || kept != <-won {
		t.Errorf("%d won, %q is kept: %v", len(won), kept, err)
	}
}

// Ending the sessions of a generation does not end those since.
func sessionsOfAGenerationEndOnce(t *testing.T, s *site) {
	ada := s.user(t, "ada", "user")
	var ending sync.WaitGroup
	ended := make(chan bool, 8)
	for range cap(ended) {
		ending.Go(func() {
			switch err := s.db.Users.EndSessions(t.Context(), ada.ID, ada.SessionGeneration); {
			case err == nil:
				ended <- true
			case !errors.Is(err, data.ErrChanged):
				t.Error(err)
			}
		})
	}
	ending.Wait()
	after, err := s.db.Users.ByID(t.Context(), ada.ID)
	if err != nil || len(ended) != 1 || after.SessionGeneration != ada.SessionGeneration+1 {
		t.Errorf("ended %d times; %+v, %v", len(ended), after, err)
	}
}

// S8: of two administrators who take the role from each other at once, one succeeds:
// whoever writes is an administrator then.
func rolesAreGivenByAdministratorsOnly(t *testing.T, s *site) {
	for range 10 {
		s.administer(t, "DELETE FROM users")
		s.user(t, "eve", "admin")
		s.user(t, "bob", "admin")
		var taking sync.WaitGroup
		for _, pair := range [][2]string{{"eve", "bob"}, {"bob", "eve"}} {
			taking.Go(func() {
				if _, err := s.db.Users.SetRole(t.Context(), pair[0], pair[1], "user"); err != nil && err != data.ErrNotAdmin {
					t.Error(err)
				}
			})
		}
		taking.Wait()
		if n := s.count(t, "SELECT count(*) FROM users WHERE role = 'admin'"); n != 1 {
			t.Fatalf("%d administrators are left", n)
		}
	}
	if _, err := s.db.Users.SetRole(t.Context(), "nobody", "eve", "user"); err != data.ErrNotAdmin {
		t.Errorf("asked by nobody: %v", err)
	}
	s.administer(t, "UPDATE users SET role = 'admin', disabled = (folded = 'bob')")
	if _, err := s.db.Users.SetRole(t.Context(), "bob", "eve", "user"); err != data.ErrNotAdmin {
		t.Errorf("asked by who is disabled: %v", err)
	}
	if _, err := s.db.Users.SetRole(t.Context(), "eve", "nobody", "user"); err != data.ErrNotFound {
		t.Errorf("of nobody: %v", err)
	}
	before, err := s.db.Users.SetRole(t.Context(), "eve", "bob", "user")
	if after, _, failed := s.db.Users.ByName(t.Context(), "bob"); err != nil || failed != nil || before.Username != "bob" || before.Role != "admin" || after.Role != "user" {
		t.Errorf("%+v became %+v: %v, %v", before, after, err, failed)
	}
}
