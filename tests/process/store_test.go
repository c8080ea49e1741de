//go:build unix

package process

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"twodoors/web/redisd"
)

// Our own Redis, stopped by a signal, is shown as not answering until it answers again:
// in the API, the picture and the log of the room. The session door fails meanwhile.
func TestOwnRedisThatHangsIsShown(t *testing.T) {
	t.Parallel()
	s := open(t, "--store=redis")
	s.logIn()
	pid := s.redisServer()
	freezeProcess(t, pid)
	s.until("it is noticed", func() bool { return s.store().State == "away" })
	if store := s.store(); store.Fault != "does not answer" {
		t.Errorf("%+v", store)
	}
	page := s.call("GET", "/servers", "").body
	if !strings.Contains(page, "The Redis at "+s.store().Address+" does not answer.") || !strings.Contains(page, "Start Redis") || strings.Contains(page, ">stopped<") {
		t.Error("the page does not say so, or offers no way out")
	}
	if a := s.sessionMe(); a.status != 503 {
		t.Errorf("meanwhile: %d %s", a.status, a.body)
	}
	kill(pid, syscall.SIGCONT)
	s.until("it is noticed again", func() bool { return s.store().State == "up" })
	if store := s.store(); store.Fault != "" || !strings.Contains(s.call("GET", "/servers", "").body, " works again.") {
		t.Errorf("%+v", store)
	}
	if a := s.sessionMe(); a.status != 200 {
		t.Errorf("its sessions are still there: %d %s", a.status, a.body)
	}
}

// Taking a Redis away that hangs, bringing another in its place, and choosing it for the
// sessions all work at once.
func TestOwnRedisThatHangsIsReplaced(t *testing.T) {
	t.Parallel()
	s := open(t, "--store=redis")
	for i, c := range []struct{ method, path, body, state string }{
		{"POST", "/api/store/start", "", "up"},
		{"POST", "/api/store/start", "", "up"},
		{"POST", "/api/store/stop", "", "away"},
		{"POST", "/api/store/start", "", "up"},
		{"PATCH", "/api/settings", `{"store":"redis"}`, "up"},
	} {
		if c.method == "PATCH" {
			s.patch(`{"store":"memory"}`)
		}
		if pid := s.redisServer(); pid != 0 {
			freezeProcess(t, pid)
			if i > 0 { // and the process that runs it
				freezeProcess(t, s.children("redis")[0])
			}
		}
		began := time.Now()
		a := s.call(c.method, c.path, c.body)
		if took := time.Since(began); a.status != 200 || took > 5*time.Second {
			t.Errorf("%s: %d %s after %v", c.path, a.status, a.body, took)
		}
		if store := s.store(); store.State != c.state {
			t.Errorf("%s: %+v", c.path, store)
		}
		if c.state == "up" {
			s.logIn()
			if a := s.sessionMe(); a.status != 200 {
				t.Errorf("%s: then %d %s", c.path, a.status, a.body)
			}
		}
	}
}

// An outside Redis that answers with an error is shown as that, and not as one that does
// not answer; sessions are not moved to it, and no password reaches the log.
func TestOutsideRedisThatRefuses(t *testing.T) {
	t.Parallel()
	const password, wrong = "of-the-redis", "not-for-the-log"
	address, _ := outsideRedis(t, redisd.Config{Password: password})
	administrator := redis.NewClient(&redis.Options{Addr: address, Password: password})
	defer administrator.Close()
	if err := administrator.Do(t.Context(), "REPLICAOF", "127.0.0.1", "1").Err(); err != nil {
		t.Fatal(err)
	}
	for given, says := range map[string]string{wrong: "rejects the password", password: "is a read-only replica"} {
		s := open(t, "--redis=redis://:"+given+"@"+address)
		a := s.call("PATCH", "/api/settings", `{"store":"redis"}`)
		if a.status != 409 || !strings.Contains(a.body, says) || strings.Contains(a.body, "does not answer") {
			t.Errorf("PATCH: %d %s", a.status, a.body)
		}
		s = open(t, "--store=redis", "--redis=redis://:"+given+"@"+address)
		s.until("it is noticed", func() bool { return s.store().State == "refusing" })
		if page := s.call("GET", "/servers", "").body; !strings.Contains(page, "The Redis at "+address+" "+says) {
			t.Errorf("the page does not say that it %s", says)
		}
		a = s.call("POST", "/api/session/login", ada)
		if a.status != 503 || !strings.Contains(a.body, says) || strings.Contains(a.body, "ry again") {
			t.Errorf("login: %d %s", a.status, a.body)
		}
		s.Log.Await(t, "redis cannot be used")
		if log := s.Log.String(); strings.Contains(log, given) {
			t.Errorf("the log says too much: %s", log)
		}
	}
}

// redisServer is the process of redis-server that the front's child runs, 0 when there is
// none.
func (s *visit) redisServer() int {
	s.t.Helper()
	for _, child := range s.children("redis") {
		for _, pid := range childrenOf(child) {
			return pid
		}
	}
	return 0
}

// freezeProcess stops a process as Ctrl-Z does, until the test ends at the latest.
func freezeProcess(t *testing.T, pid int) {
	t.Helper()
	if pid == 0 {
		t.Fatal("there is no redis-server")
	}
	if err := kill(pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kill(pid, syscall.SIGCONT) })
}
