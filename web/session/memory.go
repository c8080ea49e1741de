package session

import (
	"context"
	"sync"
	"time"

	"twodoors/data"
	"twodoors/web/trace"
)

// maxInMemory bounds what a server remembers: some 300 MB of sessions.
const maxInMemory = 1 << 20

// memoryStore keeps sessions in this process: they are gone when it ends, and no
// other server knows them.
type memoryStore struct {
	where string
	most  int // that it keeps
	evict bool
	now   func() time.Time

	mu       sync.RWMutex
	sessions map[string]inMemory
}

type inMemory struct {
	session []byte
	end     time.Time
}

// NewMemoryStore returns an empty store in the memory of a server.
func NewMemoryStore(server int, now func() time.Time) Store {
	return &memoryStore{where: trace.MemoryOf(server), most: maxInMemory, now: now, sessions: map[string]inMemory{}}
}

// NewSmallMemoryStore is NewMemoryStore for a few sessions. When there are as many, a new one
// takes the place of the one that would end first: as a rule, the one unused for longest.
func NewSmallMemoryStore(server, most int, now func() time.Time) Store {
	return &memoryStore{where: trace.MemoryOf(server), most: most, evict: true, now: now, sessions: map[string]inMemory{}}
}

func (s *memoryStore) Where() string { return s.where }

func (s *memoryStore) Len() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.sessions)
}

// Ready is always so: what is in this process's memory can be reached.
func (s *memoryStore) Ready(context.Context) error { return nil }

func (s *memoryStore) Find(_ context.Context, idHash string) ([]byte, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	found, ok := s.living(idHash)
	if !ok {
		return nil, data.ErrNotFound
	}
	return found.session, nil
}

// Insert takes the session of any account: it cannot know what has changed.
func (s *memoryStore) Insert(_ context.Context, idHash string, _ data.User, session []byte, end time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropSomeExpired()
	if _, there := s.living(idHash); there {
		return errTaken
	}
	if len(s.sessions) >= s.most {
		if !s.evict {
			return errFull
		}
		s.evictOne()
	}
	s.sessions[idHash] = inMemory{session, end}
	return nil
}

func (s *memoryStore) Update(_ context.Context, idHash string, session []byte, end time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, there := s.living(idHash); !there {
		return data.ErrNotFound
	}
	s.sessions[idHash] = inMemory{session, end}
	return nil
}

func (s *memoryStore) Delete(_ context.Context, idHash string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, idHash)
	return nil
}

// evictOne looks at all: of some thousands that takes far less than the login's hash did.
func (s *memoryStore) evictOne() {
	var first string
	var end time.Time
	for idHash, kept := range s.sessions {
		if first == "" || kept.end.Before(end) {
			first, end = idHash, kept.end
		}
	}
	delete(s.sessions, first)
}

// living returns a session whose end has not come.
func (s *memoryStore) living(idHash string) (inMemory, bool) {
	found, ok := s.sessions[idHash]
	return found, ok && s.now().Before(found.end)
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
