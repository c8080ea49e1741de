package experiments

import (
	"slices"
	"strings"
	"testing"
)

// join lets experiments wait, each named by its address and seat. One whose name ends with an
// exclamation mark runs alone.
func join(q *queue, names ...string) map[string]*ticket {
	all := map[string]*ticket{}
	for _, name := range names {
		address, seat, _ := strings.Cut(name, "/")
		all[name] = &ticket{address: address, seat: seat, alone: strings.HasSuffix(name, "!"), decided: make(chan struct{})}
		q.join(all[name])
	}
	return all
}

// inOrder ends what runs until nothing is left, and returns the names in the order in which
// they had their turns.
func inOrder(q *queue, all map[string]*ticket) (order []string) {
	for len(q.running) > 0 {
		for name, t := range all {
			if t == q.running[0] {
				order = append(order, name)
			}
		}
		q.leave(q.running[0])
	}
	return order
}

// Turns go round by address, and within an address by seat: whoever starts many waits longer.
func TestExperimentsTakeTurnsByAddressAndSeat(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ waiting, want string }{
		{"a/1 a/2 a/3", "a/1 a/2 a/3"},
		{"a/1 a/2 a/3 b/1", "a/1 b/1 a/2 a/3"},
		{"a/1 a/2x a/2y a/3", "a/1 a/2x a/2y a/3"},
		{"a/1 a/2 a/3 b/1 b/2 c/1", "a/1 b/1 c/1 a/2 b/2 a/3"},
		{"a/1 a/2 a/3 a/4 b/1 b/2 b/3 c/1", "a/1 b/1 c/1 a/2 b/2 a/3 b/3 a/4"},
		{"a/1 b/1! c/1", "a/1 b/1! c/1"},
	} {
		q := newQueue(1, 100)
		all := join(q, strings.Fields(test.waiting)...)
		if got := strings.Join(inOrder(q, all), " "); got != test.want {
			t.Errorf("%s: %s, not %s", test.waiting, got, test.want)
		}
		if len(q.last) > 0 {
			t.Errorf("%s: the queue remembers %v", test.waiting, q.last)
		}
	}
}

// Within an address a seat with two waits with its second until the others had their first.
func TestSecondOfASeatWaitsForTheFirstOfOthers(t *testing.T) {
	t.Parallel()
	q := newQueue(1, 100)
	join(q, "a/0")
	second := &ticket{address: "a", seat: "1", decided: make(chan struct{})}
	all := join(q, "a/1")
	q.join(second)
	others := join(q, "a/2")
	if q.before(all["a/1"]) != 0 || q.before(others["a/2"]) != 1 || q.before(second) != 2 {
		t.Errorf("%d, %d, %d before them", q.before(all["a/1"]), q.before(others["a/2"]), q.before(second))
	}
}

// As many run at once as there may; one that runs alone waits until none runs, and all others
// wait for it.
func TestOneAloneRunsAlone(t *testing.T) {
	t.Parallel()
	q := newQueue(2, 100)
	all := join(q, "a/1", "b/1", "c/1!", "d/1", "e/1")
	running := func(want ...string) {
		t.Helper()
		for name, ticket := range all {
			if ticket.isDecided() != slices.Contains(want, name) {
				t.Errorf("%s has a turn: %t", name, ticket.isDecided())
			}
		}
	}
	running("a/1", "b/1")
	q.leave(all["a/1"])
	running("a/1", "b/1")
	q.leave(all["b/1"])
	running("a/1", "b/1", "c/1!")
	q.leave(all["c/1!"])
	running("a/1", "b/1", "c/1!", "d/1", "e/1")
}

// When too many wait, the last of whoever has most loses its place: one that starts many keeps
// nobody out.
func TestFullQueueHasAPlaceForOthers(t *testing.T) {
	t.Parallel()
	q := newQueue(1, 3)
	all := join(q, "a/1", "a/2", "a/3", "a/4")
	if q.join(&ticket{address: "a", seat: "5", decided: make(chan struct{})}) {
		t.Error("a fourth one of the same address waits")
	}
	other := &ticket{address: "b", seat: "1", decided: make(chan struct{})}
	if !q.join(other) || q.before(other) != 0 {
		t.Errorf("the first of another address has no place, or %d before it", q.before(other))
	}
	if lost := all["a/4"]; !lost.isDecided() || !lost.lost || all["a/3"].isDecided() {
		t.Error("another one than the last lost its place")
	}
}

// Whoever stops waiting gives no turn away.
func TestLeavingTheQueue(t *testing.T) {
	t.Parallel()
	q := newQueue(1, 100)
	all := join(q, "a/1", "b/1", "c/1")
	q.leave(all["b/1"])
	if all["c/1"].isDecided() {
		t.Error("a turn was given while it was taken")
	}
	q.leave(all["a/1"])
	if !all["c/1"].isDecided() || all["b/1"].isDecided() {
		t.Error("the next one has no turn")
	}
}
