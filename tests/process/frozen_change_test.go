//go:build unix

package process

import (
	"maps"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A frozen server holds nobody up for long. The others take the change; it is killed, and
// starts again with what they took.
func TestFrozenServerIsLeftOut(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=3", "--balance=round-robin")
	frozen := s.freeze(2)
	began := time.Now()
	s.patch(`{"access_lifetime":"1m"}`)
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
	s.until("the frozen one has been started again", func() bool {
		now := s.servers()[1]
		return now.PID != frozen && now.State == "ready"
	})
	if alive(frozen) {
		t.Error("the frozen one lives")
	}
	if _, lives := s.signs(); !slices.Equal(lives, []string{"60"}) {
		t.Errorf("tokens live for %q", lives)
	}
	if page := s.call("GET", "/servers", "").body; !strings.Contains(page, "Server 2 did not answer within 5s when settings or keys changed") {
		t.Error("the room does not say what happened")
	}
}

// K6: a server that freezes while it is to write a rotation is killed, and another one
// writes it: when the answer comes the old keys verify nothing on any server.
func TestFrozenWriterIsReplaced(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=2", "--balance=round-robin")
	s.logIn()
	s.patch(`{"keys":"per-server"}`) // so that nothing is written while the servers prepare
	writer := s.pids()[1]
	release := lock(t, s.DB)
	rotated := make(chan answer, 1)
	go func() {
		a, err := s.try("POST", "/api/keys/rotate", `{"retire":true}`)
		if err != nil {
			t.Error(err)
		}
		rotated <- a
	}()
	for range 20 { // while the servers prepare; then server 1 waits for the lock, to write
		s.call("GET", "/healthz", "")
	}
	kill(writer, syscall.SIGSTOP)
	release()
	if a := <-rotated; a.status != 200 || !strings.Contains(a.body, `"invalidated":1`) {
		t.Errorf("%d %s", a.status, a.body)
	}
	for range 2 {
		if a := s.tokenMe(); a.status != 401 {
			t.Errorf("a retired key lets in: %d", a.status)
		}
	}
	s.until("the writer has been started again", func() bool {
		now := s.servers()[0]
		return now.PID != writer && now.State == "ready" && !alive(writer)
	})
	for range 2 {
		if a := s.tokenMe(); a.status != 401 {
			t.Errorf("a retired key lets in after the start: %d", a.status)
		}
	}
}

// When nobody takes a change nobody is killed for it, not even a frozen server; that one
// goes on when it wakes up, and can be told again.
func TestFrozenServerStaysWhenNothingChanges(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=2", "--balance=round-robin")
	pids := s.pids()
	s.freeze(2)
	release := lock(t, s.DB)
	s.refusedWhole("PATCH", "/api/settings", `{"alg":"ES256"}`, held)
	s.freeze(1)
	s.refusedWhole("PATCH", "/api/settings", `{"access_lifetime":"2m"}`, "no server is running")
	release()
	for _, pid := range pids {
		kill(pid, syscall.SIGCONT)
	}
	s.patch(`{"access_lifetime":"1m"}`)
	if _, lives := s.signs(); !slices.Equal(lives, []string{"60"}) || !maps.Equal(s.pids(), pids) {
		t.Errorf("tokens live for %q; the servers were %v and are %v", lives, pids, s.pids())
	}
}
