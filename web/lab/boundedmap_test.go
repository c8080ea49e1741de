package lab

import (
	"testing"
	"testing/synctest"
	"time"
)

// A hundred are kept at most, each for ten minutes, one for a key; whoever put it
// there is told when it goes.
func TestBoundedMapIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, dropped := BoundedMap[int]{}, 0
		drop := func() { dropped++ }
		key := func(i int) string { return string(rune('a' + i)) }
		for i := range maxEntries {
			if !m.Put(key(i), i, drop) {
				t.Fatalf("no room for %d", i)
			}
		}
		if m.Put("one more", 0, drop) || dropped != 1 {
			t.Errorf("one more is kept, %d dropped", dropped)
		}
		time.Sleep(entryLifetime / 2)
		if !m.Put(key(0), 7, drop) || dropped != 2 {
			t.Errorf("another of the same key is not kept, %d dropped", dropped)
		}
		m.Delete(key(1))
		m.Delete(key(1))
		time.Sleep(entryLifetime/2 + time.Second)
		synctest.Wait()
		if got, ok := m.Get(key(0)); !ok || got != 7 || dropped != 2+maxEntries-1 {
			t.Errorf("%d, %t, %d dropped", got, ok, dropped)
		}
		if _, ok := m.Get(key(2)); ok {
			t.Error("kept for too long")
		}
		time.Sleep(entryLifetime)
		synctest.Wait()
		if len(m.entries) != 0 || dropped != 2+maxEntries {
			t.Errorf("%d kept, %d dropped", len(m.entries), dropped)
		}
	})
}
