package process

import (
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
)

// With two servers a restart fails no request at all, also of those that may not be
// repeated, and everybody with a shared store stays logged in.
func TestRestartFailsNoRequest(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=2", "--balance=round-robin", "--store=sqlite")
	s.logIn()
	failed := s.busyWhile(func(func()) {
		for i := range 6 {
			if a := s.call("POST", fmt.Sprintf("/api/servers/%d/restart?wait=1", i%2+1), ""); a.status != 200 {
				t.Errorf("%d %s", a.status, a.body)
			}
		}
	}, "GET", "POST")
	if len(failed) > 0 {
		t.Errorf("%v", failed)
	}
}

// A crash fails no request that is safe to repeat: another server answers it, and
// the trace says so.
func TestCrashIsCoveredByAnotherServer(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=2", "--balance=round-robin", "--store=sqlite")
	s.logIn()
	failed := s.busyWhile(func(settle func()) {
		for i := range 12 {
			s.call("POST", fmt.Sprintf("/api/servers/%d/crash?wait=1", i%2+1), "")
			settle() // each server is asked once: a request that met two crashes would fail
		}
	}, "GET")
	if len(failed) > 0 {
		t.Errorf("%v", failed)
	}
	retried := 0
	var traces []traced
	s.call("GET", "/api/traces", "").into(t, &traces)
	for _, trace := range traces {
		for _, step := range trace.Steps {
			if step.Name == "front.retry" {
				retried++
			}
		}
	}
	t.Logf("%d of %d requests were tried again", retried, len(traces))
}

// busyWhile sends requests without a pause while something is done, and returns the
// statuses of those that failed and how many there were of each. It is done with a function
// that waits until every request that is under way has been answered.
func (s *visit) busyWhile(do func(settle func()), methods ...string) map[string]int {
	s.t.Helper()
	var over atomic.Bool
	var mu sync.Mutex
	var sending sync.WaitGroup
	failed := map[string]int{}
	var answered [8]atomic.Int64
	for i := range answered {
		method := methods[i%len(methods)]
		sending.Go(func() {
			for ; !over.Load(); answered[i].Add(1) {
				path, body, want := "/api/session/me", "", 200
				if method == "POST" {
					text, _ := json.Marshal(map[string]string{"refresh_token": "none"})
					path, body, want = "/api/token/refresh", string(text), 401
				}
				a, err := s.try(method, path, body)
				if err == nil && a.status == want {
					continue
				}
				mu.Lock()
				failed[fmt.Sprint(method, " ", a.status, " ", err)]++
				mu.Unlock()
			}
		})
	}
	do(func() {
		for i := range answered {
			before := answered[i].Load()
			s.until("a request is answered", func() bool { return answered[i].Load() > before })
		}
	})
	over.Store(true)
	sending.Wait()
	return failed
}
