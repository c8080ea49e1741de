package datatest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"twodoors/data"
)

var agreed = map[string]promise{
	"SettingsAreSeededOnce":    settingsAreSeededOnce,
	"ChangeIsOneOfSeveral":     changeIsOneOfSeveral,
	"ChangeIsWhole":            changeIsWhole,
	"KeysRaiseTheVersion":      keysRaiseTheVersion,
	"FollowersBeatUntilTheEnd": followersBeat,
}

// agreement is what is agreed now.
func agreement(t *testing.T, db *data.DB) data.Agreement {
	t.Helper()
	now, err := db.Agreed.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return now
}

// Of servers that start at once on a new database one decides, and all go by its settings.
func settingsAreSeededOnce(t *testing.T, s *site) {
	if now := agreement(t, s.db); len(now.Settings) != 0 {
		t.Errorf("settled before anybody did: %+v", now)
	}
	var seeding sync.WaitGroup
	servers := s.servers(t, 4)
	found := make([]data.Agreement, len(servers))
	for i, db := range servers {
		seeding.Go(func() {
			var err error
			if found[i], err = db.Agreed.Seed(t.Context(), fmt.Appendf(nil, "%d", i)); err != nil {
				t.Error(err)
			}
		})
	}
	seeding.Wait()
	for _, one := range found {
		if one.Version != found[0].Version || len(one.Settings) != 1 || string(one.Settings) != string(found[0].Settings) {
			t.Errorf("%+v and %+v", one, found[0])
		}
	}
}

// Of changes of the same thing that was read one happens; the others are told to read again.
func changeIsOneOfSeveral(t *testing.T, s *site) {
	before := agreement(t, s.db)
	var changing sync.WaitGroup
	happened := make(chan int64, 8)
	for i, db := range s.servers(t, 8) {
		changing.Go(func() {
			version, err := db.Agreed.Change(t.Context(), before.Version, fmt.Appendf(nil, "%d", i), data.Adoption{}, s.now)
			switch {
			case err == nil:
				happened <- version
			case !errors.Is(err, data.ErrChanged):
				t.Error(err)
			}
		})
	}
	changing.Wait()
	close(happened)
	if version := <-happened; len(happened) != 0 || version != before.Version+1 || agreement(t, s.db).Version != version {
		t.Errorf("version %d after %d, and %d more changes", version, before.Version, len(happened))
	}
}

// A change of settings with a key that is gone changes neither; one that happens changes both.
func changeIsWhole(t *testing.T, s *site) {
	first(t, s.db, "k-old", "HS256")
	propose(t, s.db, "k-new")
	before := agreement(t, s.db)
	if _, err := s.db.Agreed.Change(t.Context(), before.Version, []byte("new"), data.Adoption{KeyID: "k-gone", Retire: true}, s.now); err == nil {
		t.Error("a key was adopted that nobody has proposed")
	}
	expectLiving(t, s, "k-old")
	if now := agreement(t, s.db); now.Version != before.Version || len(now.Settings) != 0 {
		t.Errorf("%+v, want %+v", now, before)
	}
	version, err := s.db.Agreed.Change(t.Context(), before.Version, []byte("new"), data.Adoption{KeyID: "k-new", Retire: true}, s.now)
	if now := agreement(t, s.db); err != nil || now.Version != version || string(now.Settings) != "new" {
		t.Errorf("%+v, %v", now, err)
	}
	expectLiving(t, s, "k-new")
}

// Whoever trusts keys learns by the version that there are others.
func keysRaiseTheVersion(t *testing.T, s *site) {
	for _, step := range []struct {
		what   string
		do     func() error
		raises bool
	}{
		{"a first key", func() error { first(t, s.db, "k-1", "HS256"); return nil }, true},
		{"the same key", func() error { first(t, s.db, "k-2", "HS256"); return nil }, false},
		{"a proposal", func() error { propose(t, s.db, "k-3"); return nil }, false},
		{"an adoption", func() error { return s.db.Keys.Adopt(t.Context(), "k-3", true, s.now) }, true},
		{"the same adoption", func() error { return s.db.Keys.Adopt(t.Context(), "k-3", true, s.now) }, false},
	} {
		before := agreement(t, s.db)
		err := step.do()
		if now := agreement(t, s.db); err != nil || (now.Version > before.Version) != step.raises || string(now.Settings) != string(before.Settings) {
			t.Errorf("%s: %+v after %+v, %v", step.what, now, before, err)
		}
	}
}

func followersBeat(t *testing.T, s *site) {
	followers := func() (told string) {
		all, err := s.server(t).Agreed.Followers(t.Context())
		if err != nil {
			t.Error(err)
		}
		for _, f := range all {
			told += fmt.Sprintf("%s %s %d %d, ", f.ID, f.Name, f.Beats, f.Version)
		}
		return told
	}
	for _, f := range []data.Follower{{ID: "b", Name: "server 2", Version: 1}, {ID: "a", Name: "server 1", Version: 1}, {ID: "b", Name: "server 2", Version: 3}} {
		if err := s.db.Agreed.Beat(t.Context(), f); err != nil {
			t.Error(err)
		}
	}
	if told := followers(); told != "a server 1 1 1, b server 2 2 3, " {
		t.Error(told)
	}
	for range 2 {
		if err := s.db.Agreed.Leave(t.Context(), "b"); err != nil {
			t.Error(err)
		}
	}
	if told := followers(); told != "a server 1 1 1, " {
		t.Error(told)
	}
}
