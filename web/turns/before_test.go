package turns

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"twodoors/web/trace"
)

// Whoever waits is told how many are served first, and nothing of anybody else's.
func TestSeatIsToldItsPlace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := hold(t)
		h.wait(t.Context(), "a/A", "a/A", "b/", "a/B", "b/x", "a/B")
		told := func() string {
			var all []string
			for _, seat := range []string{"A", "B", "x", "", "nobody"} {
				before, waiting := h.gate.Before(seat)
				all = append(all, fmt.Sprint(before, waiting))
			}
			return strings.Join(all, ", ")
		}
		for _, want := range []string{ // served: A, b's, B, x, A, B
			"0 true, 2 true, 3 true, 0 false, 0 false",
			"3 true, 1 true, 2 true, 0 false, 0 false",
			"2 true, 0 true, 1 true, 0 false, 0 false",
		} {
			if got := told(); got != want {
				t.Errorf("%s, want %s", got, want)
			}
			h.turns(1)
		}
		h.turns(4)
		if got := told(); strings.Contains(got, "true") {
			t.Errorf("afterwards: %s", got)
		}
	})
}

// What a seat is told is what comes, if nobody else does.
func TestPlaceIsKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, seats := hold(t), map[string]bool{}
		for i := range 60 {
			seat := fmt.Sprintf("%c%d", "Sn"[rand.N(2)], i%25) // one known seat in two
			seats[seat] = true
			h.wait(t.Context(), fmt.Sprintf("%d/%s", rand.N(4), seat))
		}
		told := map[string]int{}
		for seat := range seats {
			if before, waiting := h.gate.Before(seat); waiting {
				told[seat] = before
			}
		}
		for n, one := range strings.Fields(h.turns(60)) {
			_, seat, _ := strings.Cut(one, "/")
			if before, first := told[seat]; first && before != n {
				if before < n {
					t.Errorf("%s was told %d and comes after %d", seat, before, n)
				}
				continue // of several addresses, a later request is served first
			}
			delete(told, seat)
		}
	})
}

// A request that waits says so in its trace, and one that does not is spared the step.
func TestWaitIsInTheTrace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := hold(t)
		h.wait(t.Context(), "a/A", "b/")
		recorded := &trace.Trace{}
		waited := make(chan func())
		go func() {
			done, err := h.gate.Turn(trace.With(as(t.Context(), "c", ""), recorded), Brief)
			if err != nil {
				t.Error(err)
			}
			waited <- done
		}()
		synctest.Wait()
		time.Sleep(3 * time.Second)
		h.turns(2)
		h.free()
		(<-waited)()
		step := recorded.Find(trace.TurnWait)
		if step == nil || !step.OK || step.Facts.Get("before").Int() != 2 || step.Facts.Get("wait").Duration() != 3*time.Second {
			t.Errorf("%+v", recorded.Steps)
		}
		unhindered := &trace.Trace{}
		if done, err := h.gate.Turn(trace.With(t.Context(), unhindered), Brief); err != nil || len(unhindered.Steps) != 0 {
			t.Errorf("%v, %+v", err, unhindered.Steps)
		} else {
			done()
		}
	})
}

// A4: seats that logged in are known, the latest of them for the longest, in bounded memory.
func TestSeatsThatLoggedInAreKnown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := New(1)
		for i := range maxKnown + 1 {
			g.Remember(fmt.Sprint(i))
			time.Sleep(time.Millisecond)
		}
		_, first := g.known["0"]
		_, last := g.known[fmt.Sprint(maxKnown)]
		g.Remember("")
		if _, none := g.known[""]; none || first || !last || len(g.known) > maxKnown {
			t.Errorf("%d known, the first %t, the last %t, none %t", len(g.known), first, last, none)
		}
	})
}
