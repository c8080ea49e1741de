package shared

import (
	"context"
	"sync"

	"twodoors/web/trace"
)

// Bounds of what waits to be written.
const (
	maxQueued        = 1_024
	maxQueuedForSeat = 256
)

// queue is what requests have left and nobody has written yet.
type queue struct {
	mu      sync.Mutex
	waiting []queued
	ofSeat  map[string]int // that wait or are being written
	lost    int64

	filled  chan struct{} // gets something when there is anything to write
	written chan struct{} // closed, and another one, when something was written
}

type queued struct {
	seat  string
	trace *trace.Trace
}

func newQueue() *queue {
	return &queue{ofSeat: map[string]int{}, filled: make(chan struct{}, 1), written: make(chan struct{})}
}

// Add leaves a finished trace to be written. From then on nobody may change it. It waits for nothing.
func (t *Traces) Add(seat string, one *trace.Trace) { t.queue.add(queued{seat, one}) }

// AddNew does the same for a seat that was made for the request: the store tells by what it has which seats come back.
func (t *Traces) AddNew(seat string, one *trace.Trace) { t.Add(seat, one) }

func (q *queue) add(one queued) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == maxQueued || q.ofSeat[one.seat] == maxQueuedForSeat {
		q.lost++
		return
	}
	q.waiting = append(q.waiting, one)
	q.ofSeat[one.seat]++
	select {
	case q.filled <- struct{}{}:
	default:
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

// take returns the oldest that wait, up to n. They count as waiting until done is called with them.
func (q *queue) take(n int) []queued {
	q.mu.Lock()
	defer q.mu.Unlock()
	n = min(n, len(q.waiting))
	taken := q.waiting[:n:n]
	if q.waiting = q.waiting[n:]; len(q.waiting) == 0 {
		q.waiting = nil // what was taken goes with its array
	}
	return taken
}

// done ends what was taken, and returns whether more waits.
func (q *queue) done(taken []queued) (more bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, one := range taken {
		if q.ofSeat[one.seat]--; q.ofSeat[one.seat] == 0 {
			delete(q.ofSeat, one.seat)
		}
	}
	close(q.written)
	q.written = make(chan struct{})
	return len(q.waiting) > 0
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
