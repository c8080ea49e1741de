package room_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"twodoors/web/room"
	"twodoors/web/settings"
)

// Changed settings are what all servers go by, and the journal says what changed and whose
// wish it was. What stays the same is no change.
func TestChange(t *testing.T) {
	t.Parallel()
	r := open(t)
	err := r.Change("ada's seat", func(s *settings.Settings) error {
		s.Servers, s.Alg, s.Balance = 3, settings.AlgES256, settings.BalanceRoundRobin
		return nil
	})
	if now := r.Settings(); err != nil || now.Servers != 3 || now.Alg != settings.AlgES256 || now.Balance != settings.BalanceRoundRobin {
		t.Fatalf("%+v: %v", now, err)
	}
	if e := newest(r); e.By != "ada's seat" || e.Text != "Settings changed: alg ES256, balance round-robin, servers 3." {
		t.Errorf("%+v", e)
	}
	before := len(r.Journal())
	if err := r.Change("", func(s *settings.Settings) error { s.Servers = 3; return nil }); err != nil || len(r.Journal()) != before {
		t.Errorf("no change is noted as %+v: %v", newest(r), err)
	}
	if picked, ok := r.Pick(room.Client{Server: 2}); !ok || picked.Remember != room.Never {
		t.Errorf("by round robin: %+v", picked)
	}
}

// A change that cannot be changes nothing, and is refused in the API's words.
func TestChangeThatCannotBe(t *testing.T) {
	t.Parallel()
	r := open(t, func(c *room.Config) { c.Redis = "redis://127.0.0.1:1/0" })
	before, broken := r.Settings(), errors.New("of the caller's own")
	for _, test := range []struct {
		name   string
		change func(*settings.Settings) error
		kind   room.RefusalKind
		says   string
	}{
		{"a value", func(s *settings.Settings) error { s.Alg = "none"; return nil }, room.Invalid, `alg must be HS256, RS256, ES256 or EdDSA, not "none".`},
		{"a name of two words", func(s *settings.Settings) error { s.AccessLifetime = 0; return nil }, room.Invalid, "access_lifetime must be "},
		{"a Redis that is not there", func(s *settings.Settings) error { s.Store = settings.StoreRedis; return nil }, room.Conflict, "so nobody could log in at the session door. Start it"},
		{"an error of the caller", func(s *settings.Settings) error { s.Servers = 5; return broken }, 0, broken.Error()},
	} {
		err := r.Change("", test.change)
		if err == nil || kindOf(err) != test.kind || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	if now := r.Settings(); now != before {
		t.Errorf("%+v became %+v", before, now)
	}
}

// Changes at the same time happen one after the other: none undoes another.
func TestChangesAtOnce(t *testing.T) {
	t.Parallel()
	r := open(t, servers(2))
	var changing sync.WaitGroup
	for range 8 {
		changing.Go(func() {
			err := r.Change("", func(s *settings.Settings) error { s.SessionIdle += time.Second; return nil })
			if err != nil {
				t.Error(err)
			}
		})
	}
	changing.Wait()
	if got := r.Settings().SessionIdle; got != time.Minute+8*time.Second {
		t.Errorf("after eight changes by a second each: %s", got)
	}
}

// A new key signs from then on, and the journal names it.
func TestRotate(t *testing.T) {
	t.Parallel()
	r := open(t, servers(2))
	first, err := r.Rotate("ada's seat", false)
	if err != nil || first.KeyID == "" || first.Invalidated != 0 {
		t.Fatalf("%+v: %v", first, err)
	}
	second, err := r.Rotate("ada's seat", true)
	if err != nil || second.KeyID == first.KeyID {
		t.Fatalf("%+v: %v", second, err)
	}
	if e := newest(r); e.By != "ada's seat" || !strings.Contains(e.Text, second.KeyID) || !strings.Contains(e.Text, "The old keys are retired.") {
		t.Errorf("%+v", e)
	}
}

// When no server is there to make a new key, nothing changes, and all can be started again.
func TestRotateWithoutAServer(t *testing.T) {
	t.Parallel()
	r := open(t, servers(2))
	for number := range 2 {
		done, err := r.Order("", number+1, room.Stop)
		if err == nil {
			err = done(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Rotate("", false); kindOf(err) != room.Unavailable || !strings.HasPrefix(err.Error(), "Nothing was changed: ") {
		t.Errorf("without a server: %v", err)
	}
	for number := range 2 {
		done, err := r.Order("", number+1, room.Start)
		if err == nil {
			err = done(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if missing, err := r.CanServe(t.Context()); missing != "" || err != nil {
		t.Errorf("%q, %v", missing, err)
	}
}
