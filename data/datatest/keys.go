package datatest

import (
	"crypto/rand"
	"errors"
	"slices"
	"sync"
	"testing"

	"twodoors/data"
)

var keys = map[string]promise{
	"KeyIsMadeOnce":               keyIsMadeOnce,
	"FirstKeyIsOfItsAlgorithm":    firstKeyIsOfItsAlgorithm,
	"KeyThatIsNotMadeLeavesNone":  keyThatIsNotMadeLeavesNone,
	"ProposedKeyWaitsToBeAdopted": proposedKeyWaitsToBeAdopted,
	"NewerKeyWasAddedLater":       newerKeyWasAddedLater,
}

// newKey makes one with a secret that nobody else makes.
func newKey(id, algorithm string) func() (data.Key, error) {
	return func() (data.Key, error) {
		return data.Key{ID: id, Algorithm: algorithm, Secret: []byte(rand.Text())}, nil
	}
}

func propose(t *testing.T, db *data.DB, id string) data.Key {
	t.Helper()
	made, err := db.Keys.Propose(t.Context(), id, newKey(id, "HS256"))
	if err != nil {
		t.Error(err)
	}
	return made
}

func first(t *testing.T, db *data.DB, id, algorithm string) data.Key {
	t.Helper()
	made, err := db.Keys.FirstOf(t.Context(), algorithm, newKey(id, algorithm))
	if err != nil {
		t.Error(err)
	}
	return made
}

// living are the ids of the keys that verify, newest first.
func living(t *testing.T, db *data.DB) (ids []string) {
	t.Helper()
	keys, err := db.Keys.Living(t.Context())
	if err != nil {
		t.Error(err)
	}
	for _, key := range keys {
		ids = append(ids, key.ID)
	}
	return ids
}

func expectLiving(t *testing.T, s *site, want ...string) {
	t.Helper()
	if got := living(t, s.db); !slices.Equal(got, want) {
		t.Errorf("living %q, want %q", got, want)
	}
}

// K6: of servers that want a first key at once, or propose the same one, one makes it, and all
// have that one.
func keyIsMadeOnce(t *testing.T, s *site) {
	for _, ask := range []func(db *data.DB) data.Key{
		func(db *data.DB) data.Key { return first(t, db, "k-"+rand.Text(), "HS256") },
		func(db *data.DB) data.Key { return propose(t, db, "k-proposed") },
	} {
		var asking sync.WaitGroup
		servers := s.servers(t, 4)
		made := make([]data.Key, len(servers))
		for i, db := range servers {
			asking.Go(func() { made[i] = ask(db) })
		}
		asking.Wait()
		for _, key := range made {
			if key.ID == "" || key.ID != made[0].ID || string(key.Secret) != string(made[0].Secret) || key.Algorithm != "HS256" {
				t.Errorf("%v and %v", key, made[0])
			}
		}
	}
	if n := s.count(t, "SELECT count(*) FROM signing_keys"); n != 2 {
		t.Errorf("%d keys", n)
	}
}

func firstKeyIsOfItsAlgorithm(t *testing.T, s *site) {
	if one, other := first(t, s.db, "k-1", "HS256"), first(t, s.db, "k-2", "ES256"); one.ID != "k-1" || other.ID != "k-2" {
		t.Errorf("%v, %v", one, other)
	}
	if again := first(t, s.db, "k-3", "HS256"); again.ID != "k-1" {
		t.Errorf("%v", again)
	}
	if err := s.db.Keys.Adopt(t.Context(), "", true, s.now); err != nil {
		t.Error(err)
	}
	if next := first(t, s.db, "k-3", "HS256"); next.ID != "k-3" {
		t.Errorf("when the first is retired: %v", next)
	}
}

func keyThatIsNotMadeLeavesNone(t *testing.T, s *site) {
	fails := errors.New("no randomness")
	for range 2 {
		if _, err := s.db.Keys.FirstOf(t.Context(), "HS256", func() (data.Key, error) { return data.Key{}, fails }); !errors.Is(err, fails) {
			t.Error(err)
		}
	}
	if n := s.count(t, "SELECT count(*) FROM signing_keys"); n != 0 {
		t.Errorf("%d keys", n)
	}
}

// K7: a proposed key verifies nothing until it is adopted. Proposing and adopting it again, as
// after a lost answer, changes nothing.
func proposedKeyWaitsToBeAdopted(t *testing.T, s *site) {
	first(t, s.db, "k-old", "HS256")
	proposed := propose(t, s.db, "k-new")
	if again := propose(t, s.db, "k-new"); string(again.Secret) != string(proposed.Secret) {
		t.Error("proposing it again made another")
	}
	expectLiving(t, s, "k-old")
	if err := s.db.Keys.Adopt(t.Context(), "k-gone", true, s.now); err == nil {
		t.Error("a key was adopted that nobody has proposed")
	}
	expectLiving(t, s, "k-old")
	for _, step := range []struct {
		id     string
		retire bool
		living []string
	}{
		{"", false, []string{"k-old"}},
		{"k-new", false, []string{"k-new", "k-old"}},
		{"k-new", true, []string{"k-new"}},
		{"", true, nil},
		{"k-new", true, []string{"k-new"}},
	} {
		for range 2 {
			if err := s.db.Keys.Adopt(t.Context(), step.id, step.retire, s.now); err != nil {
				t.Errorf("%+v: %v", step, err)
			}
			expectLiving(t, s, step.living...)
		}
	}
	if again := propose(t, s.db, "k-new"); string(again.Secret) != string(proposed.Secret) {
		t.Error("adopting it made another")
	}
	for _, id := range []string{"k-new", ""} { // whoever restored a backup by hand may have emptied a name
		s.administer(t, "DELETE FROM signing_keys WHERE kid = ''")
		s.administer(t, "INSERT INTO signing_keys (kid, alg, secret, created_at) VALUES ('', 'HS256', 'x', 0)")
		if err := s.db.Keys.Adopt(t.Context(), id, true, s.now); err != nil {
			t.Error(err)
		}
		expectLiving(t, s, []string{"k-new"}[:min(len(id), 1)]...)
	}
}

// The clock may be set back meanwhile: what tells is the order in which keys were added.
func newerKeyWasAddedLater(t *testing.T, s *site) {
	for _, id := range []string{"k-c", "k-a", "k-b"} {
		propose(t, s.db, id)
	}
	s.administer(t, "UPDATE signing_keys SET created_at = 9999999999 WHERE kid = 'k-c'")
	for _, id := range []string{"k-b", "k-c", "k-a"} {
		if err := s.db.Keys.Adopt(t.Context(), id, false, s.now); err != nil {
			t.Error(err)
		}
	}
	expectLiving(t, s, "k-b", "k-a", "k-c")
	if newest := first(t, s.db, "k-none", "HS256"); newest.ID != "k-b" {
		t.Errorf("%v", newest)
	}
}
