package process

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"twodoors/tests/site"
)

// enter sends the room's form for the passcode.
func (s *visit) enter(passcode string) answer {
	s.t.Helper()
	return s.call("POST", "/servers/passcode", "passcode="+passcode, "Content-Type", "application/x-www-form-urlencoded")
}

// presses are what only the passcode allows.
var presses = []struct{ method, path, body string }{
	{"POST", "/api/servers/1/restart?wait=1", ""}, {"POST", "/api/servers", ""}, {"DELETE", "/api/servers/1", ""},
	{"PATCH", "/api/settings", `{"revocation":"on"}`}, {"POST", "/api/keys/rotate", ""}, {"POST", "/api/store/stop", ""},
}

// C3: where others can reach the site, only who entered the passcode presses the
// room's buttons; other sites' pages cannot enter it.
func TestPasscodeOpensTheButtons(t *testing.T) {
	t.Parallel()
	s := open(t, "--listen=0.0.0.0:0", "--passcode=open-sesame")
	for _, press := range presses {
		if a := s.call(press.method, press.path, press.body); a.status != 403 || !strings.Contains(a.body, "passcode") {
			t.Errorf("%s %s: %d %s", press.method, press.path, a.status, a.body)
		}
	}
	if a := s.call("GET", "/servers", ""); a.status != 200 || strings.Contains(a.body, "crash-1") || !strings.Contains(a.body, "/servers/passcode") {
		t.Errorf("the room: %d", a.status)
	}
	if a := s.call("POST", "/servers/passcode", "passcode=open-sesame", "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "cross-site"); a.status != 403 {
		t.Errorf("from another site: %d", a.status)
	}
	if a := s.call("GET", "/api/servers", "", "Cookie", "passcode=open-sesame"); a.status != 200 {
		t.Error(a.status)
	}
	if a := s.call("POST", "/api/keys/rotate", "", "Cookie", "passcode=open-sesame"); a.status != 403 {
		t.Errorf("the passcode itself as cookie: %d", a.status)
	}
	if a := s.enter("open-sesame"); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	for _, press := range presses[:2] {
		if a := s.call(press.method, press.path, press.body); a.status >= 300 {
			t.Errorf("%s: %d %s", press.path, a.status, a.body)
		}
	}
}

// C3: wrong passcodes are limited, and right ones are no tries; none is in the log.
func TestPasscodeTriesAreLimited(t *testing.T) {
	t.Parallel()
	s := open(t, "--listen=0.0.0.0:0", "--passcode=open-sesame")
	for range 20 {
		if a := s.enter("open-sesame"); a.status != 200 {
			t.Fatalf("a right one: %d %s", a.status, a.body)
		}
	}
	statuses := map[int]int{}
	for range 20 {
		statuses[s.enter("wrong").status]++
	}
	if statuses[403] == 0 || statuses[429] < 5 || statuses[200] > 0 {
		t.Errorf("wrong ones: %v", statuses)
	}
	if strings.Contains(s.Log.String(), "open-sesame") {
		t.Error("the passcode is in the log")
	}
}

// C3: guesses at the same instant all count, for a network of IPv6 as one; others, who
// may be many, do not undo it.
func TestPasscodeGuessesAreCounted(t *testing.T) {
	t.Parallel()
	s := open(t, "--listen=0.0.0.0:0", "--passcode=open-sesame")
	var mu sync.Mutex
	var guesses sync.WaitGroup
	statuses := map[int]int{}
	for range 200 {
		guesses.Go(func() {
			a, err := s.try("POST", "/servers/passcode", "passcode=wrong", "Content-Type", "application/x-www-form-urlencoded")
			mu.Lock()
			defer mu.Unlock()
			if statuses[a.status]++; err != nil || a.status == 429 && a.header.Get("Retry-After") == "" {
				t.Errorf("%d %v", a.status, err)
			}
		})
	}
	guesses.Wait()
	if statuses[403] < 10 || statuses[403] > 35 || statuses[403]+statuses[429] != 200 { // ten of a seat and thirty of an address, and one more each five seconds
		t.Errorf("%v", statuses)
	}
	for s.enter("wrong").status != 429 {
	}
	if a := s.enter("open-sesame"); a.status != 429 {
		t.Errorf("the right one, too late: %d", a.status)
	}
}

// C3: a passcode that is soon guessed is refused, wherever it comes from, and not shown.
func TestShortPasscodesAreRefused(t *testing.T) {
	t.Parallel()
	bounded, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for _, code := range []string{"x", "sesame!", "       x", "ééééééé"} {
		for _, cmd := range []*exec.Cmd{
			exec.CommandContext(bounded, site.Program(), "--listen=localhost:0", "--passcode="+code, "--db="+filepath.Join(t.TempDir(), "t.db")),
			exec.CommandContext(bounded, site.Program(), "--listen=0.0.0.0:0", "--db="+filepath.Join(t.TempDir(), "t.db")),
		} {
			if cmd.Env = os.Environ(); len(cmd.Args) == 3 {
				cmd.Env = append(cmd.Env, "TWODOORS_PASSCODE="+code)
			}
			out, _ := cmd.CombinedOutput()
			if cmd.ProcessState.ExitCode() != 2 || !strings.Contains(string(out), "--passcode must have at least 8 characters") ||
				strings.Count(string(out), "\n") != 1 || len(code) > 1 && strings.Contains(string(out), code) {
				t.Errorf("%q: %d %s", code, cmd.ProcessState.ExitCode(), out)
			}
		}
	}
}
