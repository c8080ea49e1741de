package turns

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"twodoors/web/door"
	"twodoors/web/trace"
)

// join lets experiments wait, each named by its address and seat. One whose name ends with an
// exclamation mark runs alone.
func join(t *testing.T, g *Gate, names ...string) (all []*Ticket) {
	t.Helper()
	for _, name := range names {
		address, seat, _ := strings.Cut(name, "/")
		ticket, err := g.Join(door.Client{Address: address, Seat: seat}, strings.HasSuffix(name, "!"))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all = append(all, ticket)
	}
	return all
}

// running are those of all that have a turn, by their names.
func running(names []string, all []*Ticket) string {
	var now []string
	for i, ticket := range all {
		if ticket != nil && ticket.IsDecided() && ticket.refusal == nil {
			now = append(now, names[i])
		}
	}
	return strings.Join(now, " ")
}

// Experiments take turns by address, and within an address by seat: whoever starts many waits longer. As many
// run at once as there may. One that runs alone waits until none runs, and those behind it wait for it.
func TestExperimentsTakeTurns(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		processors int
		come       string
		served     []string // those that run, each time after the first of them has ended
	}{
		{2, "a/1 a/2 a/3", []string{"a/1", "a/2", "a/3"}},
		{2, "a/1 a/2 a/3 b/1", []string{"a/1", "a/2", "b/1", "a/3"}},
		{2, "x/1 a/1 a/2 a/3 b/1 b/2 c/1", []string{"x/1", "a/1", "b/1", "c/1", "a/2", "b/2", "a/3"}},
		{3, "a/1 b/1 c/1 d/1", []string{"a/1 b/1", "b/1 c/1", "c/1 d/1", "d/1"}},
		{3, "a/1 b/1 c/1! d/1 e/1", []string{"a/1 b/1", "b/1", "c/1!", "d/1 e/1", "e/1"}},
		{1, "a/1 b/1! c/1", []string{"a/1", "b/1!", "c/1"}},
	} {
		g, names := New(test.processors), strings.Fields(test.come)
		all := join(t, g, names...)
		for _, want := range test.served {
			if now := running(names, all); now != want {
				t.Errorf("%s, %d processors: %s run, not %s", test.come, test.processors, now, want)
			}
			for i, ticket := range all {
				if ticket != nil && ticket.IsDecided() {
					ticket.Leave()
					all[i] = nil
					break
				}
			}
		}
		if l := &g.lines[Experiment]; l.taken != 0 || len(l.each) != 0 || l.waiting.count != 0 {
			t.Errorf("%s: left are %d turns, %d that wait", test.come, l.taken, l.waiting.count)
		}
	}
}

// An experiment is told its place, and what requests of its seat are told is not about it.
func TestExperimentIsToldItsPlace(t *testing.T) {
	t.Parallel()
	g := New(2)
	all := join(t, g, "a/1", "a/1", "a/2", "b/1")
	for i, want := range []int{0, 0, 2, 1} {
		if before := all[i].Before(); before != want {
			t.Errorf("%d before %d, not %d", before, i, want)
		}
	}
	if _, waiting := g.Before("1"); waiting {
		t.Error("a request of its seat waits")
	}
	all[2].Leave() // nobody gets a turn for it
	if all[3].IsDecided() {
		t.Error("a turn was given while it was taken")
	}
	if all[0].Leave(); !all[1].IsDecided() || all[3].Before() != 0 {
		t.Error("the next one has no turn")
	}
}

// Experiments keep neither logins nor cracking from their turns: they log in themselves.
func TestExperimentsKeepNobodyWaiting(t *testing.T) {
	t.Parallel()
	g := New(2)
	join(t, g, "a/1", "b/1")
	for _, kind := range []Kind{Long, Brief} {
		if ticket := g.join(&Ticket{kind: kind, takes: 1}, door.Client{Address: "c"}); !ticket.IsDecided() {
			t.Errorf("kind %d waits", kind)
		}
	}
}

// When too many wait, the last of whoever has most loses its place: one that starts many keeps nobody out.
func TestManyExperimentsHaveAPlaceForOthers(t *testing.T) {
	t.Parallel()
	g := New(2)
	line := &g.lines[Experiment]
	var names []string
	for n := range line.address + 1 {
		names = append(names, fmt.Sprint("a/", n))
	}
	all := join(t, g, names...)
	if _, err := g.Join(door.Client{Address: "a", Seat: "more"}, false); err == nil {
		t.Error("one more of the same address waits")
	} else if refusal, ok := errors.AsType[*Refusal](err); !ok || refusal.Why != trace.TurnFull {
		t.Error(err)
	}
	if other := join(t, g, "b/1")[0]; other.Before() != 1 {
		t.Errorf("%d before the first of another address", other.Before())
	}
	if last := all[len(all)-1]; last.IsDecided() {
		t.Error("another one lost its place")
	}
}
