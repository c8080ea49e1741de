package session

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"twodoors/data"
)

// Memory takes so many sessions and no more, until some have ended: those make room.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	now := time.Now()
	store := NewMemoryStore(1, func() time.Time { return now }).(*memoryStore)
	store.most = 100
	insert := func(i int) error {
		return store.Insert(t.Context(), strconv.Itoa(i), data.User{ID: 1}, nil, now.Add(time.Hour))
	}
	for i := range store.most {
		if err := insert(i); err != nil {
			t.Fatalf("after %d: %v", i, err)
		}
	}
	if err := insert(store.most); !errors.Is(err, errFull) || store.Len() != store.most {
		t.Errorf("it takes another: %v, and keeps %d", err, store.Len())
	}
	now = now.Add(2 * time.Hour)
	for i := range store.most {
		if err := insert(store.most + i); err != nil {
			t.Errorf("when all have ended: %v", err)
		}
	}
}

// A small memory takes every login: the session that was unused for longest goes for it.
func TestSmallMemoryEvictsWhoWasAwayLongest(t *testing.T) {
	t.Parallel()
	now := time.Now()
	store := NewSmallMemoryStore(1, 100, func() time.Time { return now })
	for i := range 100 {
		now = now.Add(time.Second)
		if err := store.Insert(t.Context(), strconv.Itoa(i), data.User{ID: 1}, nil, now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	for _, used := range []string{"0", "1"} {
		if err := store.Update(t.Context(), used, nil, now.Add(2*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Insert(t.Context(), "new", data.User{ID: 1}, nil, now.Add(time.Hour)); err != nil || store.Len() != 100 {
		t.Errorf("%v, and it keeps %d", err, store.Len())
	}
	for id, there := range map[string]bool{"0": true, "1": true, "2": false, "3": true, "99": true, "new": true} {
		if _, err := store.Find(t.Context(), id); (err == nil) != there {
			t.Errorf("session %s: %v", id, err)
		}
	}
}

func BenchmarkSmallMemoryEvicts(b *testing.B) {
	store := NewSmallMemoryStore(1, 2000, time.Now)
	for i := 0; b.Loop(); i++ {
		store.Insert(b.Context(), strconv.Itoa(i), data.User{ID: 1}, nil, time.Now().Add(time.Hour))
	}
}
