package process

import (
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

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
	const flooders, each, sameAddress, elsewhere = 12, 8, 5, 10
	var turns atomic.Int64
	var flooding, others sync.WaitGroup
	over := make(chan struct{})
	defer flooding.Wait()
	defer close(over)

	var all sync.WaitGroup // that have logged in
	for range flooders {
		seat := s.freshSeat()
		for range each {
			all.Add(1)
			flooding.Go(func() {
				var in sync.Once
				for {
					select {
					case <-over:
						in.Do(all.Done)
						return
					default:
					}
					a, err := s.try("POST", "/api/session/login", ada, "Seat", seat, "X-Forwarded-For", "203.0.113.1")
					switch {
					case err != nil || a.status != 200 && a.status != 503 || a.status == 503 && a.header.Get("Retry-After") == "":
						t.Errorf("flood: %d %v %s", a.status, err, a.body)
						in.Do(all.Done)
						return
					case a.status == 503:
						time.Sleep(20 * time.Millisecond) // as a client that tries again
					default:
						turns.Add(1)
						in.Do(all.Done)
					}
				}
			})
		}
	}
	all.Wait()

	logIn := func(what string, bound int64, headers ...string) {
		others.Go(func() {
			for before := turns.Load(); ; time.Sleep(100 * time.Millisecond) { // again, where a turn takes so long that waiting ends
				a, err := s.try("POST", "/api/session/login", ada, headers...)
				took := turns.Load() - before
				if took > bound || err != nil || a.status != 200 && a.status != 503 {
					t.Errorf("%s: after %d turns of the flood, of at most %d: %d %v %s", what, took, bound, a.status, err, a.body)
				}
				if took > bound || a.status != 503 {
					return
				}
			}
		})
	}
	for range sameAddress {
		logIn("a new seat at the same address", 2*(flooders+1)*(sameAddress+1), "Seat", s.freshSeat(), "X-Forwarded-For", "203.0.113.1")
	}
	for i := range elsewhere {
		address, seat := "2001:db8:0:"+string(rune('0'+i))+"::1", s.freshSeat()
		if i%2 == 0 {
			seat = "none"
		}
		logIn("from "+address, flooders, "Seat", seat, "X-Forwarded-For", address)
	}
	others.Wait()
}
