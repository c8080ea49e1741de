package rooms

import (
	"time"

	"twodoors/web/room"
)

// inUse is how long a room counts as used after it was: until then it does not have to make
// way for another one.
const inUse = time.Minute

// quota is what one room has of the processes of all.
type quota struct {
	rooms *Rooms
	of    *tenant
}

// Take counts processes of the room that are about to start. When there are too many, other
// rooms sleep for it.
func (q quota) Take(n int) error {
	r := q.rooms
	for {
		r.mu.Lock()
		if r.fits(q.of, n) {
			r.processes += n
			q.of.processes += n
			r.mu.Unlock()
			return nil
		}
		victim := r.victim(q.of)
		r.mu.Unlock()
		if victim == nil {
			return errFull
		}
		victim.room.Sleep("Other rooms needed this machine's memory, so this one sleeps until you press a button.")
	}
}

// Give counts processes of the room that have ended.
func (q quota) Give(n int) {
	q.rooms.mu.Lock()
	defer q.rooms.mu.Unlock()
	q.rooms.processes -= n
	q.of.processes -= n
	q.of.unused = q.of.processes == 0 || q.of.unused
}

// fits reports whether a room may have so many processes more. It is called with mu held.
func (r *Rooms) fits(t *tenant, n int) bool {
	if r.processes+n > r.MostProcesses {
		return false
	}
	return t.processes > 0 || r.awake() < r.Most
}

// awake is how many rooms have processes. It is called with mu held.
func (r *Rooms) awake() (n int) {
	for _, t := range r.byName {
		if t.processes > 0 {
			n++
		}
	}
	return n
}

// Awake is how many rooms of visitors are awake, but for those of experiments.
func (r *Rooms) Awake() (n int) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, t := range r.byName {
		if t.processes > 0 && t.order.Kind != room.Experiment {
			n++
		}
	}
	return n
}

var errFull = &room.Refusal{Kind: room.Unavailable, After: time.Minute,
	Detail: "This machine has no memory for another room. Try again in a minute."}

// victim is the room that sleeps for another one, nil when all are in use. It is called with
// mu held.
func (r *Rooms) victim(wants *tenant) (best *tenant) {
	counts := map[string]int{}
	for _, t := range r.byName {
		if t.processes > 0 {
			counts[t.order.Network]++
		}
	}
	share := max(r.Most/(len(counts)+1), counts[wants.order.Network]+1)
	claimOf := func(t *tenant) claim {
		stranger := r.InClass == nil || !r.InClass(t.order.Seat)
		return claim{greedy: stranger && counts[t.order.Network] > share, stranger: stranger, unused: t.unused, used: t.used}
	}
	for _, t := range r.byName {
		its := claimOf(t)
		busy := !its.unused && r.Now().Sub(its.used) < inUse
		if t == wants || t.processes == 0 || t.order.Kind == room.Experiment || busy && !its.greedy {
			continue
		}
		if best == nil || its.sleepsBefore(claimOf(best)) {
			best = t
		}
	}
	return best
}

// claim is what decides which room sleeps for another one: first a stranger's and not one of
// the class, then one of an address that has more than its share, then one that has nothing to
// forget, then the one that was unused for longest.
type claim struct {
	greedy   bool
	stranger bool
	unused   bool
	used     time.Time
}

func (c claim) sleepsBefore(other claim) bool {
	switch {
	case c.stranger != other.stranger:
		return c.stranger
	case c.greedy != other.greedy:
		return c.greedy
	case c.unused != other.unused:
		return c.unused
	}
	return c.used.Before(other.used)
}

// maxKept is how many rooms are kept, asleep ones too, for each that may be awake.
const maxKept = 5

// surplus is the room that ends because too many are kept: of those that are asleep the one
// that was unused for longest. It is nil when there are not too many. It is called with mu
// held.
func (r *Rooms) surplus() (oldest *tenant) {
	if len(r.byName) <= maxKept*r.Most {
		return nil
	}
	for _, t := range r.byName {
		if t.processes == 0 && (oldest == nil || t.used.Before(oldest.used)) {
			oldest = t
		}
	}
	return oldest
}
