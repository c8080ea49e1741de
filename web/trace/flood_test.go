package trace_test

import (
	"fmt"
	"strings"
	"testing"

	"twodoors/web/trace"
)

// kept is how many of a seat's traces there are.
func kept(log *trace.Log, seat string) int { return len(log.List(seat, "", trace.MaxTraces)) }

// use keeps n traces of a seat that brings itself.
func use(log *trace.Log, seat string, n int) {
	for i := range n {
		log.Add(seat, numbered(i))
	}
}

// A3, C4: a hundred thousand requests without a seat push out nobody's traces: neither
// a seat's that is often here, nor one's that has just come back.
func TestRequestsWithoutASeatPushOutNobody(t *testing.T) {
	t.Parallel()
	log := trace.NewLog()
	use(log, "mine", 300)
	log.AddNew("back", numbered(1))
	use(log, "back", 1)
	for n := range 100_000 {
		log.AddNew(fmt.Sprint("made ", n), numbered(n))
	}
	if mine, back := kept(log, "mine"), kept(log, "back"); mine != 300 || back != 2 {
		t.Errorf("%d of 300 traces are left, and %d of 2", mine, back)
	}
	held := 0
	for n := range 100_000 {
		held += kept(log, fmt.Sprint("made ", n))
	}
	if held == 0 || held > trace.MaxTracesOnce {
		t.Errorf("%d traces of seats that came once", held)
	}
}

// A3: what a seat did before it had a cookie is still there when it comes back.
func TestFirstTraceIsThereWhenTheSeatComesBack(t *testing.T) {
	t.Parallel()
	log := trace.NewLog()
	first := numbered(1)
	log.AddNew("mine", first)
	for n := range trace.MaxTracesOnce / 2 {
		log.AddNew(fmt.Sprint("made ", n), numbered(n))
	}
	log.Add("mine", numbered(2))
	for n := range 2 * trace.MaxTracesOnce {
		log.AddNew(fmt.Sprint("later ", n), numbered(n))
	}
	if list := log.List("mine", "", 9); len(list) != 2 || list[1] != first {
		t.Errorf("%d traces are left of 2", len(list))
	}
}

// A3: seats of which each comes back a few times use up what is left, and not what
// others have.
func TestSeatsThatComeBackOncePushOutNobody(t *testing.T) {
	t.Parallel()
	log := trace.NewLog()
	for n := range 20 {
		use(log, fmt.Sprint("student ", n), 200)
	}
	for n := range 50_000 {
		name := fmt.Sprint("made ", n)
		log.AddNew(name, numbered(n))
		log.Add(name, numbered(n))
	}
	for n := range 20 {
		if left := kept(log, fmt.Sprint("student ", n)); left != 200 {
			t.Errorf("student %d has %d traces of 200", n, left)
		}
	}
}

// C4: when all is full, who has most loses the oldest, and who has little keeps it.
func TestWhoHoldsMostGivesWay(t *testing.T) {
	t.Parallel()
	log := trace.NewLog()
	for n := range 100 {
		use(log, fmt.Sprint("student ", n), 50)
	}
	for n := range 20 {
		use(log, fmt.Sprint("greedy ", n), trace.MaxTracesPerSeat)
	}
	for n := range 100 {
		if left := kept(log, fmt.Sprint("student ", n)); left != 50 {
			t.Errorf("student %d has %d traces of 50", n, left)
		}
	}
	least, most, all := trace.MaxTraces, 0, 0
	for n := range 20 {
		held := log.List(fmt.Sprint("greedy ", n), "", trace.MaxTraces)
		least, most, all = min(least, len(held)), max(most, len(held)), all+len(held)
		if held[0].ID != numbered(trace.MaxTracesPerSeat-1).ID {
			t.Errorf("greedy %d has lost its newest", n)
		}
	}
	if most-least > 2 || all < trace.MaxTraces/2 {
		t.Errorf("the greedy ones have between %d and %d, %d in all", least, most, all)
	}
}

// Whatever comes and goes, each seat lists what it has, and an empty log is empty.
func TestRowsAgreeAfterMuchComingAndGoing(t *testing.T) {
	t.Parallel()
	log := trace.NewLog()
	for round := range 3 {
		for n := range 30_000 {
			name := fmt.Sprint("seat ", n%(7+n%311))
			large := numbered(n)
			large.Path = strings.Repeat("x", n%9_000)
			switch {
			case n%97 == 0:
				log.Clear(name)
			case n%5 == 0:
				log.AddNew(fmt.Sprint("made ", n%1000), large)
			default:
				log.Add(name, large)
			}
		}
		log.ClearAll()
		for n := range 400 {
			if kept(log, fmt.Sprint("seat ", n)) != 0 || log.Get(fmt.Sprint("made ", n), numbered(n).ID) != nil {
				t.Fatalf("round %d: something is left", round)
			}
		}
	}
	use(log, "mine", 100)
	if kept(log, "mine") != 100 {
		t.Error("a log that was emptied keeps nothing")
	}
}

// BenchmarkAdd is keeping a trace: of one seat, of a class when all is full, and of
// requests without a seat.
func BenchmarkAdd(b *testing.B) {
	names := make([]string, 20_000)
	for n := range names {
		names[n] = fmt.Sprint("seat ", n)
	}
	one := numbered(1)
	for what, add := range map[string]func(log *trace.Log, i int){
		"one seat":          func(log *trace.Log, _ int) { log.Add("mine", one) },
		"a full class":      func(log *trace.Log, i int) { log.Add(names[i%200], one) },
		"a seat each":       func(log *trace.Log, i int) { log.AddNew(names[i%len(names)], one) },
		"seats that return": func(log *trace.Log, i int) { log.Add(names[i/2%len(names)], one) },
	} {
		b.Run(what, func(b *testing.B) {
			log := trace.NewLog()
			for i := range trace.MaxTraces {
				add(log, i)
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				add(log, i)
			}
		})
	}
}
