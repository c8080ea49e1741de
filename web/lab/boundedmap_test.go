package lab

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// Each is kept for ten minutes at most, one for a key; whoever put it there is told when it goes.
func TestBoundedMapForgets(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, dropped := BoundedMap[int]{}, 0
		drop := func() { dropped++ }
		for i := range 10 {
			m.Put(fmt.Sprint(i), i, drop)
		}
		time.Sleep(entryLifetime / 2)
		m.Put("0", 7, drop)
		if dropped != 1 {
			t.Errorf("%d dropped for another of the same key", dropped)
		}
		m.Delete("1")
		m.Delete("1")
		time.Sleep(entryLifetime/2 + time.Second)
		synctest.Wait()
		if got, ok := m.Get("0"); !ok || got != 7 || dropped != 10 {
			t.Errorf("%d, %t, %d dropped", got, ok, dropped)
		}
		if _, ok := m.Get("2"); ok {
			t.Error("kept for too long")
		}
		time.Sleep(entryLifetime)
		synctest.Wait()
		if len(m.entries) != 0 || dropped != 11 {
			t.Errorf("%d kept, %d dropped", len(m.entries), dropped)
		}
	})
}

// A full map takes one more all the same: what was idle for longest gives way to it.
func TestIdleEntryGivesWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, gone := BoundedMap[int]{}, []int{}
		put := func(i int) { m.Put(fmt.Sprint(i), i, func() { gone = append(gone, i) }) }
		for i := range maxParticipants {
			put(i)
			time.Sleep(time.Millisecond)
		}
		m.Get("0")
		put(maxParticipants)
		put(maxParticipants + 1)
		if fmt.Sprint(gone) != "[1 2]" {
			t.Errorf("%v dropped", gone)
		}
		for i := range maxParticipants + 2 {
			m.Delete(fmt.Sprint(i))
		}
		if len(gone) != maxParticipants+2 || len(m.entries) != 0 {
			t.Errorf("%d dropped, %d kept", len(gone), len(m.entries))
		}
	})
}
