package turns

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A13: no more than the bound run at once, a bounded number wait, and the rest is
// refused; all that were not refused ran.
func TestBoundsWhatRunsAndWhatWaits(t *testing.T) {
	t.Parallel()
	for _, bound := range []int{1, 3} {
		synctest.Test(t, func(t *testing.T) {
			q := Costly()
			q.AtOnce = bound
			var now, most, ran, refused atomic.Int64
			for i := range 200 {
				go func() {
					done, err := q.Turn(t.Context(), Path{fmt.Sprintf("192.0.2.%d", i)})
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
					ran.Add(1)
					done()
				}()
			}
			time.Sleep(time.Minute)
			synctest.Wait()
			if most.Load() != int64(bound) || ran.Load() != int64(bound+q.Most.All) || ran.Load()+refused.Load() != 200 {
				t.Errorf("bound %d: %d at once, %d ran, %d refused", bound, most.Load(), ran.Load(), refused.Load())
			}
			if q.waiting.count != 0 || len(q.seats) != 0 || q.taken != 0 {
				t.Errorf("left: %d waiting, %d seats, %d turns", q.waiting.count, len(q.seats), q.taken)
			}
		})
	}
}

// A13: one address with many seats does not keep others out: they take turns, and who
// comes when the queue is full gets in for one of the address that waits with most.
func TestAddressesTakeTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := hold(t)
		h.queue.Most = Costly().Most
		for seat := range h.queue.Most.All {
			h.wait(t.Context(), fmt.Sprint("a/S", seat))
		}
		h.wait(t.Context(), "a/More", "b/")
		if len(h.busy) != 2 || h.busy[0] != "a/More" || h.busy[1][:2] != "a/" {
			t.Errorf("refused: %v", h.busy)
		}
		if served := h.turns(2); served != "a/S0 b/" {
			t.Error(served)
		}
		h.turns(h.queue.waiting.count + 1)
	})
}

// A13: a seat has one thing computed at a time though there is room, waits with one more,
// and keeps nobody else waiting with it.
func TestOneAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := Costly()
		q.AtOnce = 4
		ran, refused := make(chan Path, 9), make(chan error, 9)
		ask := func(path Path) {
			go func() {
				done, err := q.Turn(t.Context(), path)
				if err != nil {
					refused <- err
					return
				}
				ran <- path
				time.Sleep(time.Second)
				done()
			}()
			synctest.Wait()
		}
		for range 3 {
			ask(Path{"a", "S", "S"})
		}
		if err := <-refused; !errors.Is(err, ErrOwn) || len(ran) != 1 {
			t.Errorf("%v, %d run", err, len(ran))
		}
		for range 3 {
			ask(Path{"a"}) // without a seat they are one
		}
		ask(Path{"b", "S", "S"})
		if len(ran) != 3 {
			t.Errorf("%d run beside one that waits", len(ran))
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if len(ran) != 6 || len(refused) != 0 {
			t.Errorf("%d ran", len(ran))
		}
	})
}

// Nobody waits for longer than people do, and who has gone leaves the queue.
func TestWaitingEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := Costly()
		q.AtOnce = 1
		done, err := q.Turn(t.Context(), Path{"a"})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if _, err := q.Turn(t.Context(), Path{"b"}); !errors.Is(err, ErrFull) || time.Since(began) != q.MaxWait {
			t.Errorf("%v after %s", err, time.Since(began))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := q.Turn(ctx, Path{"b"}); !errors.Is(err, context.DeadlineExceeded) || q.waiting.count != 0 {
			t.Errorf("%v, %d wait", err, q.waiting.count)
		}
		done()
		if done, err = q.Turn(t.Context(), Path{"b"}); err != nil {
			t.Fatal(err)
		}
		done()
	})
}
