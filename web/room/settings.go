package room

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"twodoors/web/relay"
	"twodoors/web/settings"
)

// Change makes the room go by changed settings, for a seat, if they can be. Its error is
// that of the change, or a Refusal; then the settings are as before, but for what the error
// names.
func (r *Room) Change(by string, change func(*settings.Settings) error) error {
	r.choosing.Lock()
	defer r.choosing.Unlock()
	before := r.Settings()
	chosen := before
	if err := change(&chosen); err != nil {
		return err
	}
	err := chosen.Store.Settle(r.database.Kind())
	changed := before.Changed(chosen)
	if err := cmp.Or(err, chosen.Check()); err != nil {
		return invalid(err)
	}
	if chosen.Servers > r.max {
		return &Refusal{Kind: Invalid, Setting: "servers", Detail: fmt.Sprintf("servers must be from 1 to %d here.", r.max)}
	}
	if len(changed) == 0 {
		return nil
	}
	if chosen.Doors != before.Doors {
		if err := r.changeDoors(before.Doors, chosen.Doors, by); err != nil {
			return err
		}
	}
	if chosen.Balance != before.Balance {
		r.balancer.Store(newBalancer(chosen.Balance))
	}
	err = r.resize(chosen.Servers)
	changed = before.Changed(r.Settings())
	if len(changed) > 0 {
		r.journal.note(by, Changed, "Settings changed: "+strings.Join(changed, ", ")+".")
	}
	return partly(changed, err)
}

// invalid names a setting that cannot be as the API does, not as the command line.
func invalid(err error) error {
	fault, ok := errors.AsType[*settings.Fault](err)
	if !ok {
		return err
	}
	return &Refusal{Kind: Invalid, Setting: fault.Setting, Detail: fault.Setting + " " + fault.Must + "."}
}

// changeDoors is adopt with a Redis to go with it. One that was brought for settings that
// are then refused is taken away again.
func (r *Room) changeDoors(before, chosen settings.Doors, by string) error {
	brought, counted := false, 0
	if chosen.Store == settings.StoreRedis && before.Store != chosen.Store {
		counted = r.redis.processes(true)
		err := r.take(counted)
		if err != nil {
			return err
		}
		if brought, err = r.redis.bringForSessions(by); err != nil {
			r.give(counted)
			return err
		}
	}
	_, err := r.adopt(chosen, nil)
	if err != nil && brought {
		r.redis.takeUnused()
		r.give(counted)
	}
	return err
}

// partly is an error of the last step of a change, with what was changed before it.
func partly(changed []string, err error) error {
	switch {
	case err == nil:
		return nil
	case len(changed) == 0:
		return unchanged(err.Error())
	}
	return &Refusal{Kind: Unavailable, After: time.Second, Detail: "Settings changed: " + strings.Join(changed, ", ") + ". The rest was not changed: " + err.Error() + "."}
}

// Reread has every server read the keys again, which another process has changed in the database.
func (r *Room) Reread() error {
	r.choosing.Lock()
	defer r.choosing.Unlock()
	_, err := r.adopt(*r.doors.Load(), nil)
	return err
}

// Rotation is what the change to a new signing key has done.
type Rotation struct {
	KeyID       string // signs from now on; with keys per server, that of one of them
	Invalidated int    // tokens that had not expired and are refused from now on
}

// Rotate changes to a new signing key, for a seat. When it has returned, every server signs
// with the new key, and with retire none accepts an older one.
func (r *Room) Rotate(by string, retire bool) (Rotation, error) {
	r.choosing.Lock() // a setting that somebody changes meanwhile stays changed
	defer r.choosing.Unlock()
	doors := *r.doors.Load()
	done, err := r.adopt(doors, &relay.Rotation{Retire: retire})
	if err != nil {
		return Rotation{}, err
	}
	rotated := Rotation{KeyID: done.KeyID}
	for _, tokens := range done.Invalidated {
		rotated.Invalidated += tokens
	}
	r.noteRotated(by, rotated, doors.Keys, retire)
	return rotated, nil
}
