package turns

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"twodoors/web/trace"
)

// work takes a turn for so long, and tells when it has it.
func work(t *testing.T, g *Gate, ctx context.Context, kind Kind, lasts time.Duration, began func()) {
	go func() {
		done, err := g.Turn(ctx, kind)
		if err != nil {
			t.Error(err)
			return
		}
		began()
		time.Sleep(lasts)
		done()
	}()
}

// A13, A4: however much long work waits, brief work is done within its own time, and however much
// brief work waits, long work is; neither has all turns.
func TestNeitherKindKeepsTheOtherOut(t *testing.T) {
	t.Parallel()
	for processors, each := range map[int]int{1: 1, 2: 1, 4: 3} {
		synctest.Test(t, func(t *testing.T) {
			g, came := New(processors), time.Now()
			var brief, long atomic.Int64
			for i := range 20 {
				if i%7 == 0 {
					work(t, g, as(t.Context(), fmt.Sprint(i), ""), Long, 8*time.Second, func() { long.Add(1) })
				}
				work(t, g, as(t.Context(), fmt.Sprint(i), ""), Brief, time.Second, func() { brief.Add(1) })
			}
			synctest.Wait()
			if now := brief.Load() + long.Load(); brief.Load() == 0 || long.Load() == 0 || now != int64(max(2, processors)) {
				t.Errorf("%d processors: %d brief and %d long begin", processors, brief.Load(), long.Load())
			}
			for brief.Load() < 20 {
				g.mu.Lock()
				now := [2]int{g.lines[Brief].taken, g.lines[Long].taken}
				g.mu.Unlock()
				if now[Brief] > each || now[Long] > each {
					t.Errorf("%d processors: %d brief ones, %d long ones", processors, now[Brief], now[Long])
				}
				time.Sleep(time.Second)
				synctest.Wait()
			}
			if took := time.Since(came); took > 20*time.Second {
				t.Errorf("%d processors: the last of 20 brief ones of a second begins after %v", processors, took)
			}
			time.Sleep(time.Minute)
			synctest.Wait()
			if long.Load() != 3 || g.taken != 0 {
				t.Errorf("%d processors: %d long ones have begun, %d turns are taken", processors, long.Load(), g.taken)
			}
		})
	}
}

// A13: no more long work runs at once than may, a bounded number waits, and the rest is refused.
func TestBoundsWhatRunsAndWhatWaits(t *testing.T) {
	t.Parallel()
	for _, processors := range []int{1, 4} {
		synctest.Test(t, func(t *testing.T) {
			g := New(processors)
			var now, most, ran, refused atomic.Int64
			for i := range 200 {
				go func() {
					done, err := g.Turn(as(t.Context(), fmt.Sprintf("192.0.2.%d", i), ""), Long)
					if err != nil {
						if refusal, ok := errors.AsType[*Refusal](err); !ok || refusal.Why != trace.TurnFull || refusal.Before < 1 {
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
			bound := int64(max(1, processors-1))
			if most.Load() != bound || ran.Load() != bound+int64(g.lines[Long].all) || ran.Load()+refused.Load() != 200 {
				t.Errorf("%d processors: %d at once, %d ran, %d refused", processors, most.Load(), ran.Load(), refused.Load())
			}
			if l := g.lines[Long]; l.waiting.count != 0 || len(l.each) != 0 || g.taken != 0 || len(g.seats) != 0 {
				t.Errorf("left: %d waiting, %d seats, %d turns", l.waiting.count, len(l.each), g.taken)
			}
		})
	}
}

// A13: a seat has one long thing computed at a time though there is room, waits with one more,
// and keeps nobody else waiting with it.
func TestOneLongThingAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := New(5)
		var ran, own atomic.Int64
		ask := func(address, seat string) {
			go func() {
				done, err := g.Turn(as(t.Context(), address, seat), Long)
				if refusal, ok := errors.AsType[*Refusal](err); ok && refusal.Why == trace.TurnOwn && refusal.Problem().Status == 429 {
					own.Add(1)
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				ran.Add(1)
				time.Sleep(time.Second)
				done()
			}()
			synctest.Wait()
		}
		for range 3 {
			ask("a", "s")
		}
		if own.Load() != 1 || ran.Load() != 1 {
			t.Errorf("%d refused, %d run", own.Load(), ran.Load())
		}
		for range 3 {
			ask("a", "") // without a seat they are one
		}
		ask("b", "s")
		if ran.Load() != 3 {
			t.Errorf("%d run beside one that waits", ran.Load())
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if ran.Load() != 6 || own.Load() != 1 {
			t.Errorf("%d ran", ran.Load())
		}
	})
}

// A4: brief work that lasts for too long computes nothing: it waits for something else, and others
// do not wait with it.
func TestTurnAtBriefWorkEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g, came := New(1), time.Now()
		done, err := g.Turn(t.Context(), Brief)
		if err != nil {
			t.Fatal(err)
		}
		next, err := g.Turn(t.Context(), Brief)
		if err != nil || time.Since(came) != 2*time.Second {
			t.Errorf("%v after %v", err, time.Since(came))
		}
		done() // it has ended already
		next()
		if g.taken != 0 || g.lines[Brief].taken != 0 {
			t.Errorf("%d turns are taken", g.taken)
		}
	})
}
