package session

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"twodoors/data"
)

// purgeEvery is how often expired sessions are removed, at a login.
const purgeEvery = time.Minute

// databaseStore keeps sessions in the database: they outlive every process, and
// all servers know them.
type databaseStore struct {
	table  *data.Sessions
	now    func() time.Time
	purged atomic.Int64 // when, in unix seconds
}

// NewDatabaseStore returns the store in the database's table of sessions.
func NewDatabaseStore(table *data.Sessions, now func() time.Time) Store {
	return &databaseStore{table: table, now: now}
}

func (s *databaseStore) Where() string { return s.table.Where() }

func (s *databaseStore) Len() int { return 0 }

// Ready asks for a session that nobody has. Whether the database can be written is
// found out for all tables at once.
func (s *databaseStore) Ready(ctx context.Context) error {
	_, err := s.Find(ctx, "ready")
	if errors.Is(err, data.ErrNotFound) {
		return nil
	}
	return err
}

func (s *databaseStore) Find(ctx context.Context, idHash string) ([]byte, error) {
	return s.table.Find(ctx, idHash, s.now())
}

func (s *databaseStore) Insert(ctx context.Context, idHash string, user data.User, session []byte, end time.Time) error {
	s.purge(ctx)
	return s.table.Insert(ctx, idHash, user, session, wholeSecond(end))
}

func (s *databaseStore) Update(ctx context.Context, idHash string, session []byte, end time.Time) error {
	return s.table.Update(ctx, idHash, session, wholeSecond(end))
}

func (s *databaseStore) Delete(ctx context.Context, idHash string) error {
	return s.table.Delete(ctx, idHash)
}

// wholeSecond is the end of a session as the table counts it, in whole seconds. The door
// checks the exact time.
func wholeSecond(end time.Time) time.Time { return end.Add(time.Second) }

func (s *databaseStore) purge(ctx context.Context) {
	now, last := s.now(), s.purged.Load()
	if now.Unix()-last < int64(purgeEvery/time.Second) || !s.purged.CompareAndSwap(last, now.Unix()) {
		return
	}
	if _, err := s.table.Purge(ctx, now); err != nil {
		slog.ErrorContext(ctx, "expired sessions were not deleted", "err", err)
	}
}
