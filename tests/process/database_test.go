//go:build unix

package process

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	_ "modernc.org/sqlite"
)

// The database is taken away under a running site. Nothing is acknowledged that nobody
// will find again, no server opens what lies there instead, and no file is made.
func TestDatabaseTakenAwayWhileItRuns(t *testing.T) {
	t.Parallel()
	for name, take := range map[string]func(path string) error{
		"moved":   func(path string) error { return os.Rename(path, path+"-aside") },
		"deleted": func(path string) error { return errors.Join(os.Link(path, path+"-aside"), os.Remove(path)) },
		"replaced": func(path string) error {
			content, err := os.ReadFile(path)
			return errors.Join(err, os.Rename(path, path+"-aside"), os.WriteFile(path, content, 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openOn(t, filepath.Join(t.TempDir(), "data", "t.db"), "--servers=2", "--store=sqlite", "--balance=round-robin")
			s.logIn()
			if err := take(s.DB); err != nil {
				t.Fatal(err)
			}
			before, _ := os.ReadFile(s.DB)
			s.saysThatItsDatabaseIsGone()
			if a := s.call("GET", "/api/labs", ""); a.status != 503 || !strings.Contains(a.body, "moved, deleted or replaced") {
				t.Errorf("labs: %d %s", a.status, a.body)
			}
			// Not even a server that starts now makes a file, or takes the other one.
			s.call("POST", "/api/servers/1/crash", "")
			s.until("the server has failed to start twice", func() bool { return len(s.failedStarts()) >= 2 })
			if now, _ := os.ReadFile(s.DB); !bytes.Equal(now, before) {
				t.Errorf("there were %d bytes at the path, and are %d", len(before), len(now))
			}

			if err := os.Rename(s.DB+"-aside", s.DB); err != nil {
				t.Fatal(err)
			}
			s.until("everything is ready again", func() bool {
				return s.call("GET", "/readyz", "").status == 200 && s.servers()[0].State == "ready" && s.servers()[1].State == "ready"
			})
			for range 4 { // two from each server
				if a, b := s.sessionMe(), s.tokenMe(); a.status != 200 || b.status != 200 {
					t.Errorf("afterwards: session %d %s, token %d %s", a.status, a.body, b.status, b.body)
				}
			}
			s.Log.Await(t, "the database is back")
			if gone, back := strings.Count(s.Log.String(), `"the database is gone" path=`+s.DB), strings.Count(s.Log.String(), `"the database is back"`); gone != 1 || back != 1 {
				t.Errorf("the log says %d times that it is gone, and %d times that it is back", gone, back)
			}
		})
	}
}

func TestDatabaseOfALoneServerTakenAway(t *testing.T) {
	t.Parallel()
	s := open(t, "server", "--store=sqlite")
	s.logIn()
	if err := os.RemoveAll(filepath.Dir(s.DB)); err != nil {
		t.Fatal(err)
	}
	s.saysThatItsDatabaseIsGone()
	if _, err := os.Stat(filepath.Dir(s.DB)); err == nil {
		t.Error("something was made where the database was")
	}
	if a := s.tokenMe(); a.status != 200 { // it needs nothing from the database
		t.Errorf("token: %d %s", a.status, a.body)
	}
}

// saysThatItsDatabaseIsGone asks for all that needs the database.
func (s *visit) saysThatItsDatabaseIsGone() {
	s.t.Helper()
	s.until("it is not ready", func() bool { return s.call("GET", "/readyz", "").status == 503 })
	for _, c := range [][3]string{
		{"GET", "/readyz", ""},
		{"POST", "/api/signup", `{"username":"eve","password":"a long enough passphrase"}`},
		{"POST", "/api/session/login", ada},
		{"POST", "/api/token/login", ada},
		{"GET", "/api/session/me", ""},
		{"POST", "/api/session/logout", ""},
	} {
		for range 2 { // each of two servers
			a := s.call(c[0], c[1], c[2])
			if a.status != 503 || !strings.Contains(a.body, "moved, deleted or replaced") || !strings.Contains(a.body, "--fresh") {
				s.t.Errorf("%s %s: %d %s", c[0], c[1], a.status, a.body)
			}
		}
	}
}

// What cannot be a database is refused in one line at the start, and is as it was.
func TestStartOnWhatIsNoDatabase(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	pipe, nothing := filepath.Join(folder, "pipe"), filepath.Join(folder, "link")
	if err := errors.Join(syscall.Mkfifo(pipe, 0o600), os.Symlink("nowhere/t.db", nothing)); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		db     string
		status int
		says   string
	}{
		{":memory:", 2, "--db must name a file"},
		{"file:x.db", 2, "--db must be a path"},
		{"//twodoors-server/x.db", 2, "two slashes"},
		{"/dev/null", 1, "a device or a pipe"},
		{pipe, 1, "a device or a pipe"},
		{folder, 1, "it is a folder"},
		{nothing, 1, "no such file"},
	} {
		for _, command := range []string{"serve", "server"} {
			if out, status := run(t, command, "--listen=localhost:0", "--db="+test.db); status != test.status || !strings.Contains(out, test.says) || strings.Count(out, "\n") != 1 {
				t.Errorf("%s --db=%s: status %d, %q", command, test.db, status, out)
			}
		}
	}
	if files, _ := os.ReadDir(folder); len(files) != 2 {
		t.Errorf("left behind: %v", files)
	}
	if _, err := os.Stat("/twodoors-server"); err == nil {
		t.Error("a folder was made for //twodoors-server/x.db")
	}
}

// Another program has locked the database: who waited in vain is told so, and nothing else
// has happened.
func TestDatabaseLockedByAnotherProgram(t *testing.T) {
	t.Parallel()
	s := open(t)
	other, err := sql.Open("sqlite", "file:"+s.DB)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { other.Close() })
	conn, err := other.Conn(t.Context())
	if err == nil {
		_, err = conn.ExecContext(t.Context(), "BEGIN IMMEDIATE")
	}
	if err != nil {
		t.Fatal(err)
	}
	const eve = `{"username":"eve","password":"a long enough passphrase"}`
	if a := s.call("POST", "/api/signup", eve); a.status != 503 || !strings.Contains(a.body, "another program holds its write lock") {
		t.Errorf("sign-up: %d %s", a.status, a.body)
	}
	if _, err := conn.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if a := s.call("POST", "/api/signup", eve); a.status != 201 {
		t.Errorf("afterwards: %d %s", a.status, a.body)
	}
}
