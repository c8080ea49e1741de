package lab

import (
	"sync"
	"time"
)

// BoundedMap keeps things in memory that must not stay there, as what a thief was handed: for ten minutes at most, and
// for as many seats at most as take part. When it is full, what was idle for longest gives way. Its zero value is empty.
type BoundedMap[T any] struct {
	mu      sync.Mutex
	entries map[string]*entry[T]
}

type entry[T any] struct {
	value   T
	used    time.Time
	expiry  *time.Timer
	dropped func() // told when the entry goes
}

const entryLifetime = 10 * time.Minute

// Put keeps a value under a key, for the one before. It calls dropped when the value goes.
func (m *BoundedMap[T]) Put(key string, value T, dropped func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.delete(key)
	if len(m.entries) >= maxParticipants {
		m.delete(m.idlest())
	}
	if m.entries == nil {
		m.entries = map[string]*entry[T]{}
	}
	e := &entry[T]{value: value, used: time.Now(), dropped: dropped}
	e.expiry = time.AfterFunc(entryLifetime, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.entries[key] == e { // and not one that came after
			m.delete(key)
		}
	})
	m.entries[key] = e
}

// Get returns the value under a key.
func (m *BoundedMap[T]) Get(key string) (value T, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.entries[key]
	if !ok {
		return value, false
	}
	e.used = time.Now()
	return e.value, true
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

// idlest is the key of what nobody has asked for during the longest time. It is called with mu
// held.
func (m *BoundedMap[T]) idlest() (key string) {
	for other, e := range m.entries {
		if key == "" || e.used.Before(m.entries[key].used) {
			key = other
		}
	}
	return key
}
