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

// sqliteStore keeps sessions in the database: they outlive every process, and
// all servers know them.
type sqliteStore struct {
	contextOnly
	table  *data.Sessions
	now    func() time.Time
	purged atomic.Int64 // when, in unix seconds
}

// NewSQLiteStore returns the store in the database's table of sessions.
func NewSQLiteStore(table *data.Sessions, now func() time.Time) Store {
	return &sqliteStore{table: table, now: now}
}

func (s *sqliteStore) Where() string { return s.table.Where() }

func (s *sqliteStore) Len() int { return 0 }

// Ready asks for a session that nobody has. Whether the database can be written is
// found out for all tables at once.
func (s *sqliteStore) Ready(ctx context.Context) error {
	_, _, err := s.FindCtx(ctx, "ready")
	return err
}

func (s *sqliteStore) FindCtx(ctx context.Context, idHash string) ([]byte, bool, error) {
	kept, err := s.table.Find(ctx, idHash, s.now())
	if errors.Is(err, data.ErrNotFound) {
		return nil, false, nil
	}
	return kept, err == nil, err
}

func (s *sqliteStore) CommitCtx(ctx context.Context, idHash string, kept []byte, end time.Time) error {
	end = end.Add(time.Second) // the table counts whole seconds; the door checks the exact time
	if user, add := isNew(ctx); add {
		s.purge(ctx)
		return s.table.Insert(ctx, idHash, user, kept, end)
	}
	err := s.table.Update(ctx, idHash, kept, end)
	if errors.Is(err, data.ErrNotFound) {
		return errDestroyed
	}
	return err
}

func (s *sqliteStore) DeleteCtx(ctx context.Context, idHash string) error {
	return s.table.Delete(ctx, idHash)
}

func (s *sqliteStore) purge(ctx context.Context) {
	now, last := s.now(), s.purged.Load()
	if now.Unix()-last < int64(purgeEvery/time.Second) || !s.purged.CompareAndSwap(last, now.Unix()) {
		return
	}
	if _, err := s.table.Purge(ctx, now); err != nil {
		slog.ErrorContext(ctx, "expired sessions stay", "err", err)
	}
}
