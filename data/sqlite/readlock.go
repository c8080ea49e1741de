package sqlite

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// readLock is a read transaction that stays open while somebody reads and nobody writes, for the sake of the
// readers: SQLite asks the system for a lock only when no connection of the process has it
// already, and asking for it and giving it back takes a third of a query.
//
// When somebody has written it is given up for a while, as what stands in the write-ahead
// log cannot be taken up into the file while an older reader is there.
type readLock struct {
	readers           *readers
	wanted            atomic.Bool   // since the lock was last taken
	again             chan struct{} // gets something when it is wanted after a rest
	beginning, ending sync.Once
	stop, done        chan struct{}
}

// readLockFor is how long the lock is held before it looks whether somebody has read or written,
// and how long it is given up when somebody has written.
const readLockFor = 200 * time.Millisecond

// often is how many queries a reader has run in a process that is worth a lock.
const often = 10

func newReadLock(readers *readers) *readLock {
	return &readLock{readers: readers, again: make(chan struct{}, 1)}
}

// want has the lock held, or held on, for who reads now.
func (l *readLock) want() {
	if l.wanted.Load() {
		return
	}
	l.wanted.Store(true)
	l.beginning.Do(func() {
		l.stop, l.done = make(chan struct{}), make(chan struct{})
		go l.hold()
	})
	select {
	case l.again <- struct{}{}:
	default: // it has been told already
	}
}

// close gives the lock up for good.
func (l *readLock) close() {
	l.beginning.Do(func() {}) // it does not begin any more
	l.ending.Do(func() {
		if l.stop != nil {
			close(l.stop)
			<-l.done
		}
	})
}

// hold holds the lock, on a connection of its own, for as long as somebody reads.
func (l *readLock) hold() {
	defer close(l.done)
	own, err := l.readers.open(context.Background())
	if err != nil {
		slog.Warn("the database is read without a separate lock", "err", err)
		return
	}
	defer own.close()
	for before := int64(0); ; {
		now, err := own.version()
		if err == nil && now == before {
			err = own.execute("BEGIN; SELECT 1 FROM users LIMIT 1")
		}
		if err != nil {
			slog.Warn("the database's read lock was not granted", "err", err)
		}
		before = now
		l.wanted.Store(false)
		select {
		case <-l.stop:
			return
		case <-time.After(readLockFor):
		}
		own.execute("ROLLBACK") // fails when the lock was not held
		if !l.rest() {
			return
		}
	}
}

// rest waits until somebody reads again. It reports false when the database is closed.
func (l *readLock) rest() bool {
	if l.wanted.Load() {
		return true
	}
	select {
	case <-l.stop:
		return false
	case <-l.again:
		return true
	}
}
