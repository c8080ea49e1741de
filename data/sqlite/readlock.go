package sqlite

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// readLock is a read transaction that stays open while nobody writes, for the sake of the
// readers: SQLite asks the system for a lock only when no connection of the process has it
// already, and asking for it and giving it back takes a third of a query.
//
// When somebody has written it is given up for a while, as what stands in the write-ahead
// log cannot be taken up into the file while an older reader is there.
//
// Its connection is open for as long as the database is, so the write-ahead log stays
// the same file, too: the last connection that is closed would remove it.
type readLock struct {
	reader            *reader
	beginning, ending sync.Once
	stop, done        chan struct{}
}

// readLockFor is how long the lock is held before it looks whether somebody has written,
// and how long it is given up.
const readLockFor = 200 * time.Millisecond

// often is how many queries a reader has run in a process that is worth a lock.
const often = 10

// open opens the connection, and has it read.
func (l *readLock) open(ctx context.Context, readers *readers) (err error) {
	if l.reader, err = readers.open(ctx); err != nil {
		return err
	}
	if _, err = l.version(); err != nil {
		l.reader.close()
		l.reader = nil
		return fmt.Errorf("begin to read: %w", err)
	}
	return nil
}

// begin takes the lock, if that has not begun already.
func (l *readLock) begin() {
	l.beginning.Do(func() {
		l.stop, l.done = make(chan struct{}), make(chan struct{})
		go l.hold()
	})
}

// close gives the lock up for good.
func (l *readLock) close() (err error) {
	l.beginning.Do(func() {}) // it does not begin any more
	l.ending.Do(func() {
		if l.stop != nil {
			close(l.stop)
			<-l.done
		}
		if l.reader != nil {
			err = l.reader.close()
		}
	})
	return err
}

func (l *readLock) hold() {
	defer close(l.done)
	var before int64
	for {
		now, err := l.version()
		if err == nil && now == before {
			err = l.reader.execute("BEGIN; SELECT 1 FROM users LIMIT 1")
		}
		if err != nil {
			slog.Warn("the database's read lock was not given", "err", err)
		}
		before = now
		select {
		case <-l.stop:
			return
		case <-time.After(readLockFor):
		}
		l.reader.execute("ROLLBACK") // fails when the lock was not held
	}
}

// version is a number that changes when others have written.
func (l *readLock) version() (n int64, err error) {
	err = l.reader.queryRow("PRAGMA data_version", nil, &n)
	return n, err
}
