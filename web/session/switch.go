package session

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Switch is a store that can be another one from one moment to the next. What was
// kept in the one before stays there; a request that is under way when it happens
// finds its session gone.
type Switch struct {
	contextOnly
	store atomic.Pointer[Store]

	mu   sync.Mutex
	past []Store // at which it has stood
}

// NewSwitch returns a switch that stands at a store.
func NewSwitch(store Store) *Switch {
	s := &Switch{}
	s.To(store)
	return s
}

// To changes to another store.
func (s *Switch) To(store Store) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.past, store) {
		s.past = append(s.past, store)
	}
	s.store.Store(&store)
}

func (s *Switch) now() Store { return *s.store.Load() }

// Where is that of the store it stands at.
func (s *Switch) Where() string { return s.now().Where() }

// Len is that of the store it stands at.
func (s *Switch) Len() int { return s.now().Len() }

// Ready is that of the store it stands at.
func (s *Switch) Ready(ctx context.Context) error { return s.now().Ready(ctx) }

// FindCtx asks the store it stands at.
func (s *Switch) FindCtx(ctx context.Context, idHash string) ([]byte, bool, error) {
	return s.now().FindCtx(ctx, idHash)
}

// CommitCtx tells the store it stands at.
func (s *Switch) CommitCtx(ctx context.Context, idHash string, kept []byte, end time.Time) error {
	return s.now().CommitCtx(ctx, idHash, kept, end)
}

// DeleteCtx tells every store at which it has stood: whoever logs out stays out when
// the store is changed back. What counts is the one it stands at.
func (s *Switch) DeleteCtx(ctx context.Context, idHash string) error {
	now := s.now()
	s.mu.Lock()
	past := slices.Clone(s.past)
	s.mu.Unlock()
	for _, store := range past {
		if store == now {
			continue
		}
		if err := store.DeleteCtx(ctx, idHash); err != nil {
			slog.WarnContext(ctx, "a session may be left where none is kept now", "store", store.Where(), "err", err)
		}
	}
	return now.DeleteCtx(ctx, idHash)
}
