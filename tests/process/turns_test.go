package process

import (
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// loginFlood logs in without a break, and counts how often it got its turn.
type loginFlood struct {
	*visit
	turns   atomic.Int64
	running sync.WaitGroup
	over    chan struct{}
}

// flood begins: so many seats at one address, each over so many connections. It returns when
// every connection has logged in once, and the flood goes on until the test ends.
func (s *visit) flood(seats, connections int) *loginFlood {
	f := &loginFlood{visit: s, over: make(chan struct{})}
	s.t.Cleanup(func() { close(f.over); f.running.Wait() })
	var begun sync.WaitGroup
	for range seats {
		seat := s.freshSeat()
		for range connections {
			begun.Add(1)
			f.running.Go(func() { f.logInWithoutABreak(seat, sync.OnceFunc(begun.Done)) })
		}
	}
	begun.Wait()
	return f
}

func (f *loginFlood) logInWithoutABreak(seat string, begun func()) {
	defer begun()
	for {
		select {
		case <-f.over:
			return
		default:
		}
		a, err := f.try("POST", "/api/session/login", ada, "Seat", seat, "X-Forwarded-For", floodAddress)
		switch {
		case err == nil && a.status == 200:
			f.turns.Add(1)
			begun()
		case err == nil && a.status == 503 && a.header.Get("Retry-After") != "":
			time.Sleep(20 * time.Millisecond) // as a client that tries again
		default:
			f.t.Errorf("flood: %d %v %s", a.status, err, a.body)
			return
		}
	}
}

const floodAddress = "203.0.113.1"

// logInWithin logs in as somebody else, who may wait for so many turns of the flood. Where a turn
// takes so long that waiting ends, it tries again.
func (f *loginFlood) logInWithin(bound int64, what string, headers ...string) {
	for before := f.turns.Load(); ; time.Sleep(100 * time.Millisecond) {
		a, err := f.try("POST", "/api/session/login", ada, headers...)
		took := f.turns.Load() - before
		if took > bound || err != nil || a.status != 200 && a.status != 503 {
			f.t.Errorf("%s: after %d turns of the flood, of at most %d: %d %v %s", what, took, bound, a.status, err, a.body)
		}
		if took > bound || a.status != 503 {
			return
		}
	}
}

// A4, L5: twelve seats at one address keep all turns at hashing busy, with the right
// password. Others log in all the same: from other addresses in one of the next turns,
// with a new seat at the same address within as many turns as there are seats for each
// of them. Turns are counted, not seconds.
func TestFloodOfRightPasswordsKeepsNobodyOut(t *testing.T) {
	t.Parallel()
	s := open(t, "server", "--trust-proxy=127.0.0.1,::1")
	s.client.Jar = nil
	s.client.Timeout = 2 * time.Minute
	s.client.Transport = &http.Transport{MaxIdleConnsPerHost: 200}
	const seats, connections, sameAddress, elsewhere = 12, 8, 5, 10
	f := s.flood(seats, connections)

	var others sync.WaitGroup
	for range sameAddress {
		seat := s.freshSeat()
		others.Go(func() {
			f.logInWithin(2*(seats+1)*(sameAddress+1), "a new seat at the same address", "Seat", seat, "X-Forwarded-For", floodAddress)
		})
	}
	for i := range elsewhere {
		address, seat := "2001:db8:0:"+string(rune('0'+i))+"::1", s.freshSeat()
		if i%2 == 0 {
			seat = "none"
		}
		others.Go(func() { f.logInWithin(seats, "from "+address, "Seat", seat, "X-Forwarded-For", address) })
	}
	others.Wait()
}
