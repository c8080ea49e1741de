package login

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"twodoors/web/door"
)

// How many requests wait for a turn at hashing: of one seat, of one address, in all.
const (
	maxWaitingSeat    = 10 // as many as perPerson lets through
	maxWaitingAddress = 64
	maxWaiting        = 96
)

// maxWait is less than a front waits before it takes a server for one that hangs. Only
// where hashing takes far longer than it should does anybody wait that long.
const maxWait = 8 * time.Second

var errBusy = errors.New("too many passwords wait to be hashed")

// queue hands out turns fairly: they go round by address, and within an address round
// by place. Each seat that has logged in before has a place of its own. All others at
// the address share one, as a seat is free to make; there turns go round by seat. So
// however many requests and seats somebody has, others are served in between, and who
// waits is served in the end.
type queue struct {
	atOnce int // turns that are taken at the same time

	mu      sync.Mutex
	taken   int
	waiting group // by address, place and seat
}

// group is those who wait together. Its members take turns, the first one next.
type group struct {
	name    string
	count   int
	members []*group
	waiters []*waiter // of a seat, which has no members
}

// waiter is a request that waits for its turn.
type waiter struct {
	path    [3]string  // address, place and seat
	decided chan error // nil for its turn, errBusy for none
}

// pathOf is where a request waits. The place of a seat that has not logged in has no name.
func pathOf(from door.Arrival, known bool) [3]string {
	if known {
		return [3]string{from.Network(), from.Seat, from.Seat}
	}
	return [3]string{from.Network(), "", from.Seat}
}

// turn waits for a turn. Whoever gets one calls done after it.
func (q *queue) turn(ctx context.Context, path [3]string) (done func(), err error) {
	q.mu.Lock()
	if q.taken < q.atOnce {
		q.taken++
		q.mu.Unlock()
		return q.done, nil
	}
	w := &waiter{path: path, decided: make(chan error, 1)}
	q.join(w)
	q.mu.Unlock()
	patience := time.NewTimer(maxWait)
	defer patience.Stop()
	select {
	case err = <-w.decided:
	case <-ctx.Done():
		q.leave(w)
		return nil, ctx.Err()
	case <-patience.C:
		q.leave(w)
		return nil, errBusy
	}
	if err != nil {
		return nil, err
	}
	return q.done, nil
}

// done gives a turn to who is next.
func (q *queue) done() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.waiting.count == 0 {
		q.taken--
		return
	}
	q.waiting.next().decided <- nil
}

// leave takes back what a request waits for, or has been given meanwhile.
func (q *queue) leave(w *waiter) {
	q.mu.Lock()
	waits := q.waiting.remove(w.path[:], w)
	q.mu.Unlock()
	if !waits && <-w.decided == nil {
		q.done()
	}
}

// join lets a request wait. When there is no room somebody loses a place for it, or it
// gets none.
func (q *queue) join(w *waiter) {
	address := q.waiting.member(w.path[0])
	place := address.member(w.path[1])
	seat := place.member(w.path[2])
	seat.waiters = append(seat.waiters, w)
	for _, g := range []*group{&q.waiting, address, place, seat} {
		g.count++
	}
	switch {
	case w.path[2] != "" && seat.count > maxWaitingSeat:
		q.drop(w)
	case address.count > maxWaitingAddress:
		q.drop(address.loser())
	case q.waiting.count > maxWaiting:
		q.drop(q.waiting.largest().loser())
	}
}

func (q *queue) drop(w *waiter) {
	q.waiting.remove(w.path[:], w)
	w.decided <- errBusy
}

// largest is the member with the most waiting, of several the one whose turn is last.
func (g *group) largest() (most *group) {
	for _, m := range g.members {
		if most == nil || m.count >= most.count {
			most = m
		}
	}
	return most
}

// loser is the newest request of the seat with the most waiting at an address; of
// several such seats, of one whose place has the most.
func (g *group) loser() *waiter {
	var crowd, seat *group
	for _, place := range g.members {
		most := place.largest()
		if seat == nil || most.count > seat.count || most.count == seat.count && place.count >= crowd.count {
			crowd, seat = place, most
		}
	}
	return seat.waiters[len(seat.waiters)-1]
}

// member returns a member, which joins behind all others when it is new.
func (g *group) member(name string) *group {
	for _, m := range g.members {
		if m.name == name {
			return m
		}
	}
	m := &group{name: name}
	g.members = append(g.members, m)
	return m
}

// next takes out who is next, and lets the other members go first the next time.
func (g *group) next() *waiter {
	g.count--
	if len(g.waiters) > 0 {
		w := g.waiters[0]
		g.waiters = g.waiters[1:]
		return w
	}
	m := g.members[0]
	w := m.next()
	if g.members = g.members[1:]; m.count > 0 {
		g.members = append(g.members, m)
	}
	return w
}

// remove takes out a request, and reports whether it was there.
func (g *group) remove(path []string, w *waiter) bool {
	if len(path) == 0 {
		at := slices.Index(g.waiters, w)
		if at >= 0 {
			g.waiters = slices.Delete(g.waiters, at, at+1)
			g.count--
		}
		return at >= 0
	}
	at := slices.IndexFunc(g.members, func(m *group) bool { return m.name == path[0] })
	if at < 0 || !g.members[at].remove(path[1:], w) {
		return false
	}
	g.count--
	if g.members[at].count == 0 {
		g.members = slices.Delete(g.members, at, at+1)
	}
	return true
}
