// Package limit counts what is tried, in buckets that drain with time: of passwords,
// accounts and passcodes. It knows neither what is tried nor by whom; a key says that.
// Buckets count in memory, Shared in a table that all servers share.
package limit

import (
	"slices"
	"sync"
	"time"
)

// Rate lets through Burst at once, and then one each Every.
type Rate struct {
	Burst int
	Every time.Duration
}

// Buckets count by key, in bounded memory.
type Buckets[K comparable] struct {
	mu    sync.Mutex
	most  int
	empty map[K]time.Time // when each will be empty again
}

// New returns as many buckets at most, all of them empty.
func New[K comparable](most int) *Buckets[K] {
	return &Buckets[K]{most: most, empty: map[K]time.Time{}}
}

// Take counts in every bucket, or in none when one of them is full: then it says how
// long to wait.
func (b *Buckets[K]) Take(charged map[K]Rate, now time.Time) (wait time.Duration) {
	_, wait = b.take(charged, now)
	return wait
}

// take is Take, and says how full each bucket was before: how long it would have taken to drain.
func (b *Buckets[K]) take(charged map[K]Rate, now time.Time) (before map[K]time.Duration, wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for key, rate := range charged {
		full := now.Add(time.Duration(rate.Burst) * rate.Every)
		wait = max(wait, later(b.empty[key], now).Add(rate.Every).Sub(full))
	}
	if wait > 0 {
		return nil, wait
	}
	MakeRoom(b.empty, b.most)
	before = make(map[K]time.Duration, len(charged))
	for key, rate := range charged {
		empty := later(b.empty[key], now)
		before[key], b.empty[key] = empty.Sub(now), empty.Add(rate.Every)
	}
	return before, 0
}

// Return takes back what was counted.
func (b *Buckets[K]) Return(charged map[K]Rate) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for key, rate := range charged {
		if empty, ok := b.empty[key]; ok {
			b.empty[key] = empty.Add(-rate.Every)
		}
	}
}

// Len is how many buckets there are.
func (b *Buckets[K]) Len() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.empty)
}

// MakeRoom drops a tenth of what a map holds when it is full, the earliest first. Of
// buckets those are the emptiest: whoever fills many with one try each, from as many
// addresses, makes nobody's full one go.
func MakeRoom[K comparable](times map[K]time.Time, most int) {
	if len(times) < most {
		return
	}
	sorted := make([]int64, 0, len(times))
	for _, at := range times {
		sorted = append(sorted, at.UnixNano())
	}
	slices.Sort(sorted)
	last := sorted[len(sorted)-1-most*9/10]
	for key, at := range times {
		if len(times) > most*9/10 && at.UnixNano() <= last {
			delete(times, key)
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
