package theft

import (
	"context"
	"net/http"
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

func (d *doorman) Do(_ context.Context, _, path string, _ http.Header, _ any) (status int, answer []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls[path]++
	return d.status[path], nil
}

func (d *doorman) Close() {}

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
		thief := lend(door)
		go thief.goOn(ctx, nil)
		time.Sleep(10*time.Second + callEvery/2)
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
		thief.callAll(t.Context())
		if n := door.heard(atSession) + door.heard(atToken); n != 240 || len(thief.credentials) > 0 {
			t.Errorf("%d calls, and it has %d things left", n, len(thief.credentials))
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
		go lend(door).goOn(ctx, nil)
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
		thief, began := lend(door), time.Now()
		thief.inLab = func() bool { return time.Since(began) < 10*time.Second }
		thief.goOn(t.Context(), nil)
		if n, took := door.heard(atSession)+door.heard(atToken), time.Since(began); n != 19 || took != 10*time.Second || len(thief.credentials) > 0 {
			t.Errorf("%d calls in %s, and it has %d things left", n, took, len(thief.credentials))
		}
	})
}

// lend returns a thief that has a credential for each door.
func lend(door *doorman) *thief {
	return newThief(door, map[string]http.Header{"session": {}, "token": {}}, func() bool { return true })
}
