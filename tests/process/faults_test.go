package process

import (
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// A Redis address at which nothing listens, or something that never answers: the site
// starts, the session door says 503 within a second, and the token door goes on.
func TestRedisThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]string{"nobody": "127.0.0.1:1", "mute": mute(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, "--store=redis", "--redis=redis://"+address)
			began := time.Now()
			a := s.call("POST", "/api/session/login", ada)
			took := time.Since(began)
			if a.status != 503 || s.trace(a).Reason != "session.create" {
				t.Errorf("login: %d %s", a.status, a.body)
			}
			if took > 3*time.Second { // a password is hashed as well, on a machine that may be busy
				t.Errorf("it took %v", took)
			}
			if a := s.call("POST", "/api/token/login", ada); a.status != 200 {
				t.Errorf("token login: %d %s", a.status, a.body)
			}
		})
	}
}

// mute is an address that takes connections and says nothing.
func mute(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return listener.Addr().String()
}

// The front is killed while it runs servers and a Redis: no process stays behind, and
// the next start on the same database works.
func TestKilledFrontLeavesNothing(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "t.db")
	s := openOn(t, db, "--servers=3", "--store=redis")
	s.logIn()
	left := s.children("redis")
	for _, server := range s.servers() {
		left = append(left, server.PID)
	}
	if len(left) != 4 {
		t.Fatalf("%d children", len(left))
	}
	if err := s.Cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	s.Ended(t)
	for _, pid := range left {
		s.until("no process is left", func() bool { return !alive(pid) })
	}
	again := openOn(t, db, "--servers=3", "--store=redis")
	again.logIn()
	if again.sessionMe().status != 200 || again.tokenMe().status != 200 {
		t.Error("the next start does not work")
	}
}

// Several people press different buttons at once: each gets a clear answer, and in the
// end what is shown is what runs.
func TestManyPressDifferentButtons(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=3", "--balance=round-robin", "--store=sqlite")
	s.logIn()
	presses := [][3]string{
		{"POST", "/api/servers/1/restart"}, {"POST", "/api/servers/1/crash"}, {"POST", "/api/servers/1/stop"},
		{"POST", "/api/servers/2/crash"}, {"DELETE", "/api/servers/3"}, {"POST", "/api/servers"}, {"POST", "/api/servers"},
		{"PATCH", "/api/settings", `{"alg":"ES256"}`}, {"PATCH", "/api/settings", `{"servers":4}`}, {"POST", "/api/keys/rotate", `{"retire":false}`},
		{"PATCH", "/api/settings", `{"store":"memory"}`}, {"PATCH", "/api/settings", `{"store":"sqlite"}`},
	}
	var pressing sync.WaitGroup
	for _, p := range append(presses, presses...) {
		pressing.Go(func() {
			a, err := s.try(p[0], p[1], p[2])
			if err != nil || a.status >= 500 && a.status != 503 || a.status >= 400 && !strings.Contains(a.body, `"detail"`) {
				t.Errorf("%v: %v %d %s", p, err, a.status, a.body)
			}
		})
	}
	pressing.Wait()
	s.patch(`{"store":"sqlite"}`)
	s.until("server 1 serves again", func() bool {
		return s.call("POST", "/api/servers/1/start", "").status == 202 && s.servers()[0].State == "ready"
	})
	s.allReady()
	if page := s.call("GET", "/servers", "").body; strings.Count(page, `data-state="ready"`) != len(s.servers()) {
		t.Errorf("the page does not show %d ready servers", len(s.servers()))
	}
	s.logIn()
	for range 2 * len(s.servers()) {
		if s.tokenMe().status != 200 || s.sessionMe().status != 200 {
			t.Error("a server does not know what the others know")
		}
	}
}

// Settings of which one cannot be change nothing.
func TestOneWrongSettingChangesNothing(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=2")
	before := s.call("GET", "/api/servers", "").body
	for body, names := range map[string]string{
		`{"alg":"ES256","store":"floppy"}`:             "store",
		`{"servers":3,"access_lifetime":"0s"}`:         "access_lifetime",
		`{"balance":"round-robin","servers":10}`:       "servers",
		`{"revocation":"on","balance":"random"}`:       "balance",
		`{"revocation":"on","colour":"blue"}`:          "colour",
		`{"session_idle":"5m","refresh_grace":"1h"}`:   "refresh_grace",
		`{"servers":2.5}`:                              "servers",
		`{"store":"sqlite","store":"memory"}`:          "",
		`{"session_lifetime":"a while","servers":"2"}`: "",
	} {
		a := s.call("PATCH", "/api/settings", body)
		if a.status != 400 && a.status != 422 || !strings.Contains(a.body, names) {
			t.Errorf("%s: %d %s", body, a.status, a.body)
		}
	}
	settings := func(body string) string { before, _, _ := strings.Cut(body, `"store":{`); return before }
	if now := s.call("GET", "/api/servers", "").body; strings.Split(settings(now), `"servers":[`)[0] != strings.Split(settings(before), `"servers":[`)[0] {
		t.Errorf("before %s\nnow %s", before, now)
	}
}
