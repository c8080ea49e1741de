package room_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"twodoors/web/room"
	"twodoors/web/settings"
)

// bound counts processes, and refuses more than there may be.
type bound struct {
	mu        sync.Mutex
	is, most  int
	refusedAt int
}

func (b *bound) Take(n int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.is+n > b.most {
		b.refusedAt = b.is + n
		return &room.Refusal{Kind: room.Unavailable, Detail: "Too many."}
	}
	b.is += n
	return nil
}

func (b *bound) Give(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.is -= n
}

func (b *bound) now() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.is
}

// want fails the test unless so many processes are counted.
func (b *bound) want(t *testing.T, n int, when string) {
	t.Helper()
	if is := b.now(); is != n {
		t.Errorf("%d processes are counted %s, want %d", is, when, n)
	}
}

// A room that sleeps has no process, says so, and serves again when it is woken.
func TestRoomSleepsAndWakes(t *testing.T) {
	t.Parallel()
	counted := &bound{most: 9}
	r := open(t, servers(2), func(c *room.Config) { c.Processes = counted })
	before := r.Status()
	counted.want(t, 2, "of a room that is awake")
	r.Sleep("Nobody used it.")
	counted.want(t, 0, "of a room that sleeps")
	for _, s := range r.Status().Servers {
		if s.State != room.Asleep || s.PID != 0 {
			t.Errorf("server %d is %s, with pid %d", s.Number, s.State, s.PID)
		}
	}
	if _, ok := r.Pick(room.Client{}); ok {
		t.Error("a server was picked in a room that sleeps")
	}
	said := r.Journal()[0]
	if said.Kind != room.Slept || said.Text != "Nobody used it. The sessions in its memory are gone." {
		t.Errorf("the journal says %s: %s", said.Kind, said.Text)
	}
	if err := r.Wake(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, s := range r.Status().Servers {
		if s.State != room.Ready || s.PID == before.Servers[i].PID || s.Starts != 2 {
			t.Errorf("server %d is %s, its start %d, with pid %d; before it was %d", s.Number, s.State, s.Starts, s.PID, before.Servers[i].PID)
		}
	}
	counted.want(t, 2, "after it woke")
}

// A room that has ended has no process, and is not woken.
func TestRoomThatHasEndedStaysSo(t *testing.T) {
	t.Parallel()
	counted := &bound{most: 9}
	r := open(t, func(c *room.Config) { c.Processes = counted })
	r.Close()
	counted.want(t, 0, "of a room that has ended")
	if err := r.Wake(t.Context()); err == nil {
		t.Error("a room that has ended was woken")
	}
}

// What somebody stopped stays stopped, and the Redis comes back when it ran.
func TestSleepKeepsWhatWasOrdered(t *testing.T) {
	t.Parallel()
	r := open(t, servers(2), func(c *room.Config) { c.Settings.Store = settings.StoreRedis })
	done, err := r.Order("seat", 2, room.Stop)
	if err == nil {
		err = done(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	r.Sleep("Nobody used it.")
	if state := r.Store().State; state != string(room.Asleep) {
		t.Errorf("the Redis of a room that sleeps is %s", state)
	}
	if _, _, away := r.RedisAway(); away {
		t.Error("somebody is said to have taken the Redis away")
	}
	if err := r.Wake(t.Context()); err != nil {
		t.Fatal(err)
	}
	status := r.Status()
	if status.Servers[0].State != room.Ready || status.Servers[1].State != room.Stopped || status.Store.State != "up" {
		t.Errorf("it woke with %s, %s and a Redis that is %s", status.Servers[0].State, status.Servers[1].State, status.Store.State)
	}
}

// A room takes no more processes than it gets, and says why.
func TestProcessesAreBounded(t *testing.T) {
	t.Parallel()
	counted := &bound{most: 2}
	r := open(t, servers(2), func(c *room.Config) { c.Processes = counted })
	_, err := r.Add(t.Context(), "")
	if refusal, ok := errors.AsType[*room.Refusal](err); !ok || refusal.Detail != "Too many." {
		t.Errorf("a third server: %v", err)
	}
	if err := r.Remove("", 2); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Add(t.Context(), ""); err != nil {
		t.Errorf("after one was removed: %v", err)
	}
}

// A room may have fewer servers than the stage.
func TestRoomHasItsOwnMostServers(t *testing.T) {
	t.Parallel()
	r := open(t, func(c *room.Config) { c.MaxServers = 1 })
	if _, err := r.Add(t.Context(), ""); err == nil || !strings.Contains(err.Error(), "can have, 1.") {
		t.Errorf("a second server: %v", err)
	}
	err := r.Change("", func(s *settings.Settings) error { s.Servers = 2; return nil })
	if refusal, ok := errors.AsType[*room.Refusal](err); !ok || refusal.Setting != "servers" {
		t.Errorf("two servers by the settings: %v", err)
	}
}

// What cannot start leaves the room asleep, and the sentence says what did not.
func TestRoomThatCannotWakeStaysAsleep(t *testing.T) {
	t.Parallel()
	c := config(t)
	c.Program.Server = []string{"version"}
	counted := &bound{most: 9}
	c.Processes = counted
	r := room.New(c)
	defer r.Close()
	if err := r.Wake(t.Context()); err == nil || err.Error() != "server 1 did not start" {
		t.Error(err)
	}
	if !r.Asleep() || counted.now() != 0 {
		t.Errorf("it is awake, or %d processes are counted", counted.now())
	}
}
