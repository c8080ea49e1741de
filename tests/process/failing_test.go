package process

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A server that keeps failing is started again with a growing pause. The
// front stays, says so at once, and recovers by itself when the cause is gone.
func TestServerThatKeepsFailing(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data")
	s := openOn(t, filepath.Join(folder, "t.db"), "--store=sqlite")
	s.logIn()
	// The folder is taken away and a file stands in its place: no server can start.
	aside := folder + "-aside"
	if err := os.Rename(folder, aside); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(folder, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	kill(s.servers()[0].PID, syscall.SIGKILL)

	s.until("the server has failed to start four times", func() bool { return len(s.failedStarts()) >= 4 })
	times := s.failedStarts()
	for i := 1; i < len(times); i++ {
		if pause, least := times[i].Sub(times[i-1]), 100*time.Millisecond<<i; pause < least {
			t.Errorf("pause %d: %v, less than %v", i, pause, least)
		}
	}
	s.saysThatItIsAway()

	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(aside, folder); err != nil {
		t.Fatal(err)
	}
	s.until("the server serves again", func() bool { return s.servers()[0].State == "ready" })
	if a, b := s.sessionMe(), s.tokenMe(); a.status != 200 || b.status != 200 {
		t.Errorf("afterwards: session %d %s, token %d %s", a.status, a.body, b.status, b.body)
	}
}

// saysThatItIsAway checks what visitors get while no server runs, without waiting.
func (s *visit) saysThatItIsAway() {
	s.t.Helper()
	begun := time.Now()
	if a := s.tokenMe(); a.status != 503 || a.header.Get("Retry-After") == "" || !strings.Contains(a.body, "Server 1 is down") {
		s.t.Errorf("API: %+v", a)
	}
	page := s.call("GET", "/session/account", "", "Accept", "text/html")
	if page.status != 503 || page.header.Get("Refresh") == "" || !strings.Contains(page.body, "Server 1 is down.") {
		s.t.Errorf("page: %d %v %s", page.status, page.header, page.body)
	}
	for path, status := range map[string]int{"/": 200, "/inspector": 200, "/servers": 200, "/healthz": 200, "/readyz": 503} {
		if a := s.call("GET", path, "", "Accept", "text/html"); a.status != status {
			s.t.Errorf("%s: %d", path, a.status)
		}
	}
	if a := s.call("GET", "/servers", ""); !strings.Contains(a.body, "Server 1 did not start") {
		s.t.Error("the server room does not say that it did not start")
	}
	if took := time.Since(begun); took > 2*time.Second {
		s.t.Errorf("eight answers took %v", took)
	}
}

// failedStarts is when the log says that a server did not start.
func (s *visit) failedStarts() (times []time.Time) {
	for line := range strings.Lines(s.Log.String()) {
		if strings.Contains(line, `msg="server did not start"`) {
			text, _, _ := strings.Cut(strings.TrimPrefix(line, "time="), " ")
			at, err := time.Parse(time.RFC3339Nano, text)
			if err != nil {
				s.t.Fatal(err)
			}
			times = append(times, at)
		}
	}
	return times
}
