package process

import (
	"strings"
	"sync"
	"testing"
	"time"

	"twodoors/tests/cluster"
)

// Whatever somebody asks for, what others ask for is traced, and no path that is a secret is kept.
func TestOddRequestsStopNoTraces(t *testing.T) {
	sharing(t, func(t *testing.T, servers []*visit) {
		ada := servers[0]
		ada.call("GET", "/", "")
		seat := ada.seat()
		for _, odd := range [][]string{
			{"POST", "/inspector/%ff"}, {"GET", "/api//%ff"}, {"DELETE", "/api/embeds/%ff"}, {"GET", "/api/%c3%28", "Host", "else.example"},
			{"POST", "/api/session/login%ff", "Origin", "https://else.example"}, {"POST", "/inspector/" + seat}, {"GET", "/api/traces/" + seat},
		} {
			if a := ada.call(odd[0], odd[1], "", odd[2:]...); a.status < 300 || a.status >= 500 {
				t.Errorf("%q: %d", odd, a.status)
			}
		}
		for _, path := range []string{"/session/login", "/token/login", "/signup"} {
			if a := ada.call("POST", path, "username=%ff&password=%ff%00&repeat=%ff", "Content-Type", "application/x-www-form-urlencoded"); a.status >= 500 {
				t.Errorf("a form of %s with no text in it: %d", path, a.status)
			}
		}
		told := ada.sessionMe()
		if a := ada.at(servers[1]).call("GET", "/api/traces/"+told.header.Get("Trace-Id"), ""); a.status != 200 {
			t.Errorf("a trace that came later: %d %s", a.status, a.body)
		}
		if all := ada.call("GET", "/api/traces", "").body; strings.Contains(all, seat) {
			t.Error("a trace has the seat's secret in it: ", all[max(0, strings.Index(all, seat)-300):strings.Index(all, seat)+60])
		}
	})
}

// While the table of traces is locked, the doors answer as ever, and pages soon.
func TestTracesAreInNobodysWay(t *testing.T) {
	t.Parallel()
	address := cluster.Shared(t).Database(t)
	s := lone(t, address, 1, "--store=postgres")[0]
	s.logIn()
	locked := make(chan error, 1)
	go func() {
		locked <- cluster.Execute(t.Context(), address, "BEGIN", "LOCK TABLE traces IN ACCESS EXCLUSIVE MODE", "SELECT pg_sleep(6)", "COMMIT")
	}()
	s.until("the table is locked", func() bool { return s.call("GET", "/api/traces", "").status == 503 })
	var visitors sync.WaitGroup
	for range 25 {
		visitors.Go(func() {
			began := time.Now()
			if a := s.call("GET", "/", ""); a.status != 200 || time.Since(began) > 4*time.Second {
				t.Errorf("the home page: %d after %s", a.status, time.Since(began))
			}
		})
	}
	for range 20 {
		began := time.Now()
		if a := s.sessionMe(); a.status != 200 || time.Since(began) > 2*time.Second {
			t.Errorf("the session door: %d after %s", a.status, time.Since(began))
		}
	}
	visitors.Wait()
	if err := <-locked; err != nil {
		t.Fatal(err)
	}
	s.until("traces are shown again", func() bool { return s.call("GET", "/api/traces", "").status == 200 })
}
