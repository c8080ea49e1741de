package semaphore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// hold acquires in the background and tells the order in which clients ran, each for a
// second.
func hold(t *testing.T, s *Semaphore, c Client, ran chan<- string, refused chan<- error) {
	t.Helper()
	go func() {
		release, err := s.Acquire(t.Context(), c)
		if err != nil {
			refused <- err
			return
		}
		ran <- c.Network + " " + c.Seat
		time.Sleep(time.Second)
		release()
	}()
	synctest.Wait()
}

// waits is how many wait.
func waits(s *Semaphore) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.waiting)
}

// A13: no more than the bound run at once, a bounded number wait, and the rest is
// refused; all that were not refused ran.
func TestBoundsWhatRunsAndWhatWaits(t *testing.T) {
	t.Parallel()
	for _, bound := range []int{1, 3} {
		synctest.Test(t, func(t *testing.T) {
			s := letting(bound)
			var now, most, done, refused atomic.Int64
			for i := range 200 {
				go func() {
					release, err := s.Acquire(t.Context(), Client{Network: fmt.Sprintf("192.0.2.%d", i)})
					if err != nil {
						if !errors.Is(err, ErrFull) {
							t.Error(err)
						}
						refused.Add(1)
						return
					}
					most.Store(max(most.Load(), now.Add(1)))
					time.Sleep(10 * time.Millisecond)
					now.Add(-1)
					done.Add(1)
					release()
				}()
			}
			time.Sleep(time.Minute)
			synctest.Wait()
			if most.Load() != int64(bound) || done.Load() != int64(bound+maxWaiting) || done.Load()+refused.Load() != 200 {
				t.Errorf("bound %d: %d at once, %d done, %d refused", bound, most.Load(), done.Load(), refused.Load())
			}
			if len(s.waiting) != 0 || len(s.running) != 0 || s.free != bound {
				t.Errorf("left: %d waiting, %d running, %d free", len(s.waiting), len(s.running), s.free)
			}
		})
	}
}

// A13: one address with many seats does not keep others out: they take turns, and who
// comes when the queue is full gets in for the last of the one that waits with most.
func TestAddressesTakeTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := letting(1)
		ran, refused := make(chan string, 50), make(chan error, 50)
		for seat := range 1 + maxWaiting {
			hold(t, s, Client{"192.0.2.1", fmt.Sprint(seat)}, ran, refused)
		}
		hold(t, s, Client{"192.0.2.1", "one more"}, ran, refused)
		if err := <-refused; !errors.Is(err, ErrFull) {
			t.Error(err)
		}
		hold(t, s, Client{"192.0.2.2", ""}, ran, refused)
		if err := <-refused; !errors.Is(err, ErrFull) || waits(s) != maxWaiting {
			t.Errorf("%v, %d wait", err, waits(s))
		}
		time.Sleep(3 * time.Second)
		synctest.Wait()
		var order []string
		for len(ran) > 0 {
			order = append(order, <-ran)
		}
		if at := slices.Index(order, "192.0.2.2 "); at < 1 || at > 2 {
			t.Errorf("the other address came as number %d: %q", at, order)
		}
		time.Sleep(time.Minute)
	})
}

// A13: a client runs one thing at a time though there is room, and waits with one more.
// Without a seat all from one network are one.
func TestOneAtATime(t *testing.T) {
	t.Parallel()
	for _, same := range [][2]Client{
		{{"192.0.2.1", "a"}, {"192.0.2.1", "a"}},
		{{"192.0.2.1", ""}, {"192.0.2.1", ""}},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := letting(4)
			ran, refused := make(chan string, 9), make(chan error, 9)
			hold(t, s, same[0], ran, refused)
			hold(t, s, same[1], ran, refused)
			hold(t, s, same[0], ran, refused)
			if err := <-refused; !errors.Is(err, ErrOwn) || len(ran) != 1 {
				t.Errorf("%v: %v, %d run", same, err, len(ran))
			}
			hold(t, s, Client{"192.0.2.9", "b"}, ran, refused)
			if len(ran) != 2 {
				t.Errorf("another waits too: %d run", len(ran))
			}
			time.Sleep(time.Minute)
			synctest.Wait()
			if len(ran) != 3 {
				t.Errorf("%d ran", len(ran))
			}
		})
	}
}

// Nobody waits for longer than people do, and who has gone leaves the queue.
func TestWaitingEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := letting(1)
		release, err := s.Acquire(t.Context(), Client{Network: "192.0.2.1"})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if _, err := s.Acquire(t.Context(), Client{Network: "192.0.2.2"}); !errors.Is(err, ErrFull) || time.Since(began) != maxWait {
			t.Errorf("%v after %s", err, time.Since(began))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := s.Acquire(ctx, Client{Network: "192.0.2.2"}); !errors.Is(err, context.DeadlineExceeded) || waits(s) != 0 {
			t.Errorf("%v, %d wait", err, waits(s))
		}
		release()
		if release, err = s.Acquire(t.Context(), Client{Network: "192.0.2.2"}); err != nil {
			t.Fatal(err)
		}
		release()
	})
}
