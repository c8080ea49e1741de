package main

import (
	"runtime/debug"
	"sync"
	"time"
)

// memory is what a server holds itself to, so that many fit on one machine. Each hash takes
// more than that for a moment, so the limit is lifted by as much as they need.
type memory struct {
	limit int64 // in bytes

	mu      sync.Mutex
	hashing int64       // how many hashes run
	lifted  int64       // by how much the limit is
	lower   *time.Timer // to the limit, once no hash has run for a while
}

// lowerAfter is how long after a hash the limit counts again: those who log in one after
// another find the memory there.
const lowerAfter = time.Second

// often has garbage collected when it is half of what is kept. A used server stays 2 MB smaller
// by that than by its limit alone, at no more processor time.
const often = 50

// hold begins to hold this process to the limit; 0 is none. Whoever waits for the process is spared that: it collects
// garbage for the first time.
func (m *memory) hold() {
	if m.limit == 0 {
		collectSeldom()
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	debug.SetGCPercent(often)
	debug.SetMemoryLimit(m.limit + m.lifted)
}

// lift makes room for a hash that takes so many bytes, until it is done.
func (m *memory) lift(bytes int64) (done func()) {
	if m.limit == 0 {
		return func() {}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.hashing++
	if m.lower != nil {
		m.lower.Stop()
	}
	if need := m.hashing * bytes; need > m.lifted {
		m.lifted = need
		debug.SetMemoryLimit(m.limit + m.lifted)
	}
	return m.done
}

func (m *memory) done() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.hashing--; m.hashing == 0 {
		m.lower = time.AfterFunc(lowerAfter, m.lowerAgain)
	}
}

// lowerAgain also gives back what the hashes took: nobody may log in for hours.
func (m *memory) lowerAgain() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.hashing == 0 {
		m.lifted = 0
		debug.SetMemoryLimit(m.limit)
		debug.FreeOSMemory()
	}
}
