package session

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// maxInMemory bounds what a server remembers: some 300 MB of sessions.
const maxInMemory = 1 << 20

// memoryStore keeps sessions in this process: they are gone when it ends, and no
// other server knows them.
type memoryStore struct {
	contextOnly
	where string
	now   func() time.Time

	mu       sync.RWMutex
	sessions map[string]inMemory
}

type inMemory struct {
	data []byte
	end  time.Time
}

// NewMemoryStore returns an empty store in the memory of a server.
func NewMemoryStore(server int, now func() time.Time) Store {
	return &memoryStore{where: fmt.Sprintf("memory of server %d", server), now: now, sessions: map[string]inMemory{}}
}

func (s *memoryStore) Where() string { return s.where }

func (s *memoryStore) Len() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.sessions)
}

// Ready is always so: what is in this process's memory can be reached.
func (s *memoryStore) Ready(context.Context) error { return nil }

func (s *memoryStore) FindCtx(_ context.Context, idHash string) ([]byte, bool, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	found, ok := s.sessions[idHash]
	return found.data, ok && s.now().Before(found.end), nil
}

func (s *memoryStore) CommitCtx(ctx context.Context, idHash string, data []byte, end time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, there := s.sessions[idHash]
	if _, add := isNew(ctx); !add && !there {
		return errDestroyed
	}
	if !there {
		s.dropSomeExpired()
		if len(s.sessions) >= maxInMemory {
			return errFull
		}
	}
	s.sessions[idHash] = inMemory{data, end}
	return nil
}

func (s *memoryStore) DeleteCtx(_ context.Context, idHash string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, idHash)
	return nil
}

// dropSomeExpired looks at a few sessions for each that is added, in the random
// order of a map: cheap every time, and expired ones do not pile up.
func (s *memoryStore) dropSomeExpired() {
	now, looked := s.now(), 0
	for idHash, kept := range s.sessions {
		if looked++; looked > 16 {
			return
		}
		if !now.Before(kept.end) {
			delete(s.sessions, idHash)
		}
	}
}
