package room

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"sync"
)

// sleep is whether a room is asleep: then none of its processes run.
type sleep struct {
	mu      sync.Mutex
	asleep  bool
	changed chan struct{} // closed when the room falls asleep or wakes
}

// now reports whether the room is asleep, and returns what is closed when that changes.
func (s *sleep) now() (asleep bool, changed <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asleep, s.changed
}

// begins returns what is closed when the room falls asleep, or is asleep already.
func (s *sleep) begins() <-chan struct{} {
	asleep, changed := s.now()
	if !asleep {
		return changed
	}
	already := make(chan struct{})
	close(already)
	return already
}

func (s *sleep) set(asleep bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asleep = asleep
	close(s.changed)
	s.changed = make(chan struct{})
}

// Asleep reports whether none of the room's processes run until it is woken.
func (r *Room) Asleep() bool {
	asleep, _ := r.sleep.now()
	return asleep
}

// Wake starts the room's processes, and waits until all of its servers serve or ctx ends.
// A room that cannot wake stays asleep. The error is a sentence for people, and perhaps a
// Refusal.
func (r *Room) Wake(ctx context.Context) error {
	r.waking.Lock()
	defer r.waking.Unlock()
	if r.ctx.Err() != nil {
		return errClosed
	}
	if !r.Asleep() {
		return nil
	}
	if err := cmp.Or(r.database.Prepare(), r.database.InPlace()); err != nil {
		return fmt.Errorf("the room has no database: %w", err)
	}
	if err := r.take(len(r.all()) + r.redis.processes(r.usesRedis())); err != nil {
		return err
	}
	if err := r.start(ctx); err != nil {
		r.doze()
		if r.ctx.Err() != nil {
			return errClosed
		}
		return err
	}
	return nil
}

// Sleep ends the room's processes, each when it has answered its requests. The journal gets
// the reason, a sentence, and what the processes took with them.
func (r *Room) Sleep(why string) {
	r.waking.Lock()
	defer r.waking.Unlock()
	if r.Asleep() {
		return
	}
	r.doze()
	r.journal.note("", Slept, why+" "+r.forgets())
}

// start starts the Redis first: servers are told where it is.
func (r *Room) start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, servesTimeout)
	defer cancel()
	if err := r.redis.wake(ctx, r.usesRedis()); err != nil {
		return cmp.Or(ctx.Err(), errors.New("the store did not start"))
	}
	r.sleep.set(false)
	for _, s := range r.all() {
		if err := s.await(ctx, s.hasStarted); err != nil || s.failed() {
			return cmp.Or(ctx.Err(), fmt.Errorf("server %d did not start", s.Number))
		}
	}
	return nil
}

// doze ends all processes. It is called with waking held.
func (r *Room) doze() {
	r.sleep.set(true)
	for _, s := range r.all() {
		s.await(r.ctx, s.isQuiet) // its error is that the room is closed, or the server removed
	}
	if err := r.redis.nap(r.ctx); err != nil && r.ctx.Err() == nil {
		slog.Error("the store of a sleeping room keeps running", "room", r.name, "err", err)
	}
	r.giveAll()
}

// take counts processes that are about to start.
func (r *Room) take(n int) error {
	if r.processes != nil {
		if err := r.processes.Take(n); err != nil {
			return err
		}
	}
	r.tallying.Lock()
	defer r.tallying.Unlock()
	r.taken += n
	return nil
}

// give counts processes that have ended: no more than were counted, as the room may have
// fallen asleep meanwhile, or ended.
func (r *Room) give(n int) {
	r.tallying.Lock()
	defer r.tallying.Unlock()
	n = min(n, r.taken)
	r.taken -= n
	if r.processes != nil {
		r.processes.Give(n)
	}
}

func (r *Room) giveAll() { r.give(math.MaxInt) }

// errClosed refuses what is asked of a room that has ended.
var errClosed = &Refusal{Kind: Unavailable, Detail: "This room has ended. Reload the page to see where you are now."}
