package experiments

import (
	"cmp"
	"maps"
	"slices"
	"sync"
)

// queue has some experiments run at once, and the others wait. Turns go round by address and,
// within an address, by seat, so however many somebody starts, others run in between.
type queue struct {
	atOnce int // that run
	most   int // that wait

	mu      sync.Mutex
	running []*ticket
	waiting []*ticket // in the order in which they came
	turns   int
	last    map[string]int // turn of each address and each seat that has something here
}

func newQueue(atOnce, most int) *queue {
	return &queue{atOnce: atOnce, most: most, last: map[string]int{}}
}

// ticket is the place of an experiment.
type ticket struct {
	address, seat string
	alone         bool          // no other may run at the same time
	decided       chan struct{} // closed when it has a turn, or lost its place
	lost          bool          // its place went to somebody with fewer; to be read after decided
}

// isDecided reports whether it waits no more.
func (t *ticket) isDecided() bool {
	select {
	case <-t.decided:
		return true
	default:
		return false
	}
}

// join lets an experiment wait, and reports whether there was a place. When there are too
// many, the last in the order loses its place.
func (q *queue) join(t *ticket) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, t)
	q.serve()
	if len(q.waiting) <= q.most {
		return true
	}
	order := q.order()
	last := order[len(order)-1]
	q.waiting = without(q.waiting, last)
	last.lost = true
	close(last.decided)
	return last != t
}

// leave takes an experiment out that has ended, or that waits no longer.
func (q *queue) leave(t *ticket) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.running, q.waiting = without(q.running, t), without(q.waiting, t)
	q.serve()
	maps.DeleteFunc(q.last, func(owner string, _ int) bool {
		has := func(t *ticket) bool { return addressOf(t) == owner || seatOf(t) == owner }
		return !slices.ContainsFunc(q.running, has) && !slices.ContainsFunc(q.waiting, has)
	})
}

// before is how many have their turn before an experiment that waits.
func (q *queue) before(t *ticket) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return max(0, slices.Index(q.order(), t))
}

// serve gives turns to those who are next. It is called with mu held.
func (q *queue) serve() {
	for len(q.waiting) > 0 {
		next := q.order()[0]
		if !q.may(next) {
			return
		}
		q.waiting = without(q.waiting, next)
		q.running = append(q.running, next)
		q.turns++
		q.last[addressOf(next)], q.last[seatOf(next)] = q.turns, q.turns
		close(next.decided)
	}
}

// may reports whether an experiment may run beside those that do.
func (q *queue) may(t *ticket) bool {
	if len(q.running) == 0 {
		return true
	}
	return !t.alone && !q.running[0].alone && len(q.running) < q.atOnce
}

// order is those who wait, the next one first.
func (q *queue) order() []*ticket {
	return q.inTurn(q.inTurn(q.waiting, seatOf), addressOf)
}

func addressOf(t *ticket) string { return "address " + t.address }

func seatOf(t *ticket) string { return "seat " + t.seat }

// inTurn orders those who wait so that each owner has one before any has a second, what it has
// running among them. Of several owners the one is next whose last turn was first.
func (q *queue) inTurn(waiting []*ticket, owner func(*ticket) string) []*ticket {
	has, round := map[string]int{}, map[*ticket]int{}
	for _, t := range q.running {
		has[owner(t)]++
	}
	for _, t := range waiting {
		round[t] = has[owner(t)]
		has[owner(t)]++
	}
	ordered := slices.Clone(waiting)
	slices.SortStableFunc(ordered, func(a, b *ticket) int {
		return cmp.Or(round[a]-round[b], q.last[owner(a)]-q.last[owner(b)])
	})
	return ordered
}

func without(all []*ticket, t *ticket) []*ticket {
	return slices.DeleteFunc(all, func(other *ticket) bool { return other == t })
}
