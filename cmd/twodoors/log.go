package main

import (
	"bytes"
	"io"
	"sync"
	"time"
)

// Bounds of a log that nobody reads.
const (
	maxPending    = 256 << 10
	writePatience = 100 * time.Millisecond
	flushTimeout  = time.Second
)

// logQueue writes the log for those who must not wait until somebody reads it. A paused
// terminal, or a pager at its first page, stops every write to standard error.
//
// While somebody reads, a line has been written when Write returns, so that none is lost
// when the program ends or crashes. While nobody does, lines wait in a bounded queue; those
// that do not fit are dropped and counted, and the log tells how many once it flows again.
type logQueue struct {
	out  io.Writer
	wake chan struct{}

	mu      sync.Mutex
	pending []byte
	spare   []byte        // room for the next lines that wait
	dropped int           // lines since those that are pending
	written chan struct{} // closed when all that is pending now has been written
	blocked bool          // a write has kept somebody waiting, and has not ended since
}

func newLogQueue(out io.Writer) *logQueue {
	q := &logQueue{out: out, wake: make(chan struct{}, 1), written: make(chan struct{})}
	go q.run()
	return q
}

// Write takes whole lines. It never fails, and waits for a moment at most.
func (q *logQueue) Write(lines []byte) (int, error) {
	q.mu.Lock()
	if len(q.pending)+len(lines) > maxPending {
		q.dropped += bytes.Count(lines, []byte("\n"))
		q.mu.Unlock()
		return len(lines), nil
	}
	q.pending = append(q.pending, lines...)
	written, blocked := q.written, q.blocked
	q.mu.Unlock()
	q.wakeUp()
	if blocked {
		return len(lines), nil
	}
	select {
	case <-written:
	case <-time.After(writePatience):
		q.noteBlocked(written)
	}
	return len(lines), nil
}

// noteBlocked notes that a write keeps somebody waiting, unless it has just ended.
func (q *logQueue) noteBlocked(written chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	select {
	case <-written:
	default:
		q.blocked = true
	}
}

// flush waits, within a bounded time, until everything has been written.
func (q *logQueue) flush() {
	q.mu.Lock()
	written := q.written
	q.mu.Unlock()
	q.wakeUp()
	select {
	case <-written:
	case <-time.After(flushTimeout):
	}
}

func (q *logQueue) wakeUp() {
	select {
	case q.wake <- struct{}{}:
	default: // it has been told already
	}
}

// run writes what is pending, again and again. Only here is anybody waited for.
func (q *logQueue) run() {
	for range q.wake {
		q.mu.Lock()
		lines, dropped, written := q.pending, q.dropped, q.written
		q.pending, q.dropped, q.written = q.spare[:0], 0, make(chan struct{})
		q.mu.Unlock()
		q.out.Write(lines) // there is nowhere to say that it failed
		if dropped > 0 {
			newLogger(q.out, logFormat()).Warn("nothing read the log for a while, so lines were dropped", "lines", dropped)
		}
		close(written)
		q.mu.Lock()
		q.spare, q.blocked = lines, false
		q.mu.Unlock()
	}
}
