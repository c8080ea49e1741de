package process

import (
	"strings"
	"sync"
	"syscall"
	"testing"
)

// The main job: one door forgets, the other does not, and the traces say why.
func TestCrashForgetsMemorySessionsOnly(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		store, event string
		session      int
		reason, saw  string
	}{
		{"memory", "crash", 401, "session.find", "memory of server 1: no such session"},
		{"memory", "restart", 401, "session.find", "memory of server 1: no such session"},
		{"sqlite", "crash", 200, "", "SQLite: found"},
		{"sqlite", "restart", 200, "", "SQLite: found"},
	} {
		t.Run(test.store+" "+test.event, func(t *testing.T) {
			t.Parallel()
			s := open(t, "--store="+test.store)
			s.logIn()
			if a, b := s.sessionMe(), s.tokenMe(); a.status != 200 || b.status != 200 {
				t.Fatalf("before: session %d, token %d", a.status, b.status)
			}
			before := s.servers()[0]

			if a := s.call("POST", "/api/servers/1/"+test.event+"?wait=1", ""); a.status != 200 {
				t.Fatalf("%s: %d %s", test.event, a.status, a.body)
			}
			after := s.servers()[0]
			if after.PID == before.PID || after.Starts != before.Starts+1 || alive(before.PID) {
				t.Errorf("before %+v, after %+v, old process alive: %v", before, after, alive(before.PID))
			}
			if a := s.tokenMe(); a.status != 200 {
				t.Errorf("token: %d %s", a.status, a.body)
			}
			a := s.sessionMe()
			trace := s.trace(a)
			if a.status != test.session || trace.Reason != test.reason || trace.Start != 2 {
				t.Errorf("session: %d, %+v", a.status, trace)
			}
			if find := trace.Steps[2]; find.Name != "session.find" || find.Saw != test.saw || !strings.HasPrefix(find.Source, "web/session/authorize.go:") {
				t.Errorf("step: %+v", find)
			}
		})
	}
}

func TestCrashThatNobodyAskedForIsNoticed(t *testing.T) {
	t.Parallel()
	s := open(t)
	before := s.servers()[0]
	if err := kill(before.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	s.until("the server serves again", func() bool {
		now := s.servers()[0]
		return now.State == "ready" && now.PID != before.PID
	})
	s.logIn()
}

// C4: the same button pressed many times ends in a serving server.
func TestCrashPressedTwentyTimes(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=2")
	var presses sync.WaitGroup
	for range 20 {
		presses.Go(func() {
			if a, err := s.try("POST", "/api/servers/1/crash?wait=1", ""); err != nil || a.status != 200 {
				t.Errorf("%v %+v", err, a)
			}
		})
	}
	presses.Wait()
	for _, server := range s.servers() {
		if server.State != "ready" || !alive(server.PID) {
			t.Errorf("%+v", server)
		}
	}
}

func TestNoServerOutlivesItsFront(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=3")
	servers := s.servers()
	if err := s.Cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	s.Ended(t)
	for _, server := range servers {
		s.until("server ends", func() bool { return !alive(server.PID) })
	}
}

// X8: an interrupt ends streams and the program, with status 0.
func TestInterruptEndsGracefully(t *testing.T) {
	t.Parallel()
	for _, arguments := range [][]string{{"serve"}, {"server"}} {
		s := open(t, arguments...)
		stream, err := s.client.Get(s.URL + "/api/traces/events")
		if err != nil {
			t.Fatal(err)
		}
		defer stream.Body.Close()
		if err := s.Cmd.Process.Signal(syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
		if err := s.Ended(t); err != nil {
			t.Errorf("%v: %v", arguments, err)
		}
	}
}

// A token outlives even the whole site; what was acknowledged is never lost.
func TestWhatIsKeptInTheDatabaseSurvivesTheFront(t *testing.T) {
	t.Parallel()
	db := t.TempDir() + "/t.db"
	s := openOn(t, db, "--store=sqlite")
	s.logIn()
	cookies := s.client.Jar
	s.Cmd.Process.Kill()
	s.Ended(t)

	again := openOn(t, db, "--store=sqlite")
	again.client.Jar, again.token = cookies, s.token
	if a, b := again.sessionMe(), again.tokenMe(); a.status != 200 || b.status != 200 {
		t.Errorf("session %d %s, token %d %s", a.status, a.body, b.status, b.body)
	}
}
