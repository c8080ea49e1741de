package process

import (
	"encoding/base64"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// tally counts the answers to many requests at once, by status; 0 stands for none.
type tally struct {
	t        *testing.T
	mu       sync.Mutex
	statuses map[int]int
}

func newTally(t *testing.T) *tally { return &tally{t: t, statuses: map[int]int{}} }

// note counts an answer. One that sends the client away has to say for how long.
func (c *tally) note(a answer, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.statuses[a.status]++
	if err != nil || (a.status == 503 || a.status == 429) && a.header.Get("Retry-After") == "" {
		c.t.Errorf("%d %v %s", a.status, err, a.body)
	}
}

// X9, L5: three hundred logins and as many requests at once. What cannot be done
// is refused with a time to come back; memory stays bounded; afterwards all is as
// before, within seconds.
func TestOverload(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.logIn()
	pid := s.servers()[0].PID

	logins, calls := newTally(t), newTally(t)
	var burst sync.WaitGroup
	for i := range 300 {
		burst.Go(func() {
			account := ada
			if i%2 == 1 { // takes the same work, and is not counted as a guess at ada's
				account = fmt.Sprintf(`{"username":"nobody%d","password":"lovelace"}`, i)
			}
			a, err := s.try("POST", "/api/session/login", account)
			logins.note(a, err)
		})
		burst.Go(func() {
			a, err := s.try("GET", "/api/token/me", "", "Authorization", "Bearer "+s.token)
			calls.note(a, err)
		})
	}
	burst.Wait()
	in := logins.statuses
	if shed := in[503] + in[429]; in[200] == 0 || shed == 0 || in[200]+in[401]+shed != 300 {
		t.Errorf("logins: %v", in)
	}
	if calls.statuses[200] != 300 {
		t.Errorf("calls by those who are in: %v", calls.statuses)
	}
	if peak := peakMemory(t, pid); peak > 300<<20 {
		t.Errorf("the server took %d MB", peak>>20)
	}
	t.Logf("logins %v, the server took %d MB", in, peakMemory(t, pid)>>20)
	begun := time.Now()
	s.until("a login as before", func() bool {
		a, err := s.try("POST", "/api/session/login", ada)
		return err == nil && a.status == 200
	})
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("the first login afterwards took %v", took)
	}
	if now := s.servers()[0]; now.PID != pid || now.State != "ready" {
		t.Errorf("the server did not stand it: %+v", now)
	}
}

// peakMemory is the most that a process has had in memory.
func peakMemory(t *testing.T, pid int) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Skip("this system has no /proc to read a process's memory in")
	}
	for line := range strings.Lines(string(status)) {
		if text, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kilobytes, _ := strconv.Atoi(strings.Fields(text)[0])
			return kilobytes << 10
		}
	}
	t.Fatal("no VmHWM")
	return 0
}

// A13: one client that has long things computed, as many as it likes, gets them one after
// the other, is told to wait, and waits for tokens that are costly to check; everybody else's calls, logins, and tokens
// that are cheap to check, are answered as ever.
func TestCostlyWorkLeavesRoom(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.beginLab("forgery")
	s.logIn()
	var weak struct{ Weak string }
	s.call("POST", "/api/labs/forgery/weak", "").into(t, &weak)
	long := "eyJhbGciOiJIUzI1NiJ9." + base64.RawURLEncoding.EncodeToString([]byte(`{"name":"`+strings.Repeat("ada", 100)+`"}`)) + "." + strings.Repeat("A", 43)
	costly := map[string]string{
		"/api/labs/forgery/crack": `{"token":"` + weak.Weak + `"}`,
		"/api/labs/forgery/guess": ``,
		"/api/inspect/token":      fmt.Sprintf(`{"token":%q,"key":{"secret":"no secret that has signed it"}}`, long),
	}
	answers := map[string]*tally{}
	for path := range costly {
		answers[path] = newTally(t)
	}
	var flood sync.WaitGroup
	for range 6 {
		for path, body := range costly {
			flood.Go(func() {
				a, err := s.try("POST", path, body)
				answers[path].note(a, err)
				if a.status == 429 && (a.header.Get("Retry-After") != "5" || !strings.Contains(a.body, "still waiting or running")) {
					t.Errorf("%s: %v %s", path, a.header, a.body)
				}
			})
		}
	}
	other := s.newSeat()
	other.logIn()
	for range 50 {
		if a := other.tokenMe(); a.status != 200 {
			t.Errorf("a call meanwhile: %d %s", a.status, a.body)
		}
		if a := other.call("POST", "/api/inspect/token", fmt.Sprintf(`{"token":%q}`, other.token)); a.status != 200 {
			t.Errorf("a token meanwhile: %d %s", a.status, a.body)
		}
	}
	flood.Wait()
	someComputed(t, answers)
}

// someComputed expects that of six requests to each path some were computed, and of long things some refused.
func someComputed(t *testing.T, answers map[string]*tally) {
	t.Helper()
	computed := 0
	for path, got := range answers {
		if got.statuses[200]+got.statuses[429] != 6 || strings.HasPrefix(path, "/api/labs/") && got.statuses[429] == 0 {
			t.Errorf("%s: %v", path, got.statuses)
		}
		computed += got.statuses[200]
	}
	if computed == 0 {
		t.Error("nothing was computed")
	}
}
