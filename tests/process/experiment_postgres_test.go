package process

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"twodoors/tests/site"
	"twodoors/web/postgresd"
)

// hasPostgres reports whether the machine has a PostgreSQL, and so the table a row and a column more.
func hasPostgres() bool { return postgresd.Available(os.TempDir()) }

// Sessions in PostgreSQL are really there, as the deciding traces say, and so is what a restart takes away for a while.
func TestWhatSurvivesOfPostgreSQL(t *testing.T) {
	t.Parallel()
	if !hasPostgres() {
		t.Skip("this machine has no PostgreSQL")
	}
	var s survival
	experiment(t, &s, "survive", "--only=postgres,memory,sqlite,token-shared,database-restarted,reopened")
	want := map[string]string{
		"memory database-restarted": "kept late", "memory reopened": "lost late",
		"sqlite database-restarted": "", "sqlite reopened": "kept late SQLite",
		"postgres database-restarted": "kept late PostgreSQL", "postgres reopened": "kept late PostgreSQL",
		"token-shared database-restarted": "kept", "token-shared reopened": "kept late",
	}
	for _, cell := range s.Cells {
		got := cell.Verdict
		if cell.Outage > 0 {
			got += " late"
		}
		if cell.Trace != nil {
			for _, step := range cell.Trace.Steps {
				if step.Name == "session.find" && step.Where != "" && strings.Contains(step.Where, "SQL") {
					got += " " + step.Where
				}
			}
		}
		name := cell.Credential + " " + cell.Event
		if is, asked := want[name]; !asked || got != is {
			t.Errorf("%s: %q, not %q; %s", name, got, is, cell.Fault)
		}
		delete(want, name)
	}
	if len(want) > 0 {
		t.Errorf("not tried: %v", want)
	}
	text, err := exec.Command(site.Program(), "experiment", "survive", "--only=sqlite,database-restarted").Output()
	if err != nil || !strings.Contains(string(text), "│ –  ") || !strings.Contains(string(text), "sqlite, database-restarted: SQLite is part of each server.\n") {
		t.Errorf("%v %s", err, text)
	}
}

// Where the machine has no PostgreSQL the table has no place for it. A namespace hides the one that there may be.
func TestWhatSurvivesWithoutPostgreSQL(t *testing.T) {
	t.Parallel()
	command := func(arguments ...string) *exec.Cmd {
		arguments = append([]string{site.Program(), "experiment", "survive"}, arguments...)
		if hasPostgres() {
			initdb, _ := exec.LookPath("initdb")
			hide := `[ ! -d /usr/lib/postgresql ] || mount -t tmpfs none /usr/lib/postgresql; [ ! -e "$0" ] || mount --bind /dev/null "$0"; exec "$@"`
			arguments = append([]string{"unshare", "--mount", "--map-root-user", "sh", "-c", hide, initdb}, arguments...)
		}
		return exec.Command(arguments[0], arguments[1:]...)
	}
	out, err := command("--only=restart", "--json").Output()
	if err != nil && hasPostgres() && exec.Command("unshare", "--mount", "--map-root-user", "true").Run() != nil {
		t.Skip("this machine makes no namespaces")
	}
	var s survival
	if err := json.Unmarshal(out, &s); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	for _, cell := range s.Cells {
		if cell.Credential == "postgres" || cell.Verdict == "" {
			t.Errorf("%+v", cell)
		}
	}
	if len(s.Cells) != 5 {
		t.Errorf("%d cells", len(s.Cells))
	}
	for _, name := range []string{"postgres", "database-restarted"} {
		said, err := command("--only=" + name).CombinedOutput()
		if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 2 || !strings.Contains(string(said), "must be some of memory, sqlite, redis, token-shared, token-per-server, restart, crash, other-server, removed, store-away, store-back, reopened, not") {
			t.Errorf("%v %s", err, said)
		}
	}
}

// The PostgreSQL of an experiment ends with the site that runs it, however that ends, and leaves no file after the next
// start. Its password is in no command line, log, page or answer.
func TestPostgreSQLOfAnExperimentEndsWithTheSite(t *testing.T) {
	t.Parallel()
	if !hasPostgres() {
		t.Skip("this machine has no PostgreSQL")
	}
	for name, signal := range map[string]os.Signal{"interrupted": os.Interrupt, "killed": os.Kill} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			temporary := forEverybody(t)
			inside := func(program *exec.Cmd) { program.Env = append(os.Environ(), "TMPDIR="+temporary) }
			s := openAs(t, inside)
			s.start("survive", `{"only":"postgres"}`)
			s.until("cells are tried there", func() bool { return s.standing("survive").Done > 2 })
			processes, pid := descendants(s.Cmd.Process.Pid), postmaster(t, temporary)
			password := passwordOf(t, processes)
			seen := s.call("GET", "/api/experiments/survive", "").body + s.call("GET", "/servers/survive", "").body + s.Log.String()
			for _, one := range append(processes, pid) {
				line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", one))
				seen += string(line)
			}
			if strings.Contains(seen, password) || !strings.Contains(seen, "--end-with-input") {
				t.Error("the password is told, or the site was not looked at")
			}
			s.Cmd.Process.Signal(signal)
			s.Ended(t)
			for _, one := range append(processes, pid) {
				s.until("every process ends", func() bool { return !alive(one) })
			}
			site.OpenAs(t, s.DB, inside)
			if left, _ := filepath.Glob(filepath.Join(temporary, "*")); len(left) > 0 {
				t.Errorf("left: %v", left)
			}
		})
	}
}

// forEverybody is a temporary folder that other users can reach: PostgreSQL runs as one when this runs as root.
func forEverybody(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "survive")
	if err == nil {
		err = os.Chmod(folder, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	return folder
}

// postmaster is the first process of the PostgreSQL in a folder of experiments.
func postmaster(t *testing.T, temporary string) int {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(temporary, "*", "data", "postmaster.pid"))
	if len(files) != 1 {
		t.Fatalf("%v", files)
	}
	text, _ := os.ReadFile(files[0])
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// passwordOf is that of the database which one of the processes uses.
func passwordOf(t *testing.T, processes []int) string {
	t.Helper()
	for _, one := range processes {
		variables, _ := os.ReadFile(fmt.Sprintf("/proc/%d/environ", one))
		if found := regexp.MustCompile("TWODOORS_DB=(postgres://[^\x00]*)").FindSubmatch(variables); found != nil {
			address, _ := url.Parse(string(found[1]))
			password, _ := address.User.Password()
			return password
		}
	}
	t.Fatal("no process has an address of PostgreSQL")
	return ""
}
