package process

import (
	"encoding/json"
	"net/http"
	"strings"
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
	var each []func() string
	for range seats {
		seat := s.freshSeat()
		for range connections {
			each = append(each, func() string { return seat })
		}
	}
	return s.floodOver(each)
}

// floodOver is a flood over connections, each with what gives the next request its seat.
func (s *visit) floodOver(connections []func() string) *loginFlood {
	f := &loginFlood{visit: s, over: make(chan struct{})}
	s.t.Cleanup(func() { close(f.over); f.running.Wait() })
	var begun sync.WaitGroup
	for _, seat := range connections {
		begun.Add(1)
		f.running.Go(func() { f.logInWithoutABreak(seat, sync.OnceFunc(begun.Done)) })
	}
	begun.Wait()
	return f
}

func (f *loginFlood) logInWithoutABreak(seat func() string, begun func()) {
	defer begun()
	for {
		select {
		case <-f.over:
			return
		default:
		}
		a, err := f.try("POST", "/api/session/login", ada, "Seat", seat(), "X-Forwarded-For", floodAddress)
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

// A4, L5: one client takes a new seat for each request. Whoever has logged in before from the same address is
// served in one of the next turns, others are at the latest when all that came before them were.
func TestMadeUpSeatsKeepNobodyOut(t *testing.T) {
	t.Parallel()
	s := open(t, "server", "--trust-proxy=127.0.0.1,::1")
	s.client.Jar = nil
	s.client.Timeout = 2 * time.Minute
	s.client.Transport = &http.Transport{MaxIdleConnsPerHost: 200}
	known := s.freshSeat()
	if a := s.call("POST", "/api/session/login", ada, "Seat", known, "X-Forwarded-For", floodAddress); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	const connections, newcomers = 96, 4
	var each []func() string
	for range connections {
		each = append(each, func() string { seat, _ := s.tryFreshSeat(); return seat })
	}
	f := s.floodOver(each)
	var others sync.WaitGroup
	others.Go(func() { f.logInWithin(8, "a seat that has logged in", "Seat", known, "X-Forwarded-For", floodAddress) })
	for range newcomers {
		seat := s.freshSeat()
		others.Go(func() {
			f.logInWithin(2*(connections+newcomers), "a new seat", "Seat", seat, "X-Forwarded-For", floodAddress)
		})
	}
	others.Go(func() { f.logInWithin(8, "from elsewhere", "Seat", s.freshSeat(), "X-Forwarded-For", "2001:db8::1") })
	others.Wait()
}

// classOf are new seats of a class behind one address.
func (s *visit) classOf(n int) (seats []string) {
	for range n {
		seats = append(seats, s.freshSeat())
	}
	return seats
}

// logInInTurn logs a seat in as a page does: when it was not served within half a minute, as on a machine
// that does much else, it tries again.
func (s *visit) logInInTurn(door, seat string) (a answer) {
	var err error
	for range 8 {
		a, err = s.try("POST", "/api/"+door+"/login", ada, "Seat", seat)
		if err != nil || a.status != 503 || a.header.Get("Retry-After") == "" {
			break
		}
	}
	if err != nil || a.status != 200 {
		s.t.Errorf("%d %v %s", a.status, err, a.body)
	}
	return a
}

// L5, A4: of 200 people behind one address who log in at the same moment all get in, and those who waited read so in
// their trace.
func TestClassLogsInAtOnce(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.client.Timeout = time.Minute
	seats, began := s.classOf(200), time.Now()
	s.client.Jar = nil
	var class sync.WaitGroup
	var waited atomic.Int64
	for _, seat := range seats {
		class.Go(func() {
			a := s.logInInTurn("session", seat)
			var traced traced
			if own, err := s.try("GET", "/api/traces/"+a.header.Get("Trace-Id"), "", "Seat", seat); err != nil || json.Unmarshal([]byte(own.body), &traced) != nil {
				t.Errorf("its trace: %v %s", err, own.body)
				return
			}
			if first := traced.Steps[0]; first.Name == "turn.wait" && first.Actor == "front" && strings.Contains(first.Saw, "ahead of it") {
				waited.Add(1)
			}
		})
	}
	class.Wait()
	t.Logf("all were in after %v", time.Since(began))
	if waited.Load() < 100 {
		t.Errorf("only %d waited", waited.Load())
	}
}

// Who waits for a turn is told how many are before them, and nobody else is.
func TestSeatIsToldItsPlaceInTheQueue(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.client.Jar = nil
	own, other, place := s.freshSeat(), s.freshSeat(), func(seat string) (said struct {
		Before  int
		Waiting bool
	}) {
		s.call("GET", "/api/turns", "", "Seat", seat).into(t, &said)
		return said
	}
	var class sync.WaitGroup
	defer class.Wait()
	seats := s.classOf(100)
	for _, seat := range seats {
		class.Go(func() { s.try("POST", "/api/token/login", ada, "Seat", seat) })
	}
	asked := 0
	s.until("somebody waits behind 20 others", func() bool {
		asked++
		return place(seats[asked%len(seats)]).Before >= 20
	})
	in, told := make(chan answer), false
	go func() { in <- s.logInInTurn("session", own) }()
	for {
		select {
		case a := <-in:
			if a.status != 200 || !told || place(own).Waiting {
				t.Errorf("%d, told %t, afterwards %+v", a.status, told, place(own))
			}
			return
		default:
			now := place(own)
			told = told || now.Waiting && now.Before > 0
			if others := place(other); others.Waiting || others.Before != 0 {
				t.Fatalf("somebody who waits for nothing is told %+v", others)
			}
		}
	}
}
