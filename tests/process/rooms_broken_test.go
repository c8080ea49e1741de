package process

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// roomFile is the database of a room.
func (s *visit) roomFile(name string) string {
	s.t.Helper()
	found, _ := filepath.Glob(filepath.Join(filepath.Dir(s.DB), "rooms", "*", name+".db"))
	if len(found) != 1 {
		s.t.Fatalf("the files of %s are %v", name, found)
	}
	return found[0]
}

// roomFiles are all files of rooms.
func (s *visit) roomFiles() (found []string) {
	found, _ = filepath.Glob(filepath.Join(filepath.Dir(s.DB), "rooms", "*", "*.db*"))
	return found
}

// lost is what a visitor reads whose room has lost its database.
const lost = "The database cannot be used: its file was moved, deleted or replaced. End this room and open another."

// A room's server is killed from outside: it is started again, and nobody else is hurt.
func TestServerOfARoomIsKilled(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.logIn()
	visitor := s.other()
	visitor.openRoom()
	visitor.logIn()
	killed := visitor.servers()[0].PID
	if err := kill(killed, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	visitor.until("another server runs", func() bool {
		now := visitor.servers()[0]
		return now.State == "ready" && now.PID != killed
	})
	if visitor.sessionMe().status != 401 || visitor.tokenMe().status != 200 {
		t.Error("its memory is still there, or its key is not")
	}
	if s.sessionMe().status != 200 || s.servers()[0].Starts != 1 {
		t.Error("the stage was hurt")
	}
}

// The database of a room is deleted while it is awake, or while it sleeps. Whoever is there is
// told to end it and open another, can do so, and nobody else is hurt.
func TestDatabaseOfARoomIsDeleted(t *testing.T) {
	t.Parallel()
	for _, test := range []string{"awake", "awake, then its server is killed", "asleep"} {
		t.Run(test, func(t *testing.T) {
			t.Parallel()
			s := open(t, "--rooms=2")
			room, other := s.openRoom(), s.other()
			other.openRoom()
			other.logIn()
			if test == "asleep" {
				third := s.other()
				third.openRoom() // nothing was asked of the first, so it sleeps
			} else {
				s.logIn()
			}
			if err := os.Remove(s.roomFile(room.Name)); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(test, "killed") {
				kill(s.servers()[0].PID, syscall.SIGKILL)
			}
			s.until("a login is refused for that", func() bool { return strings.Contains(s.call("POST", "/api/session/login", ada).body, lost) })
			if test != "awake" {
				s.call("POST", "/api/servers/1/restart?wait=1", "").refused(t, "a restart", 503, lost)
				s.call("GET", "/session/login", "", "Accept", "text/html").refused(t, "a page", 503, lost)
			}
			if a := other.sessionMe(); a.status != 200 {
				t.Errorf("somebody else: %d %s", a.status, a.body)
			}
			if a := s.call("DELETE", "/api/rooms/mine", ""); a.status != 204 {
				t.Fatalf("it cannot be ended: %d %s", a.status, a.body)
			}
			s.openRoom()
			s.logIn()
		})
	}
}

// A11: the front is killed while twenty rooms are open, one of them with a Redis: no process is
// left, and the files are gone at the next start.
func TestKilledFrontLeavesNoRoom(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "t.db")
	s := openOn(t, db, "--rooms=30")
	for n := range 20 {
		visitor := s.other()
		visitor.openRoom()
		if n == 0 {
			visitor.patch(`{"store":"redis"}`)
			visitor.logIn()
		}
	}
	running := descendants(s.Cmd.Process.Pid)
	if len(running) < 22 || len(s.roomFiles()) < 20 {
		t.Fatalf("%d processes, %d files", len(running), len(s.roomFiles()))
	}
	if err := s.Cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	s.Ended(t)
	for _, pid := range running {
		s.until("no process is left", func() bool { return !alive(pid) })
	}
	again := openOn(t, db, "--rooms=30")
	if left := again.roomFiles(); len(left) > 0 {
		t.Errorf("there are left %v", left)
	}
	again.openRoom()
	again.logIn()
}

// The site ends while rooms are open: nothing of them is left.
func TestEndedSiteLeavesNoRoom(t *testing.T) {
	t.Parallel()
	s := open(t)
	for range 3 {
		s.other().openRoom()
	}
	running := descendants(s.Cmd.Process.Pid)
	s.end()
	for _, pid := range running {
		if alive(pid) {
			t.Errorf("process %d is still there", pid)
		}
	}
	if left := s.roomFiles(); len(left) > 0 {
		t.Errorf("there are left %v", left)
	}
}
