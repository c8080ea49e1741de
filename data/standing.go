package data

import (
	"context"
	"database/sql/driver"
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
type standing struct {
	beginning, ending sync.Once
	stop, done        chan struct{}
}

// standingFor is how long the reader stays before it looks whether somebody has
// written, and how long it stays away.
const standingFor = 200 * time.Millisecond

// begin lets the reader come, if it is not there already.
func (s *standing) begin(db *DB) {
	s.beginning.Do(func() {
		s.stop, s.done = make(chan struct{}), make(chan struct{})
		go s.stand(db)
	})
}

// end waits until the reader has left.
func (s *standing) end() {
	s.beginning.Do(func() {}) // it does not begin any more
	if s.stop != nil {
		s.ending.Do(func() { close(s.stop) })
		<-s.done
	}
}

func (s *standing) stand(db *DB) {
	defer close(s.done)
	ctx := context.Background()
	q, err := db.ask(ctx, "PRAGMA data_version") // a number that changes when others have written
	if err != nil {
		slog.Warn("lookups go without a standing reader", "err", err)
		return
	}
	defer q.close()
	var before int64
	for {
		now, err := q.version(ctx)
		if err == nil && now == before {
			err = q.execute(ctx, "BEGIN; SELECT 1 FROM users LIMIT 1")
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
		q.execute(ctx, "ROLLBACK") // fails when it did not stand
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
