package session

import (
	"context"
	"sync/atomic"
	"time"
)

// Switch is a store that can be another one from one moment to the next. What was
// kept in the one before stays there; a request that is under way when it happens
// finds its session gone.
type Switch struct {
	contextOnly
	store atomic.Pointer[Store]
}

// NewSwitch returns a switch that stands at a store.
func NewSwitch(store Store) *Switch {
	s := &Switch{}
	s.To(store)
	return s
}

// To changes to another store.
func (s *Switch) To(store Store) { s.store.Store(&store) }

func (s *Switch) now() Store { return *s.store.Load() }

// Where is that of the store it stands at.
func (s *Switch) Where() string { return s.now().Where() }

// Len is that of the store it stands at.
func (s *Switch) Len() int { return s.now().Len() }

// FindCtx asks the store it stands at.
func (s *Switch) FindCtx(ctx context.Context, idHash string) ([]byte, bool, error) {
	return s.now().FindCtx(ctx, idHash)
}

// CommitCtx tells the store it stands at.
func (s *Switch) CommitCtx(ctx context.Context, idHash string, kept []byte, end time.Time) error {
	return s.now().CommitCtx(ctx, idHash, kept, end)
}

// DeleteCtx tells the store it stands at.
func (s *Switch) DeleteCtx(ctx context.Context, idHash string) error {
	return s.now().DeleteCtx(ctx, idHash)
}
