package trace_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"twodoors/web/trace"
)

func numbered(n int) *trace.Trace {
	return &trace.Trace{ID: fmt.Sprintf("%026d", n), Method: "GET", Door: "session", Outcome: trace.Allowed,
		Steps: []trace.Step{{Name: trace.SessionFind, OK: true}}}
}

func TestLogKeepsTheNewestOfASeat(t *testing.T) {
	t.Parallel()
	log := trace.NewLog()
	for n := range trace.MaxTracesPerSeat + 10 {
		log.Add("mine", numbered(n))
	}
	list := log.List("mine", "", trace.MaxTracesPerSeat+10)
	if len(list) != trace.MaxTracesPerSeat || list[0].ID != numbered(trace.MaxTracesPerSeat+9).ID {
		t.Errorf("%d traces, the newest %s", len(list), list[0].ID)
	}
	if log.Get("mine", numbered(9).ID) != nil || log.Get("mine", numbered(10).ID) == nil {
		t.Error("not the oldest ones went")
	}
}

func TestLogIsBoundedInAll(t *testing.T) {
	t.Parallel()
	log := trace.NewLog()
	const seats = 15
	for n := range trace.MaxTraces + 5000 {
		log.Add(fmt.Sprint("seat", n%seats), numbered(n))
	}
	total := 0
	for s := range seats {
		total += len(log.List(fmt.Sprint("seat", s), "", trace.MaxTraces))
	}
	if total > trace.MaxTraces {
		t.Errorf("%d traces are kept", total)
	}
}

func TestLogIsBoundedInBytes(t *testing.T) {
	t.Parallel()
	log := trace.NewLog()
	for n := range 1500 {
		large := numbered(n)
		large.Steps = []trace.Step{{Where: strings.Repeat("x", 64<<10)}}
		log.Add("mine", large)
	}
	if kept := len(log.List("mine", "", 2000)); kept*(64<<10) > trace.MaxBytes {
		t.Errorf("%d large traces are kept", kept)
	}
}

// I3: a seat has its own traces, and none of another's.
func TestSeatsAreApart(t *testing.T) {
	t.Parallel()
	log := trace.NewLog()
	log.Add("mine", numbered(1))
	if log.Get("yours", numbered(1).ID) != nil || len(log.List("yours", "", 10)) != 0 {
		t.Error("another seat sees the trace")
	}
	missed, _, listener := log.Listen("yours", "a", 0)
	defer listener.Close()
	if len(missed) != 0 {
		t.Error("another seat's stream has the trace")
	}
}

func TestClearForgets(t *testing.T) {
	t.Parallel()
	log := trace.NewLog()
	log.Add("mine", numbered(1))
	log.Add("yours", numbered(2))
	log.Clear("mine")
	log.Clear("nobody")
	if len(log.List("mine", "", 10)) != 0 || len(log.List("yours", "", 10)) != 1 {
		t.Error("Clear forgot the wrong traces")
	}
}

// What was cleared is in no answer, and comes back whole until it is forgotten. An older clearing
// that is forgotten takes nothing of a newer one along.
func TestHiddenTracesComeBack(t *testing.T) {
	t.Parallel()
	log := trace.NewLog()
	ids := func() (ids []string) {
		for _, one := range log.List("mine", "", 10) {
			ids = append(ids, one.ID)
		}
		return ids
	}
	expect := func(when string, hidden int, want ...string) {
		t.Helper()
		n, _ := log.Hidden("mine")
		if got := ids(); !slices.Equal(got, want) || n != hidden {
			t.Errorf("%s: %q are shown and %d hidden", when, got, n)
		}
	}
	one, two, three := numbered(1), numbered(2), numbered(3)
	log.Add("mine", one)
	first, second := time.Unix(1, 0), time.Unix(2, 0)
	forgetFirst := log.Hide("mine", first)
	expect("hidden", 1)
	if missed, _, listener := log.Listen("mine", "", 0); len(missed) != 0 || log.Get("mine", one.ID) != nil {
		t.Error("a hidden trace is told")
	} else {
		listener.Close()
	}
	log.Add("mine", two)
	expect("one came since", 1, two.ID)
	log.Restore("mine")
	expect("restored", 0, two.ID, one.ID)

	forget := log.Hide("mine", second)
	if _, at := log.Hidden("mine"); !at.Equal(second) {
		t.Errorf("cleared at %s", at)
	}
	log.Add("mine", three)
	forgetFirst()
	expect("the first clearing is forgotten", 2, three.ID)
	forget()
	expect("this one is, too", 0, three.ID)
	log.Restore("mine")
	expect("too late", 0, three.ID)
	log.Hide("nobody", first)()
	log.Restore("nobody")
	if n, _ := log.Hidden("nobody"); n != 0 {
		t.Error("somebody has what nobody cleared")
	}
}

func TestListenersAreBounded(t *testing.T) {
	t.Parallel()
	log := trace.NewLog()
	var open []*trace.Listener
	for range trace.MaxListeners {
		_, _, listener := log.Listen("mine", "a", 0)
		open = append(open, listener)
	}
	if _, _, one := log.Listen("mine", "a", 0); one != nil {
		t.Error("one listener too many")
	}
	if _, _, other := log.Listen("yours", "a", 0); other == nil {
		t.Error("one seat's listeners keep another's out")
	}
	open[0].Close()
	if _, _, again := log.Listen("mine", "a", 0); again == nil {
		t.Error("a closed listener still counts")
	}
}

func TestSlowListenerIsClosed(t *testing.T) {
	t.Parallel()
	log := trace.NewLog()
	_, _, listener := log.Listen("mine", "a", 0)
	defer listener.Close()
	for n := range 1000 {
		log.Add("mine", numbered(n))
	}
	got, last := 0, int64(0)
	for one := range listener.C { // ends, as the channel is closed
		last = one.Number()
		if one.ID != numbered(got).ID {
			t.Fatalf("got %s as number %d", one.ID, got)
		}
		got++
	}
	missed, _, again := log.Listen("mine", "a", last)
	defer again.Close()
	if got+len(missed) != 1000 {
		t.Errorf("%d taken and %d missed, of 1000", got, len(missed))
	}
}

// A program that starts again goes on counting above what it counted before, so whoever comes back misses nothing. One
// who comes with a number that is ahead, of a clock that was set back, gets all.
func TestNumbersRiseOverStarts(t *testing.T) {
	t.Parallel()
	before, after := numbered(1), numbered(2)
	before.At = time.Now()
	after.At = before.At.Add(time.Second)
	trace.NewLog().Add("mine", before)
	log := trace.NewLog()
	log.Add("mine", after)
	for _, from := range []int64{before.Number(), after.Number() + 1_000} {
		missed, _, listener := log.Listen("mine", "a", from)
		if listener.Close(); len(missed) != 1 {
			t.Errorf("after %d come %d traces", from, len(missed))
		}
	}
}

func TestBacklogAndLiveAreEachTraceOnce(t *testing.T) {
	t.Parallel()
	log := trace.NewLog()
	const writers, each = 4, 50
	var wait sync.WaitGroup
	for w := range writers {
		wait.Go(func() {
			for n := range each {
				log.Add("mine", numbered(w*each+n))
			}
		})
	}
	missed, _, listener := log.Listen("mine", "a", 0)
	defer listener.Close()
	wait.Wait()
	seen := map[string]int{}
	for _, one := range missed {
		seen[one.ID]++
	}
	for len(listener.C) > 0 {
		seen[(<-listener.C).ID]++
	}
	for id, times := range seen {
		if times != 1 {
			t.Errorf("%s came %d times", id, times)
		}
	}
	if len(seen) != writers*each {
		t.Errorf("%d traces came, want %d", len(seen), writers*each)
	}
}

func TestQuietTracesAreInNoList(t *testing.T) {
	t.Parallel()
	log := trace.NewLog()
	quiet := numbered(1)
	quiet.Steps = nil
	log.Add("mine", quiet)
	if len(log.List("mine", "", 10)) != 0 || log.Get("mine", quiet.ID) == nil {
		t.Error("a request for a style sheet is in the list, or cannot be had by its id")
	}
}

// What an experiment sent for a seat can be opened and is in no list: neither the
// seat's pages nor its listeners take it for the seat's own.
func TestUnlistedTraceIsHadByItsID(t *testing.T) {
	t.Parallel()
	log := trace.NewLog()
	own := numbered(1)
	log.Add("mine", own)
	_, _, listener := log.Listen("mine", "a", own.Number())
	defer listener.Close()
	log.Add("mine", numbered(2).Unlisted())
	if list := log.List("mine", "", 10); len(list) != 1 || list[0] != own {
		t.Errorf("listed: %v", list)
	}
	if found := log.Get("mine", numbered(2).ID); found == nil || found.Door != "session" || log.Get("other", numbered(2).ID) != nil {
		t.Errorf("found: %v", found)
	}
	if len(listener.C) != 0 {
		t.Error("a listener was told")
	}
}
