package data

import (
	"context"
	"database/sql/driver"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// standing is a reader that stays in its transaction while nobody writes, for the
// sake of the lookups: SQLite asks the system for a lock only when no connection of
// the process has it already, and asking for it and giving it back takes a third of
// a lookup.
//
// When somebody has written it leaves for a while, as what stands in the write-ahead
// log cannot be taken up into the file while an older reader is there.
//
// Its connection is open for as long as the database is, so the write-ahead log stays
// the same file, too: the last connection that is closed would remove it.
type standing struct {
	*question
	beginning, ending sync.Once
	stop, done        chan struct{}
}

// standingFor is how long the reader stays before it looks whether somebody has
// written, and how long it stays away.
const standingFor = 200 * time.Millisecond

// prepare opens the reader's connection, and has it read.
func (s *standing) prepare(ctx context.Context, db *DB) (err error) {
	if s.question, err = db.ask(ctx, "PRAGMA data_version"); err != nil { // a number that changes when others have written
		return fmt.Errorf("prepare the standing reader: %w", err)
	}
	if _, err = s.version(ctx); err != nil {
		s.close()
		s.question = nil
	}
	return err
}

// begin lets the reader come, if it is not there already.
func (s *standing) begin() {
	s.beginning.Do(func() {
		s.stop, s.done = make(chan struct{}), make(chan struct{})
		go s.stand()
	})
}

// end waits until the reader has left.
func (s *standing) end() (err error) {
	s.beginning.Do(func() {}) // it does not begin any more
	s.ending.Do(func() {
		if s.stop != nil {
			close(s.stop)
			<-s.done
		}
		if s.question != nil {
			err = s.close()
		}
	})
	return err
}

func (s *standing) stand() {
	defer close(s.done)
	ctx := context.Background()
	var before int64
	for {
		now, err := s.version(ctx)
		if err == nil && now == before {
			err = s.execute(ctx, "BEGIN; SELECT 1 FROM users LIMIT 1")
		}
		if err != nil {
			slog.Warn("the standing reader was turned away", "err", err)
		}
		before = now
		select {
		case <-s.stop:
			return
		case <-time.After(standingFor):
		}
		s.execute(ctx, "ROLLBACK") // fails when it did not stand
	}
}

func (q *question) version(ctx context.Context) (n int64, err error) {
	err = q.row(ctx, nil, &n)
	return n, err
}

func (q *question) execute(ctx context.Context, statements string) error {
	_, err := q.conn.(driver.ExecerContext).ExecContext(ctx, statements, nil)
	return err
}
