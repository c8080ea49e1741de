package lab

import (
	"sync"
	"time"
)

// hold keeps one thing for each seat, of which others must not see a thing: what a
// thief was handed. It is in memory only, for a while.
type hold[T any] struct {
	mu   sync.Mutex
	kept map[string]held[T]
}

type held[T any] struct {
	thing T
	end   *time.Timer
	drop  func() // what is to be done when it goes
}

// Bounds of a hold.
const (
	maxHeld = 100
	holdFor = 10 * time.Minute
)

// put keeps a thing in the place of the one before, and reports whether there was
// room.
func (h *hold[T]) put(seat string, thing T, drop func()) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.remove(seat)
	if len(h.kept) >= maxHeld {
		drop()
		return false
	}
	if h.kept == nil {
		h.kept = map[string]held[T]{}
	}
	var end *time.Timer
	end = time.AfterFunc(holdFor, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.kept[seat].end == end { // and not one that came after
			h.remove(seat)
		}
	})
	h.kept[seat] = held[T]{thing, end, drop}
	return true
}

// get returns a seat's thing.
func (h *hold[T]) get(seat string) (thing T, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	it, ok := h.kept[seat]
	return it.thing, ok
}

// forget forgets a seat's thing.
func (h *hold[T]) forget(seat string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.remove(seat)
}

// remove forgets a seat's thing. It is called with mu held.
func (h *hold[T]) remove(seat string) {
	if it, ok := h.kept[seat]; ok {
		it.end.Stop()
		delete(h.kept, seat)
		it.drop()
	}
}
