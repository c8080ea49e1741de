package process

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"twodoors/tests/site"
)

// When the system starts no process for a room, the one who opens it is told so, stays where
// they were, and nothing is left. The rooms that run go on.
func TestRoomWhoseProcessesDoNotStart(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "twodoors")
	text, err := os.ReadFile(site.Program())
	if err == nil {
		err = os.WriteFile(program, text, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	s := openAs(t, func(c *exec.Cmd) { c.Path = program })
	s.openRoom()
	s.logIn()
	before := len(s.roomFiles())
	away := program + ".away"
	if err := os.Rename(program, away); err != nil {
		t.Fatal(err)
	}
	other := s.other()
	other.call("GET", "/", "")
	other.call("POST", "/api/rooms", "").refused(t, "a room", 503, "The servers of your room do not start. The log says why.")
	other.call("POST", "/api/labs/restart/begin", "").refused(t, "a lab", 503, "The servers of your room do not start. The log says why.")
	if other.mine().Name != "" || len(s.roomFiles()) != before {
		t.Errorf("it is in %+v; there were %d files, and are %d", other.mine(), before, len(s.roomFiles()))
	}
	if s.sessionMe().status != 200 || s.tokenMe().status != 200 {
		t.Error("the room that runs does not go on")
	}
	if err := os.Rename(away, program); err != nil {
		t.Fatal(err)
	}
	other.openRoom()
	other.logIn()
}
