//go:build unix

package process

import (
	"maps"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"twodoors/tests/prepared"
	"twodoors/tests/site"
)

// A lab that cannot be kept is not begun, and one whose end cannot be kept is not left: the
// site stays as it is, and so does whoever is logged in.
func TestLabThatCannotBeKeptChangesNothing(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=3", "--alg=ES256")
	s.call("GET", "/labs", "")
	s.logIn()
	settings, pids := s.settings(), s.pids()
	same := func(what, path string) {
		t.Helper()
		a := s.call("POST", path, "")
		if a.status != 503 || !strings.Contains(a.body, held) {
			t.Errorf("%s: %d %s", what, a.status, a.body)
		}
		if now := s.settings(); now != settings || !maps.Equal(s.pids(), pids) {
			t.Errorf("%s: the site goes by %s instead of %s", what, now, settings)
		}
	}
	for _, name := range []string{"restart", "theft", "roles"} {
		release := lock(t, s.DB)
		same("begin "+name, "/api/labs/"+name+"/begin")
		if lab := s.call("GET", "/api/labs/"+name, "").body; strings.Contains(lab, `"begun"`) {
			t.Errorf("%s is begun: %s", name, lab)
		}
		release()
	}
	if s.sessionMe().status != 200 {
		t.Error("nobody was told to log in again, and has to")
	}
	before := settings
	s.beginLab("restart")
	settings, pids = s.settings(), s.pids()
	release := lock(t, s.DB)
	same("leave", "/api/labs/restart/leave")
	if lab := s.call("GET", "/api/labs/restart", "").body; !strings.Contains(lab, `"begun"`) || strings.Contains(lab, `"left":true`) {
		t.Errorf("it is left: %s", lab)
	}
	release()
	if a := s.call("POST", "/api/labs/restart/leave", ""); a.status >= 300 || s.settings() != before {
		t.Errorf("%d %s; the site goes by %s instead of %s", a.status, a.body, s.settings(), before)
	}
}

// Whatever a start has to write while another program holds the write lock, it ends with one
// sentence in our words.
func TestStartThatMustWriteWhileTheDatabaseIsLocked(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct{ statement, flag string }{
		"a key":    {"SELECT 1", "--alg=ES256"},
		"a secret": {"DELETE FROM secrets WHERE name = 'seats'", "--alg=HS256"},
		"accounts": {"DELETE FROM users", "--alg=HS256"},
	} {
		for _, command := range []string{"serve", "server"} {
			t.Run(what+" "+command, func(t *testing.T) {
				t.Parallel()
				path := filepath.Join(t.TempDir(), "t.db")
				prepared.Database(t, path)
				if _, err := another(t, path).Exec(c.statement); err != nil {
					t.Fatal(err)
				}
				lock(t, path)
				said, err := exec.Command(site.Program(), command, "--listen=localhost:0", "--db="+path, c.flag).CombinedOutput()
				var told string // to people; the log has the cause
				for line := range strings.Lines(string(said)) {
					if strings.HasPrefix(line, "twodoors: ") {
						told += line
					}
				}
				if err == nil || !strings.Contains(told, held) || strings.Contains(told, "SQLITE") {
					t.Errorf("%v: %s", err, said)
				}
			})
		}
	}
}
