//go:build unix

package process

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "modernc.org/sqlite"
)

// freeze stops a server's process, which stays there and answers nothing, until it is
// thawed or the test ends.
func (s *visit) freeze(number int) (pid int) {
	s.t.Helper()
	pid = s.servers()[number-1].PID
	if pid == 0 { // which would be everybody, the tests included
		s.t.Fatalf("server %d has no process", number)
	}
	kill(pid, syscall.SIGSTOP)
	s.t.Cleanup(func() { kill(pid, syscall.SIGCONT) })
	s.until("all its threads have stopped", func() bool { return stopped(pid) })
	return pid
}

// stopped reports whether no thread of a process runs any more, where that can be told.
func stopped(pid int) bool {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
	for _, thread := range threads {
		text, err := os.ReadFile(thread)
		if _, state, found := strings.Cut(string(text), ") "); err == nil && found && !strings.HasPrefix(state, "T") {
			return false
		}
	}
	return true
}

func (s *visit) state(number int) string { return s.servers()[number-1].State }

// A server that hangs is found out by the first request that meets it, which another
// server answers; it gets no more of them, is shown, and comes back by itself.
func TestHungServerIsLeftOut(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=2", "--balance=round-robin", "--store=sqlite")
	s.logIn()
	pid := s.freeze(1)
	slow := 0
	for range 10 {
		begun := time.Now()
		a := s.sessionMe()
		if took := time.Since(begun); took > time.Second {
			slow++
		}
		if a.status != 200 {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
	if slow != 1 {
		t.Errorf("%d of 10 requests waited for the server that hangs", slow)
	}
	if now := s.servers()[0]; now.State != "hung" || now.PID != pid {
		t.Errorf("%+v", now)
	}
	room := s.call("GET", "/servers", "").body
	for _, sign := range []string{`data-state="hung"`, "<li>does not answer", "1 of 2 servers · server 1 does not answer", fmt.Sprintf("Server 1 does not answer (pid %d)", pid)} {
		if !strings.Contains(room, sign) {
			t.Errorf("the server room does not show %q", sign)
		}
	}
	kill(pid, syscall.SIGCONT)
	s.until("the server serves again", func() bool { return s.state(1) == "ready" })
	before := s.servers()[0]
	for range 4 {
		s.sessionMe()
	}
	if now := s.servers()[0]; now.PID != pid || now.Starts != 1 || now.Requests != before.Requests+2 {
		t.Errorf("before %+v, now %+v", before, now)
	}
	if !strings.Contains(s.call("GET", "/servers", "").body, "Server 1 answers again, after ") {
		t.Error("the server room does not say that it answers again")
	}
}

// While the only server hangs, whoever asks is told so at once, from the second request
// on.
func TestOnlyServerHangs(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.logIn()
	s.freeze(1)
	begun := time.Now()
	first := s.call("POST", "/api/session/login", ada)
	if took := time.Since(begun); first.status != 503 || took > 9*time.Second {
		t.Errorf("%d after %v: %s", first.status, took, first.body)
	}
	begun = time.Now()
	for range 3 {
		a := s.sessionMe()
		if a.status != 503 || a.header.Get("Retry-After") == "" || !strings.Contains(a.body, "Server 1 does not answer. ") || s.trace(a).Reason != "front.unavailable" {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
	page := s.call("GET", "/session/account", "", "Accept", "text/html")
	if page.status != 503 || page.header.Get("Refresh") == "" || !strings.Contains(page.body, "paused or stuck") || strings.Contains(page.body, "It ended") {
		t.Errorf("page: %d", page.status)
	}
	if a := s.call("GET", "/readyz", ""); a.status != 503 {
		t.Errorf("/readyz: %d", a.status)
	}
	if took := time.Since(begun); took > 2*time.Second {
		t.Errorf("five answers took %v", took)
	}
}

// The only server, when it answers again, has forgotten nobody, and goes by what was changed
// meanwhile.
func TestOnlyServerAnswersAgain(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.logIn()
	pid := s.freeze(1)
	if a := s.sessionMe(); a.status != 503 {
		t.Errorf("%d %s", a.status, a.body)
	}
	s.patch(`{"access_lifetime": "77s"}`)
	kill(pid, syscall.SIGCONT)
	s.until("the server serves again", func() bool { return s.state(1) == "ready" })
	if a := s.sessionMe(); a.status != 200 {
		t.Errorf("the session: %d %s", a.status, a.body)
	}
	if a := s.call("POST", "/api/token/login", ada); !strings.Contains(a.body, `"expires_in":77`) {
		t.Errorf("the settings: %s", a.body)
	}
}

// When all servers hang, each is asked once at most, and the visitor is told within the
// time that an answer may take.
func TestAllServersHang(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=3", "--balance=round-robin")
	for number := range 3 {
		s.freeze(number + 1)
	}
	begun := time.Now()
	a := s.sessionMe()
	took := time.Since(begun)
	asked := map[string]int{}
	for _, step := range s.trace(a).Steps {
		asked[step.Name]++
	}
	if a.status != 503 || took > 14*time.Second || asked["front.pick"] != 1 || asked["front.retry"] > 2 || asked["front.unavailable"] != 1 {
		t.Errorf("%d after %v, %v", a.status, took, asked)
	}
	begun = time.Now()
	if a = s.sessionMe(); a.status != 503 || !strings.Contains(a.body, "None of the 3 servers answers. ") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if took := time.Since(begun); took > time.Second {
		t.Errorf("it took %v to say", took)
	}
}

// The buttons work on a server that hangs, whether or not that is known: it has nothing
// to finish that could be waited for.
func TestButtonsWorkOnAHungServer(t *testing.T) {
	t.Parallel()
	for _, known := range []bool{true, false} {
		for _, press := range [][2]string{
			{"POST", "/api/servers/1/restart?wait=1"}, {"POST", "/api/servers/1/crash?wait=1"}, {"POST", "/api/servers/1/stop?wait=1"}, {"DELETE", "/api/servers/1"},
		} {
			t.Run(fmt.Sprint(press[0], " ", press[1], ", known ", known), func(t *testing.T) {
				t.Parallel()
				s := open(t, "--servers=2", "--balance=round-robin")
				pid := s.freeze(1)
				if known {
					s.sessionMe()
					s.sessionMe()
					if s.state(1) != "hung" {
						t.Fatalf("server 1 is %s", s.state(1))
					}
				}
				begun := time.Now()
				a := s.call(press[0], press[1], "")
				if took := time.Since(begun); a.status >= 300 || took > 4500*time.Millisecond {
					t.Errorf("%d after %v: %s", a.status, took, a.body)
				}
				if alive(pid) {
					t.Error("the process is still there")
				}
			})
		}
	}
}

// What a server that hung finds when it goes on has been given up, and perhaps been done
// again elsewhere: it does not carry it out then.
func TestHungServerLeavesWhatWasGivenUp(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=2", "--store=sqlite")
	s.call("POST", "/api/signup", `{"username":"bob","password":"quiet evening"}`)
	var issued tokens
	s.call("POST", "/api/token/login", `{"username":"grace","password":"nanosecond"}`).into(t, &issued)
	role := func(server, role string) int {
		return s.newSeat().call("POST", "/api/account/role", fmt.Sprintf(`{"username":"bob","role":%q}`, role), "Authorization", "Bearer "+issued.AccessToken, "Cookie", "sticky="+server).status
	}
	pid := s.freeze(1)
	if status := role("1", "admin"); status != 503 {
		t.Fatalf("by the server that hangs: %d", status)
	}
	if status := role("2", "user"); status >= 300 {
		t.Fatalf("by the other: %d", status)
	}
	kill(pid, syscall.SIGCONT)
	s.until("the server serves again", func() bool { return s.state(1) == "ready" })
	for range 20 { // behind which what lay there before has been dealt with
		s.newSeat().call("GET", "/api/session/me", "", "Cookie", "sticky=1")
	}
	a := s.call("POST", "/api/session/login", `{"username":"bob","password":"quiet evening"}`)
	if a.status != 200 || !strings.Contains(a.body, `"role":"user"`) {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// A server that is only slow is not left out: it answers when it is asked how it is.
func TestSlowServerIsNotHung(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=2", "--store=sqlite")
	s.logIn()
	db, err := sql.Open("sqlite", "file:"+s.DB)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	lock, err := db.Conn(t.Context())
	if err == nil {
		_, err = lock.ExecContext(t.Context(), "BEGIN IMMEDIATE") // until the connection closes
	}
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	a := s.call("POST", "/api/session/login", ada)
	if took := time.Since(begun); took < 3*time.Second {
		t.Fatalf("it was not slow: %d after %v", a.status, took)
	}
	if strings.Contains(s.Log.String(), "does not answer") || s.state(1) != "ready" || s.state(2) != "ready" {
		t.Errorf("%d %s, %+v", a.status, a.body, s.servers())
	}
}
