package lab

import (
	"sync"
	"time"
)

// BoundedMap keeps things in memory that must not stay there, as what a thief was handed: a hundred at most, each
// for ten minutes at most. Its zero value is empty.
type BoundedMap[T any] struct {
	mu      sync.Mutex
	entries map[string]entry[T]
}

type entry[T any] struct {
	value   T
	expiry  *time.Timer
	dropped func() // told when the entry goes
}

const (
	maxEntries    = 100
	entryLifetime = 10 * time.Minute
)

// Put keeps a value under a key, for the one before. It calls dropped when the value goes, which is at once when the
// map is full: then it reports false.
func (m *BoundedMap[T]) Put(key string, value T, dropped func()) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.delete(key)
	if len(m.entries) >= maxEntries {
		dropped()
		return false
	}
	if m.entries == nil {
		m.entries = map[string]entry[T]{}
	}
	var expiry *time.Timer
	expiry = time.AfterFunc(entryLifetime, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.entries[key].expiry == expiry { // and not one that came after
			m.delete(key)
		}
	})
	m.entries[key] = entry[T]{value, expiry, dropped}
	return true
}

// Get returns the value under a key.
func (m *BoundedMap[T]) Get(key string) (value T, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.entries[key]
	return e.value, ok
}

// Delete drops the value under a key, if there is one.
func (m *BoundedMap[T]) Delete(key string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.delete(key)
}

// delete is called with mu held.
func (m *BoundedMap[T]) delete(key string) {
	if e, ok := m.entries[key]; ok {
		e.expiry.Stop()
		delete(m.entries, key)
		e.dropped()
	}
}
