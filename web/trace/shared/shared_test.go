package shared_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"twodoors/data"
	"twodoors/web/trace"
	"twodoors/web/trace/shared"
)

// running returns the traces of a site as a server sees them.
func running(t *testing.T, store shared.Store) *shared.Traces {
	t.Helper()
	traces := shared.New(store)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { traces.Run(ctx); close(ended) }()
	t.Cleanup(func() { cancel(); <-ended })
	return traces
}

// numbered is the trace of a request to the session door that server 2 let in.
func numbered(n int) *trace.Trace {
	return &trace.Trace{ID: id(n), At: time.Now().UTC(), Method: "GET", Path: "/api/session/me", Door: "session", Server: 2, Outcome: trace.Allowed, Status: 200,
		User: "ada", Steps: []trace.Step{{Name: trace.SessionFind, OK: true, Where: "PostgreSQL", Source: "a.go:1"}}}
}

// id is one that a trace could have.
func id(n int) string {
	letters := []byte("AAAAAAAAAAAAAAAAAAAAAAAAAA")
	for at := len(letters) - 1; n > 0; at-- {
		letters[at] += byte(n % 26)
		n /= 26
	}
	return string(letters)
}

func listed(t *testing.T, traces *shared.Traces, seat, door string) (ids []string) {
	t.Helper()
	list, err := traces.List(t.Context(), seat, door, 1_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range list {
		ids = append(ids, one.ID)
	}
	return ids
}

// until waits for a condition that comes about within the tenth of a second that the traces of other servers may take,
// and gives a busy machine more.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for began := time.Now(); !holds(); {
		if time.Since(began) > 30*time.Second {
			t.Fatalf("never: %s", what)
		}
	}
}

// A server lists what it has answered itself at once, and what others answered soon; a link works at once everywhere.
func TestEveryServerShowsAllTraces(t *testing.T) {
	each(t, func(t *testing.T, a, b shared.Store) {
		one, two := running(t, a), running(t, b)
		token := numbered(2)
		token.Door = "token"
		one.AddNew("mine", numbered(1))
		one.Add("mine", token)
		if got, err := two.Get(t.Context(), "mine", id(2)); err != nil || got == nil || got.Server != 2 || got.Door != "token" {
			t.Errorf("at the other server it is %+v, %v", got, err)
		}
		if got := listed(t, one, "mine", ""); !slices.Equal(got, []string{id(2), id(1)}) {
			t.Errorf("its own server lists %q", got)
		}
		until(t, "the other server lists both", func() bool { return slices.Equal(listed(t, two, "mine", ""), []string{id(2), id(1)}) })
		if got := listed(t, two, "mine", "session"); !slices.Equal(got, []string{id(1)}) {
			t.Errorf("at the session door: %q", got)
		}
		if got, err := two.Get(t.Context(), "yours", id(2)); got != nil || err != nil {
			t.Errorf("another seat has %+v, %v", got, err)
		}
		if got, err := two.Get(t.Context(), "mine", "no id"); got != nil || err != nil {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// A stream that breaks off and goes on at another server has every trace once.
func TestStreamsGoOnAtAnotherServer(t *testing.T) {
	each(t, func(t *testing.T, a, b shared.Store) {
		servers := []*shared.Traces{running(t, a), running(t, b)}
		const all = 120
		var writers sync.WaitGroup
		for w, server := range servers {
			writers.Go(func() {
				for n := w; n < all; n += 2 {
					server.Add("mine", numbered(n))
				}
			})
		}
		seen, last := map[string]int{}, int64(0)
		for turn := 0; len(seen) < all; turn++ {
			missed, _, next, err := servers[turn%2].Listen(t.Context(), "mine", "", last)
			if err != nil || next == nil {
				t.Fatal(next, err)
			}
			note := func(one *trace.Trace) {
				if one.Number() > last {
					seen[one.ID]++
					last = one.Number()
				}
			}
			for _, one := range missed {
				note(one)
			}
			for range min(7, all-len(seen)) {
				select {
				case one := <-next.C:
					note(one)
				case <-time.After(5 * time.Second):
					t.Fatalf("%d of %d came", len(seen), all)
				}
			}
			next.Close()
		}
		writers.Wait()
		for id, times := range seen {
			if times != 1 {
				t.Errorf("%s came %d times", id, times)
			}
		}
	})
}

// What is cleared at one server is cleared at all, comes back at any, and is forgotten when nobody has asked for it.
func TestClearedIsClearedEverywhere(t *testing.T) {
	each(t, func(t *testing.T, a, b shared.Store) {
		one, two := running(t, a), running(t, b)
		one.Add("mine", numbered(1))
		at := time.UnixMilli(time.Now().UnixMilli())
		listed(t, one, "mine", "")
		forget, err := one.Hide(t.Context(), "mine", at)
		if err != nil {
			t.Fatal(err)
		}
		if n, when, err := two.Hidden(t.Context(), "mine"); n != 1 || !when.Equal(at) || err != nil {
			t.Errorf("%d hidden at %s, %v", n, when, err)
		}
		if got, _ := two.Get(t.Context(), "mine", id(1)); got != nil || len(listed(t, two, "mine", "")) != 0 {
			t.Error("the other server shows it")
		}
		if err := two.Restore(t.Context(), "mine"); err != nil || len(listed(t, one, "mine", "")) != 1 {
			t.Errorf("it does not come back: %v", err)
		}
		forget() // nothing is cleared any more
		again, err := two.Hide(t.Context(), "mine", at)
		if err != nil || len(listed(t, one, "mine", "")) != 0 {
			t.Errorf("%v", err)
		}
		again()
		if err := one.Restore(t.Context(), "mine"); err != nil || len(listed(t, one, "mine", "")) != 0 {
			t.Errorf("it comes back after it was forgotten: %v", err)
		}
	})
}

// What a server of another version wrote is left out, and nothing else.
func TestOtherVersionsAreLeftOut(t *testing.T) {
	each(t, func(t *testing.T, a, b shared.Store) {
		appended(t, a, data.TraceRecord{Seat: "mine", ID: id(1), Record: "0\tof an older version"})
		appended(t, a, data.TraceRecord{Seat: "mine", ID: id(2), Record: numbered(2).Pack()})
		two := running(t, b)
		if got := listed(t, two, "mine", ""); !slices.Equal(got, []string{id(2)}) {
			t.Errorf("%q", got)
		}
		if got, err := two.Get(t.Context(), "mine", id(1)); got != nil || err != nil {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// At a network that is full, a seat at which somebody was let in gets a stream; a made-up one gives way.
func TestSeatThatTakesPartGetsAStream(t *testing.T) {
	each(t, func(t *testing.T, a, b shared.Store) {
		one, two := running(t, a), running(t, b)
		two.Add("mine", numbered(1))
		listed(t, two, "mine", "")
		for n := range trace.MaxListenersNetwork {
			if _, _, next, err := one.Listen(t.Context(), fmt.Sprint("made up ", n), "a", 0); next == nil || err != nil {
				t.Fatal(n, err)
			}
		}
		if _, _, next, err := one.Listen(t.Context(), "mine", "a", 0); next == nil || err != nil {
			t.Errorf("no stream: %v", err)
		}
	})
}

// A stream that begins with a number of before the store lost what it had goes on with what comes.
func TestStreamGoesOnAfterAStoreLostItsNumbers(t *testing.T) {
	each(t, func(t *testing.T, a, b shared.Store) {
		one := running(t, a)
		_, upTo, next, err := one.Listen(t.Context(), "mine", "a", math.MaxInt64)
		if err != nil {
			t.Fatal(err)
		}
		one.Add("mine", numbered(1))
		select {
		case got := <-next.C:
			if got.Number() <= upTo {
				t.Errorf("number %d, and the stream goes on after %d", got.Number(), upTo)
			}
		case <-time.After(5 * time.Second):
			t.Error("nothing comes")
		}
	})
}
