// Package semaphore bounds how much of what takes a processor for long runs at once in
// this process, so that everything else goes on being answered. Whoever comes when it is
// taken waits in a queue, which is bounded too and fair: addresses take turns, however
// many requests one of them sends.
//
// It knows clients by their network and seat, and nothing of what they compute. Start
// reading at Acquire.
package semaphore

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"time"
)

// Bounds of the queue.
const (
	maxWaiting = 16
	maxWait    = 5 * time.Second

	// RetryAfter is when whoever was refused should try again.
	RetryAfter = 5 * time.Second
)

// Refusal is why somebody may not even wait, as a sentence for people.
type Refusal string

func (r Refusal) Error() string { return string(r) }

// The refusals.
const (
	ErrFull Refusal = "Too much is being computed here just now. Try again in five seconds."
	ErrOwn  Refusal = "What you asked before is still being computed. Wait for its answer, then ask again."
)

// Client is who asks.
type Client struct {
	Network string // whom its address counts as
	Seat    string // empty for all from there that brought none
}

// Semaphore lets a bounded number run. One client runs one thing at a time, and waits
// with one more.
type Semaphore struct {
	mu      sync.Mutex
	free    int
	running map[Client]bool
	waiting []*waiter // who comes next first
	round   int       // of who came last
}

// waiter waits for its turn. Its round is behind those of its own address that wait
// already, so addresses take turns.
type waiter struct {
	client Client
	round  int
	turn   chan error // gets nil when it may run
}

// New returns the semaphore of a process. It leaves one processor for everything else.
func New() *Semaphore { return letting(max(1, runtime.NumCPU()-1)) }

// letting lets so many run at once.
func letting(free int) *Semaphore { return &Semaphore{free: free, running: map[Client]bool{}} }

// Acquire waits until the client may run, which ends with release. Its error is a
// sentence for people, unless ctx has ended.
func (s *Semaphore) Acquire(ctx context.Context, c Client) (release func(), err error) {
	w, err := s.enqueue(c)
	if err != nil {
		return nil, err
	}
	patience := time.NewTimer(maxWait)
	defer patience.Stop()
	select {
	case err = <-w.turn:
	case <-ctx.Done():
		err = s.leave(w, ctx.Err())
	case <-patience.C:
		err = s.leave(w, ErrFull)
	}
	if err != nil {
		return nil, err
	}
	return func() { s.release(c) }, nil
}

// enqueue puts a client into the queue, and lets it run if it may.
func (s *Semaphore) enqueue(c Client) (*waiter, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := &waiter{client: c, round: s.round, turn: make(chan error, 1)}
	for _, other := range s.waiting {
		if other.client == c {
			return nil, ErrOwn
		}
		if other.client.Network == c.Network {
			w.round = max(w.round, other.round+1)
		}
	}
	if len(s.waiting) == maxWaiting {
		last := s.waiting[maxWaiting-1]
		if last.round <= w.round {
			return nil, ErrFull
		}
		last.turn <- ErrFull // its address waits with more than this one does
		s.waiting = s.waiting[:maxWaiting-1]
	}
	at, _ := slices.BinarySearchFunc(s.waiting, w.round+1, func(other *waiter, round int) int { return other.round - round })
	s.waiting = slices.Insert(s.waiting, at, w)
	s.next()
	return w, nil
}

// next lets run who may. It is called with mu held.
func (s *Semaphore) next() {
	for i := 0; i < len(s.waiting) && s.free > 0; {
		w := s.waiting[i]
		if s.running[w.client] {
			i++
			continue
		}
		s.waiting = slices.Delete(s.waiting, i, i+1)
		s.free--
		s.running[w.client] = true
		s.round = max(s.round, w.round)
		w.turn <- nil
	}
}

// leave takes a waiter out of the queue, and returns why; nil when its turn has come
// at the same moment.
func (s *Semaphore) leave(w *waiter, why error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.Index(s.waiting, w); i >= 0 {
		s.waiting = slices.Delete(s.waiting, i, i+1)
		return why
	}
	return <-w.turn
}

func (s *Semaphore) release(c Client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.running, c)
	s.free++
	s.next()
}
