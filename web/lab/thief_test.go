package lab

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// doorman answers every call with a status, and counts them.
type doorman struct {
	mu     sync.Mutex
	status map[string]int // by path
	calls  map[string]int
}

func (d *doorman) RoundTrip(r *http.Request) (*http.Response, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls[r.URL.Path]++
	return &http.Response{StatusCode: d.status[r.URL.Path], Body: io.NopCloser(strings.NewReader("{}")), Request: r}, nil
}

func (d *doorman) heard(path string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.calls[path]
}

const (
	atSession = "/api/session/me"
	atToken   = "/api/token/me"
)

// A thief calls twice a second, both doors by turns, for a minute. Who asks how it
// fares gives it another. When it is over it has nothing left.
func TestThiefGoesOnForAMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, end := context.WithCancel(t.Context())
		door := &doorman{status: map[string]int{atSession: 200, atToken: 200}, calls: map[string]int{}}
		thief := newThief(door)
		go thief.goOn(ctx, nil)
		time.Sleep(10*time.Second + thiefEvery/2)
		if a, b := door.heard(atSession), door.heard(atToken); a != 10 || b != 10 {
			t.Errorf("in ten seconds %d and %d calls", a, b)
		}
		time.Sleep(5 * time.Minute)
		if n := door.heard(atSession) + door.heard(atToken); n != 120 {
			t.Errorf("%d calls", n)
		}
		thief.wake <- struct{}{}
		time.Sleep(5 * time.Minute)
		if n := door.heard(atSession) + door.heard(atToken); n != 240 {
			t.Errorf("%d calls after it was woken", n)
		}
		end()
		synctest.Wait()
		thief.tryAll(t.Context())
		if n := door.heard(atSession) + door.heard(atToken); n != 240 || len(thief.loot) > 0 {
			t.Errorf("%d calls, and it has %d things left", n, len(thief.loot))
		}
	})
}

// It gives a door up that has refused it three times in a row, and not the other; an
// answer that is no refusal does not count.
func TestThiefGivesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, end := context.WithCancel(t.Context())
		defer end()
		door := &doorman{status: map[string]int{atSession: 401, atToken: 503}, calls: map[string]int{}}
		go newThief(door).goOn(ctx, nil)
		time.Sleep(2 * time.Minute)
		if a, b := door.heard(atSession), door.heard(atToken); a != 3 || b != 117 {
			t.Errorf("%d and %d calls", a, b)
		}
	})
}

// A5: it is lent to a seat in its lab: when that leaves, it is gone, and has nothing left.
func TestThiefEndsWithTheLab(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		door := &doorman{status: map[string]int{atSession: 200, atToken: 200}, calls: map[string]int{}}
		thief, began := newThief(door), time.Now()
		thief.lent = func() bool { return time.Since(began) < 10*time.Second }
		thief.goOn(t.Context(), nil)
		if n, took := door.heard(atSession)+door.heard(atToken), time.Since(began); n != 19 || took != 10*time.Second || len(thief.loot) > 0 {
			t.Errorf("%d calls in %s, and it has %d things left", n, took, len(thief.loot))
		}
	})
}

func newThief(door *doorman) *thief {
	t := &thief{
		Client: &Client{http: &http.Client{Transport: door}}, loot: map[string]http.Header{"session": {}, "token": {}},
		standing: map[string]*Standing{"session": {}, "token": {}}, wake: make(chan struct{}, 1), lent: func() bool { return true },
	}
	return t
}

// A hundred are kept at most, each for ten minutes, one for a seat; what goes is told
// so.
func TestHoldIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, dropped := hold[int]{}, 0
		drop := func() { dropped++ }
		seat := func(i int) string { return string(rune('a' + i)) }
		for i := range maxHeld {
			if !h.put(seat(i), i, drop) {
				t.Fatalf("no room for %d", i)
			}
		}
		if h.put("one more", 0, drop) || dropped != 1 {
			t.Errorf("one more is kept, %d dropped", dropped)
		}
		time.Sleep(holdFor / 2)
		if !h.put(seat(0), 7, drop) || dropped != 2 {
			t.Errorf("another of the same seat is not kept, %d dropped", dropped)
		}
		h.forget(seat(1))
		h.forget(seat(1))
		time.Sleep(holdFor/2 + time.Second)
		synctest.Wait()
		if got, ok := h.get(seat(0)); !ok || got != 7 || dropped != 2+maxHeld-1 {
			t.Errorf("%d, %t, %d dropped", got, ok, dropped)
		}
		if _, ok := h.get(seat(2)); ok {
			t.Error("kept for too long")
		}
		time.Sleep(holdFor)
		synctest.Wait()
		if len(h.kept) != 0 || dropped != 2+maxHeld {
			t.Errorf("%d kept, %d dropped", len(h.kept), dropped)
		}
	})
}
