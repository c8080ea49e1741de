package process

import (
	"database/sql"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"twodoors/tests/site"
)

// Whoever interrupts an experiment is told so in words.
func TestInterruptedExperiment(t *testing.T) {
	t.Parallel()
	command := exec.Command(site.Program(), "experiment", "survive")
	var said strings.Builder
	command.Stderr = &said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	until(t, "it starts a site", func() bool { return len(childrenOf(command.Process.Pid)) > 0 })
	command.Process.Signal(os.Interrupt)
	if err := command.Wait(); err == nil || said.String() != "twodoors: interrupted before it was finished\n" {
		t.Errorf("%v %q", err, said.String())
	}
}

// An experiment ends with the site that runs it, however that ends: no process stays
// behind, and no file after the next start. Whoever started it may leave.
func TestExperimentEndsWithTheSite(t *testing.T) {
	t.Parallel()
	for name, signal := range map[string]os.Signal{"interrupted": os.Interrupt, "killed": os.Kill} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			temporary := t.TempDir()
			s := openAs(t, func(program *exec.Cmd) { program.Env = append(os.Environ(), "TMPDIR="+temporary) })
			s.start("survive", `{"only":"restart,crash,reopened"}`) // long enough to be seen
			var x struct {
				State string
				Done  int
			}
			var processes []int
			s.until("the experiment runs: the site's server, the room's, a separate site and its server", func() bool {
				s.call("GET", "/api/experiments/survive", "").into(t, &x)
				processes = descendants(s.Cmd.Process.Pid) // the experiment ends and starts servers as well
				return x.State == "running" && x.Done > 0 && len(processes) >= 4
			})
			s.Cmd.Process.Signal(signal)
			s.Ended(t)
			for _, pid := range processes {
				s.until("every process ends", func() bool { return !alive(pid) })
			}
			again := visiting(t, site.OpenAs(t, s.DB, func(program *exec.Cmd) { program.Env = append(os.Environ(), "TMPDIR="+temporary) }))
			again.sessionMe()
			left, _ := filepath.Glob(filepath.Join(temporary, "*"))
			rooms, _ := filepath.Glob(filepath.Join(filepath.Dir(s.DB), "rooms", "*"))
			if len(left)+len(rooms) > 0 {
				t.Errorf("left: %v", append(left, rooms...))
			}
		})
	}
}

// When the separate site of an experiment dies in the middle, the page says so, and shows only
// what was measured before.
func TestExperimentOfThePageEndsWithItsSite(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.start("survive", `{"only":"memory,sqlite,restart,reopened"}`)
	var x struct {
		State, Fault string
		Done         int
		Result       survival
	}
	look := func() { s.call("GET", "/api/experiments/survive", "").into(t, &x) }
	s.until("it has ended its site once", func() bool { look(); return x.Done >= 2 })
	s.until("the experiment is given up", func() bool {
		for _, pid := range s.children("serve") {
			kill(pid, syscall.SIGKILL)
		}
		look()
		return x.State != "running"
	})
	if x.State != "failed" || !strings.Contains(x.Fault, "ended by itself (signal: killed)") || strings.Contains(x.Fault, "\n") {
		t.Errorf("%s: %s", x.State, x.Fault)
	}
	if len(x.Result.Cells) < 2 || len(x.Result.Cells) >= 4 {
		t.Errorf("%d cells", len(x.Result.Cells))
	}
	for _, cell := range x.Result.Cells {
		if cell.Verdict == "" || cell.Fault != "" || cell.Trace == nil {
			t.Errorf("%+v", cell)
		}
	}
	if page := s.call("GET", "/servers/survive", "").body; !strings.Contains(page, "ended by itself (signal: killed)") {
		t.Error("the page does not say it")
	}
}

// An experiment whose site dies under it prints no table: one sentence says what happened,
// and the status says that nothing was found out.
func TestExperimentWhoseSiteDies(t *testing.T) {
	t.Parallel()
	for _, arguments := range [][]string{{"survive"}, {"balance", "--json"}, {"steal"}, {"forge"}, {"cost", "--json"}} {
		t.Run(arguments[0], func(t *testing.T) {
			t.Parallel()
			run := startExperiment(t, arguments...)
			run.untilDatabase("SELECT (SELECT count(*) FROM sessions) + (SELECT count(*) FROM issued_tokens) + (SELECT count(*) FROM users) > 2")
			kill(run.children("serve")[0], syscall.SIGKILL)
			err := run.Cmd.Wait()
			exit, ok := err.(*exec.ExitError)
			text := run.said.String()
			if !ok || exit.ExitCode() != 1 || run.out.Len() > 0 || strings.Count(text, "\n") != 1 || !strings.Contains(text, "ended by itself (signal: killed)") {
				t.Errorf("%v\n%s\n%s", err, run.out.String(), text)
			}
		})
	}
}

// What could not be tried though the site was there is no result either: the table says
// where and why, and the status is not 0.
func TestExperimentWithAFault(t *testing.T) {
	t.Parallel()
	run := startExperiment(t, "survive", "--only=sqlite,crash,restart")
	lock(t, run.untilDatabase("SELECT count(*) = 1 FROM secrets")) // its room has all that it needs to start
	err := run.Cmd.Wait()
	exit, ok := err.(*exec.ExitError)
	if !ok || exit.ExitCode() != 1 || !regexp.MustCompile(`^twodoors: [12] of 2 could not be tried: .*\n$`).MatchString(run.said.String()) {
		t.Errorf("%v %s", err, run.said.String())
	}
	if out := run.out.String(); !strings.Contains(out, "not run") || !strings.Contains(out, "This could not be tried: ") {
		t.Errorf("%s", out)
	}
}

// running is an experiment in a terminal.
type running struct {
	*visit
	folder    string // where the folder of its site is
	out, said strings.Builder
}

func startExperiment(t *testing.T, arguments ...string) *running {
	t.Helper()
	r := &running{folder: t.TempDir()}
	command := exec.Command(site.Program(), append([]string{"experiment"}, arguments...)...)
	command.Env = append(os.Environ(), "TMPDIR="+r.folder)
	command.Stdout, command.Stderr = &r.out, &r.said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { command.Process.Kill() })
	r.visit = &visit{Site: &site.Site{Cmd: command}, t: t}
	return r
}

// untilDatabase waits until a question to the database of a room of the experiment's site is
// answered with yes, and returns its path.
func (r *running) untilDatabase(question string) (path string) {
	r.t.Helper()
	r.until(question, func() bool {
		found, _ := filepath.Glob(filepath.Join(r.folder, "*", "rooms", "*", "????.db"))
		for _, path = range found {
			if r.asked(path, question) {
				return true
			}
		}
		return false
	})
	return path
}

// asked reports whether a database answers a question with yes.
func (r *running) asked(path, question string) (yes bool) {
	r.t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	if err != nil {
		r.t.Fatal(err)
	}
	defer db.Close()
	return db.QueryRow(question).Scan(&yes) == nil && yes
}
