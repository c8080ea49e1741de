//go:build unix

package process

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Starting over: another database, with the old one kept beside it. Servers that start
// again do not start over, though they read the same environment.
func TestFreshStartsOver(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"serve", "server"} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			db := filepath.Join(t.TempDir(), "t.db")
			old := openOn(t, db, command)
			old.logIn()
			if out, status := run(t, command, "--listen=localhost:0", "--fresh", "--db="+db); status != 1 || !strings.Contains(out, "is in use") || strings.Count(out, "\n") != 1 {
				t.Errorf("while it runs: status %d, %q", status, out)
			}
			if a := old.tokenMe(); a.status != 200 {
				t.Errorf("the one that runs: %d %s", a.status, a.body)
			}
			old.Cmd.Process.Kill()
			old.Ended(t)

			s := openOn(t, db, command, "--fresh")
			s.token = old.token
			if a := s.tokenMe(); a.status != 401 {
				t.Errorf("a token from before: %d %s", a.status, a.body)
			}
			s.logIn()
			kept, _ := filepath.Glob(db + ".*Z")
			if len(kept) != 1 {
				t.Fatalf("kept %v", kept)
			}
			s.Log.Await(t, regexp.QuoteMeta(kept[0]))
			if info, err := os.Stat(kept[0]); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%v %v", info.Mode(), err)
			}
		})
	}
}

// Not parallel: what is in the environment of the tests is in that of the program.
func TestFreshIsForTheFrontAlone(t *testing.T) {
	t.Setenv("TWODOORS_FRESH", "1")
	db := filepath.Join(t.TempDir(), "t.db")
	s := openOn(t, db, "--store=sqlite")
	s.logIn()
	if a := s.call("POST", "/api/servers/1/crash?wait=1", ""); a.status != 200 {
		t.Fatalf("crash: %d %s", a.status, a.body)
	}
	if a, b := s.sessionMe(), s.tokenMe(); a.status != 200 || b.status != 200 {
		t.Errorf("session %d %s, token %d %s", a.status, a.body, b.status, b.body)
	}
	if kept, _ := filepath.Glob(db + ".*Z"); len(kept) != 1 {
		t.Errorf("kept %v", kept)
	}
}
