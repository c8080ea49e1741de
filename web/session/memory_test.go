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
