// Package turns bounds how much of what takes a processor for long runs at once in this
// process: hashes of passwords, and what is costly to compute. So everything else goes on
// being answered. Who comes when all turns are taken waits, in bounded number and time,
// and turns are handed out fairly.
//
// It knows how requests arrived, and nothing of what they ask for. Start reading at Turn.
package turns

import (
	"context"
	"sync"
	"time"

	"twodoors/web/door"
)

// Queue hands out turns. They go round by address, within an address by place, and within
// a place by seat. So however many requests and seats somebody has, others are served in
// between, and who waits is served in the end.
type Queue struct {
	AtOnce  int           // turns that are taken at the same time
	PerSeat int           // of these, as many as one seat may take; 0 for all of them
	Most    Most          // how many requests wait
	MaxWait time.Duration // how long

	mu      sync.Mutex
	taken   int
	seats   map[Path]int // turns that each of them has taken
	waiting group        // by address, place and seat
}

// Most is how many requests wait for a turn: of one seat, of one address, in all.
type Most struct{ Seat, Address, All int }

// Path is where a request waits: its address, place and seat. Those of an address that
// came without a seat wait together.
type Path [3]string

// Of is where a request waits that arrived so. Each seat that has a place of its own is
// served as if it were an address; all others at the address share one, as a seat is free
// to make.
func Of(from door.Client, place bool) Path {
	if place {
		return Path{from.Network(), from.Seat, from.Seat}
	}
	return Path{from.Network(), "", from.Seat}
}

// Refusal is why a request gets no turn, as a sentence for people.
type Refusal string

func (r Refusal) Error() string { return string(r) }

// The refusals: too many wait or for too long, or too many of this seat.
const (
	ErrFull Refusal = "Too much is being computed here just now. Try again in five seconds."
	ErrOwn  Refusal = "What you asked before is still being computed. Wait for its answer, then ask again."
)

// waiter is a request that waits for its turn.
type waiter struct {
	path    Path
	decided chan error // nil for its turn, a Refusal for none
}

// Turn waits for a turn. Whoever gets one calls done after it. The error is a Refusal,
// or that of ctx.
func (q *Queue) Turn(ctx context.Context, path Path) (done func(), err error) {
	w := q.join(path)
	patience := time.NewTimer(q.MaxWait)
	defer patience.Stop()
	select {
	case err = <-w.decided:
	case <-ctx.Done():
		q.leave(w)
		return nil, ctx.Err()
	case <-patience.C:
		q.leave(w)
		return nil, ErrFull
	}
	if err != nil {
		return nil, err
	}
	return func() { q.done(path) }, nil
}

// join lets a request wait, and serves who is next. When there is no room somebody loses
// a place for it, or it gets none.
func (q *Queue) join(path Path) *waiter {
	w := &waiter{path: path, decided: make(chan error, 1)}
	q.mu.Lock()
	defer q.mu.Unlock()
	seat, address := q.waiting.add(w)
	q.serve()
	switch {
	case path[2] != "" && seat.count > q.Most.Seat:
		q.drop(w, ErrOwn)
	case address.count > q.Most.Address:
		q.drop(address.loser(), ErrFull)
	case q.waiting.count > q.Most.All:
		q.drop(q.waiting.largest().loser(), ErrFull)
	}
	return w
}

// serve hands out the turns that are free. It is called with mu held.
func (q *Queue) serve() {
	for q.taken < q.AtOnce {
		w := q.waiting.next(q.may)
		if w == nil {
			return
		}
		if q.seats == nil {
			q.seats = map[Path]int{}
		}
		q.taken++
		q.seats[w.path]++
		w.decided <- nil
	}
}

func (q *Queue) may(path Path) bool { return q.PerSeat == 0 || q.seats[path] < q.PerSeat }

func (q *Queue) drop(w *waiter, why Refusal) {
	q.waiting.remove(w.path[:], w)
	w.decided <- why
}

// done gives a turn back.
func (q *Queue) done(path Path) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.taken--
	if q.seats[path]--; q.seats[path] == 0 {
		delete(q.seats, path)
	}
	q.serve()
}

// leave takes back what a request waits for, or has been given meanwhile.
func (q *Queue) leave(w *waiter) {
	q.mu.Lock()
	waits := q.waiting.remove(w.path[:], w)
	q.mu.Unlock()
	if !waits && <-w.decided == nil {
		q.done(w.path)
	}
}
