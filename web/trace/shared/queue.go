package shared

import (
	"context"
	"slices"
	"sync"

	"twodoors/web/trace"
)

// Bounds of what waits to be written.
const (
	maxQueued        = 1_024
	maxQueuedForSeat = 256 // so that one seat leaves room for others
	maxQueuedNew     = 256 // of seats that were made for the request: anybody can have any number
)

// queue is what requests have left and nobody has written yet.
type queue struct {
	mu      sync.Mutex
	waiting []queued
	writing []queued
	ofSeat  map[string]int // that wait or are being written
	ofNew   int
	lost    int64

	filled  chan struct{} // gets something when there is anything to write
	written chan struct{} // closed, and another one, when something was written
}

type queued struct {
	seat  string
	isNew bool
	trace *trace.Trace
}

func newQueue() *queue {
	return &queue{ofSeat: map[string]int{}, filled: make(chan struct{}, 1), written: make(chan struct{})}
}

// Add leaves a finished trace to be written. From then on nobody may change it. It waits for nothing.
func (t *Traces) Add(seat string, one *trace.Trace) { t.queue.add(queued{seat, false, one}) }

// AddNew does the same for a seat that was made for the request, as that brought none.
func (t *Traces) AddNew(seat string, one *trace.Trace) { t.queue.add(queued{seat, true, one}) }

func (q *queue) add(one queued) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if one.isNew && q.ofNew == maxQueuedNew {
		q.lost++
		return
	}
	if q.ofSeat[one.seat] == maxQueuedForSeat {
		q.drop(slices.IndexFunc(q.waiting, func(other queued) bool { return other.seat == one.seat }))
	} else if len(q.waiting) == maxQueued {
		q.drop(0)
	}
	q.waiting = append(q.waiting, one)
	q.count(one, 1)
	select {
	case q.filled <- struct{}{}:
	default:
	}
}

// drop makes room for a newer one.
func (q *queue) drop(at int) {
	q.lost++
	q.count(q.waiting[at], -1)
	q.waiting = slices.Delete(q.waiting, at, at+1)
}

func (q *queue) count(one queued, n int) {
	if q.ofSeat[one.seat] += n; q.ofSeat[one.seat] == 0 {
		delete(q.ofSeat, one.seat)
	}
	if one.isNew {
		q.ofNew += n
	}
}

// wait waits until there is anything to write. It reports false when ctx has ended and nothing is left.
func (q *queue) wait(ctx context.Context) bool {
	select {
	case <-q.filled:
		return true
	default:
	}
	select {
	case <-q.filled:
		return true
	case <-ctx.Done():
		return false
	}
}

// take returns the oldest that wait, up to n. Until done is called they are being written.
func (q *queue) take(n int) []queued {
	q.mu.Lock()
	defer q.mu.Unlock()
	n = min(n, len(q.waiting))
	q.writing = q.waiting[:n:n]
	if q.waiting = q.waiting[n:]; len(q.waiting) == 0 {
		q.waiting = nil // what was taken goes with its array
	}
	return q.writing
}

// done ends what was taken, and returns whether more waits.
func (q *queue) done() (more bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, one := range q.writing {
		q.count(one, -1)
	}
	q.writing = nil
	close(q.written)
	q.written = make(chan struct{})
	return len(q.waiting) > 0
}

// find returns a seat's trace that is not written yet, nil when there is none of that id.
func (q *queue) find(seat, id string) *trace.Trace {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.ofSeat[seat] == 0 {
		return nil
	}
	for _, all := range [][]queued{q.writing, q.waiting} {
		for _, one := range all {
			if one.seat == seat && one.trace.ID == id {
				return one.trace
			}
		}
	}
	return nil
}

// waits reports whether anything of a seat is not written yet, and what is closed when that may have changed.
func (q *queue) waits(seat string) (waits bool, changes <-chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.ofSeat[seat] > 0, q.written
}

func (q *queue) dropped() int64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.lost
}
