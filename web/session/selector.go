package session

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"twodoors/data"
)

// Selector is a store that is one of several, and can be another one from one moment to
// the next. Sessions do not move: what was inserted in the one before stays there, and a
// request that is under way finds its session gone.
type Selector struct {
	selected atomic.Pointer[Store]

	mu   sync.Mutex
	ever []Store // that have been selected
}

// NewSelector returns a selector with a store selected.
func NewSelector(store Store) *Selector {
	s := &Selector{}
	s.Select(store)
	return s
}

// Select goes over to a store.
func (s *Selector) Select(store Store) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.ever, store) {
		s.ever = append(s.ever, store)
	}
	s.selected.Store(&store)
}

func (s *Selector) now() Store { return *s.selected.Load() }

// Where asks the selected store.
func (s *Selector) Where() string { return s.now().Where() }

// Len asks the selected store.
func (s *Selector) Len() int { return s.now().Len() }

// Ready asks the selected store.
func (s *Selector) Ready(ctx context.Context) error { return s.now().Ready(ctx) }

// Find asks the selected store.
func (s *Selector) Find(ctx context.Context, idHash string) ([]byte, error) {
	return s.now().Find(ctx, idHash)
}

// Insert adds to the selected store.
func (s *Selector) Insert(ctx context.Context, idHash string, user data.User, session []byte, end time.Time) error {
	return s.now().Insert(ctx, idHash, user, session, end)
}

// Update changes the selected store.
func (s *Selector) Update(ctx context.Context, idHash string, session []byte, end time.Time) error {
	return s.now().Update(ctx, idHash, session, end)
}

// LeaderChanged asks the selected store, if it is Led.
func (s *Selector) LeaderChanged() (ago time.Duration, ever bool) {
	if led, ok := s.now().(Led); ok {
		return led.LeaderChanged()
	}
	return 0, false
}

// Delete removes a session from every store that has ever been selected: who logs out stays
// out when the store is changed back. Only the error of the selected one counts.
func (s *Selector) Delete(ctx context.Context, idHash string) error {
	now := s.now()
	s.mu.Lock()
	ever := slices.Clone(s.ever)
	s.mu.Unlock()
	for _, store := range ever {
		if store == now {
			continue
		}
		if err := store.Delete(ctx, idHash); err != nil {
			slog.WarnContext(ctx, "a session might remain in a store that is not selected", "store", store.Where(), "err", err)
		}
	}
	return now.Delete(ctx, idHash)
}
