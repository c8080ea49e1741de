package room

import (
	"fmt"
	"testing"
	"time"
)

// A journal keeps its newest events, the newest first.
func TestJournalIsBounded(t *testing.T) {
	t.Parallel()
	second := 0
	j := newJournal(func() time.Time { second++; return time.Unix(int64(second), 0) })
	for n := range maxEvents + 50 {
		j.note("seat", Changed, fmt.Sprint(n))
	}
	events := (&Room{journal: j}).Journal()
	if len(events) != maxEvents || events[0].Text != fmt.Sprint(maxEvents+49) || events[maxEvents-1].Text != "50" {
		t.Errorf("%d events, from %q to %q", len(events), events[0].Text, events[len(events)-1].Text)
	}
	if events[0].By != "seat" || !events[0].At.After(events[1].At) {
		t.Errorf("%+v, then %+v", events[1], events[0])
	}
}

// Whoever watches is told once of what they have not looked at yet, and never waited for.
func TestWatch(t *testing.T) {
	t.Parallel()
	j := newJournal(time.Now)
	news, end := j.watch()
	for range 3 {
		j.note("", Changed, "")
	}
	<-news
	select {
	case <-news:
		t.Error("told twice")
	default:
	}
	j.wake()
	<-news
	end()
	j.wake()
	select {
	case <-news:
		t.Error("told after the end")
	default:
	}
}

// A server that keeps failing is started again after pauses that grow to a bound.
func TestPausesGrow(t *testing.T) {
	t.Parallel()
	pause, total := time.Duration(0), time.Duration(0)
	for range 20 {
		next := nextPause(pause)
		if next < pause || next > maxPause || next < firstPause {
			t.Fatalf("%s after %s", next, pause)
		}
		pause, total = next, total+next
	}
	if pause != maxPause || total > 20*maxPause {
		t.Errorf("%s in the end, %s in all", pause, total)
	}
}
