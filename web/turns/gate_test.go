package turns

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"twodoors/web/door"
)

// The gate of the tests has one turn for brief work, and room for fewer than it usually has.
const (
	maxWaitingSeat    = 10
	maxWaitingAddress = 64
	maxWaiting        = 96
)

// holder has the turn of a gate, and hands it on to one after the other.
type holder struct {
	t     *testing.T
	gate  *Gate
	order []string // who got a turn
	busy  []string // who got none
	free  func()
}

func hold(t *testing.T) *holder {
	h := &holder{t: t, gate: New(1)}
	h.gate.lines[Brief].bounds = bounds{atOnce: 1, seat: maxWaitingSeat, address: maxWaitingAddress, all: maxWaiting}
	done, err := h.gate.Turn(t.Context(), Brief)
	if err != nil {
		t.Fatal(err)
	}
	h.free = done
	return h
}

// as is the context of a request of somebody.
func as(ctx context.Context, address, seat string) context.Context {
	return door.WithClient(ctx, &door.Client{Address: address, Seat: seat})
}

// wait lets somebody wait, and returns when they do or were refused. Who waits is
// written as "address/seat", a seat that has logged in before with a capital letter.
func (h *holder) wait(ctx context.Context, who ...string) {
	h.t.Helper()
	for _, one := range who {
		address, seat, _ := strings.Cut(one, "/")
		if seat != "" && strings.ToUpper(seat[:1]) == seat[:1] {
			h.gate.Remember(seat)
		}
		go func() {
			done, err := h.gate.Turn(as(ctx, address, seat), Brief)
			_, busy := errors.AsType[*Refusal](err)
			switch {
			case busy:
				h.busy = append(h.busy, one)
			case err == nil:
				h.order = append(h.order, one)
				h.free = done
			}
		}()
		synctest.Wait()
	}
}

// turns hands on n turns and returns who got them.
func (h *holder) turns(n int) string {
	h.t.Helper()
	h.order = nil
	for range n {
		h.free()
		synctest.Wait()
	}
	return strings.Join(h.order, " ")
}

// A4: who waits for whom.
func TestTurnsGoRound(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ what, come, served string }{
		{"one after the other", "a/x b/x c/x", "a/x b/x c/x"},
		{"by address", "a/A a/A a/A a/B a/B b/x c/C", "a/A b/x c/C a/B a/A a/B a/A"},
		{"by network", "2001:db8::1/A 2001:db8::2/B 2001:db8::3/C b/D", "2001:db8::1/A b/D 2001:db8::2/B 2001:db8::3/C"},
		{"by seat", "a/A a/A a/A a/B a/B a/C", "a/A a/B a/C a/A a/B a/A"},
		{"seats that never logged in share one place", "a/x a/y a/z a/A a/A a/A", "a/x a/A a/y a/A a/z a/A"},
		{"and have turns in it", "a/x a/x a/x a/y a/z", "a/x a/y a/z a/x a/x"},
		{"as have those without a seat", "a/ a/ a/ a/x a/A a/A", "a/ a/A a/x a/A a/ a/"},
		{"a known seat's address is not another's", "a/A b/A a/A b/A", "a/A b/A a/A b/A"},
	} {
		synctest.Test(t, func(t *testing.T) {
			h, come := hold(t), strings.Fields(test.come)
			h.wait(h.t.Context(), come...)
			if served := h.turns(len(come)); served != test.served {
				t.Errorf("%s: %s come, %s are served", test.what, test.come, served)
			}
		})
	}
}

// A4: whatever one address asks for, others have their turn in each round, and who
// waits is served in the end.
func TestFloodWaitsInTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := hold(t)
		flood := func() {
			for n := range 12 {
				h.wait(h.t.Context(), fmt.Sprint("a/FLOOD", n))
			}
		}
		for range maxWaitingSeat {
			flood()
		}
		h.wait(h.t.Context(), "a/new", "a/Known", "b/x")
		served := ""
		for range 15 {
			served += h.turns(1) + " "
			flood()
		}
		for _, one := range []string{"a/new ", "a/Known ", "b/x "} {
			if !strings.Contains(served, one) {
				t.Errorf("within 15 turns: %s", served)
			}
		}
		if slices.Contains(h.busy, "a/new") || slices.Contains(h.busy, "a/Known") || slices.Contains(h.busy, "b/x") {
			t.Errorf("refused: %v", h.busy)
		}
		h.turns(h.gate.lines[Brief].waiting.count + 1)
		if h.gate.taken != 0 || len(h.gate.lines[Brief].waiting.members) != 0 {
			t.Errorf("%d turns are taken, %d addresses wait", h.gate.taken, len(h.gate.lines[Brief].waiting.members))
		}
	})
}

// A4, A3, L5: when there is no room, who has most waiting loses the newest.
func TestWhoHasMostWaitingGivesWay(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		what string
		fill func(h *holder)
		come string
		lose string
	}{
		{"a seat", func(h *holder) {
			for range maxWaitingSeat {
				h.wait(h.t.Context(), "a/A")
			}
		}, "a/A", "a/A"},
		{"an address", func(h *holder) {
			for n := range maxWaitingAddress / 4 {
				for range 4 {
					h.wait(h.t.Context(), fmt.Sprint("a/S", n))
				}
			}
		}, "a/x", "a/S15"},
		{"of those without a seat", func(h *holder) {
			for range maxWaitingAddress {
				h.wait(h.t.Context(), "a/")
			}
		}, "a/A", "a/"},
		{"of made-up seats", func(h *holder) {
			for n := range maxWaitingAddress {
				h.wait(h.t.Context(), fmt.Sprint("a/s", n))
			}
		}, "a/A", "a/s63"},
		{"in all", func(h *holder) {
			for n := range maxWaiting {
				h.wait(h.t.Context(), fmt.Sprintf("%d/s%d", n%10*n%7, n))
			}
		}, "a/x", "0/s91"},
	} {
		synctest.Test(t, func(t *testing.T) {
			h := hold(t)
			test.fill(h)
			before := len(h.busy)
			h.wait(h.t.Context(), test.come)
			if len(h.busy) != before+1 || h.busy[before] != test.lose {
				t.Errorf("%s: %v", test.what, h.busy[before:])
			}
			h.turns(h.gate.lines[Brief].waiting.count + 1)
		})
	}
}

// A4, L5: who goes away while waiting leaves the queue, as does who has waited for long,
// and who goes away with a turn just given hands it on.
func TestWaitingEndsWithTheRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := hold(t)
		gone, cancel := context.WithCancel(t.Context())
		h.wait(gone, "a/A", "a/x", "b/", "b/")
		h.wait(h.t.Context(), "a/A", "c/x")
		cancel()
		synctest.Wait()
		if h.gate.lines[Brief].waiting.count != 2 {
			t.Errorf("%d wait", h.gate.lines[Brief].waiting.count)
		}
		if served := h.turns(2); served != "a/A c/x" {
			t.Error(served)
		}
		h.wait(t.Context(), "late/x")
		time.Sleep(MaxWait)
		synctest.Wait()
		if !slices.Equal(h.busy, []string{"late/x"}) || h.gate.lines[Brief].waiting.count != 0 {
			t.Errorf("after %v: %v, %d wait", MaxWait, h.busy, h.gate.lines[Brief].waiting.count)
		}
		leaving := h.gate.join(&Ticket{kind: Brief, takes: 1}, door.Client{Address: "a"})
		h.free()
		leaving.Leave()
		if h.gate.taken != 0 || h.gate.lines[Brief].waiting.count != 0 {
			t.Errorf("%d turns are taken, %d wait", h.gate.taken, h.gate.lines[Brief].waiting.count)
		}
	})
}
