package process

import (
	"cmp"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"twodoors/tests/site"
)

// labState is a lab as the API tells it.
type labState struct {
	Name     string
	Tasks    int
	Progress struct {
		Finished string
		Ticks    []struct{ Traces []string }
	}
}

// Every lab is done in a terminal: its page's commands are pasted into a shell, from
// the first to the last. All tasks are ticked, and the record holds.
func TestLabsByTheirCommands(t *testing.T) {
	t.Parallel()
	var labs []labState
	open(t).call("GET", "/api/labs", "").into(t, &labs)
	if len(labs) == 0 {
		t.Fatal("there are no labs")
	}
	for _, l := range labs {
		t.Run(l.Name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			s.beginLab(l.Name)
			output := s.paste(s.commands("/labs/" + l.Name))
			if done := s.lab(l.Name); len(done.Progress.Ticks) != l.Tasks || done.Progress.Finished == "" {
				t.Fatalf("%d of %d tasks are ticked\n%s", len(done.Progress.Ticks), l.Tasks, output)
			}
			s.checkRecord(l.Name)
		})
	}
}

func (s *visit) beginLab(name string) {
	s.t.Helper()
	s.call("GET", "/labs/"+name, "") // brings a seat to who has none
	if a := s.call("POST", "/api/labs/"+name+"/begin", ""); a.status != 200 {
		s.t.Fatalf("begin %s: %d %s", name, a.status, a.body)
	}
}

func (s *visit) lab(name string) (state labState) {
	s.t.Helper()
	s.call("GET", "/api/labs/"+name, "").into(s.t, &state)
	return state
}

var command = regexp.MustCompile(`(?s)<div class="command"><pre[^>]*><code>(.*?)</code></pre>\s*<button[^>]* data-copy(?:="([^"]*)")?`)

// commands are what a page offers to copy: what sets the shell up first, then the tasks' in their order.
func (s *visit) commands(path string) (commands []string) {
	s.t.Helper()
	for _, found := range command.FindAllStringSubmatch(s.call("GET", path, "").body, -1) {
		command := html.UnescapeString(cmp.Or(found[2], found[1]))
		if strings.HasPrefix(command, "SITE=") {
			commands = append([]string{command}, commands...)
			continue
		}
		commands = append(commands, command)
	}
	return commands
}

// paste runs commands in one shell, and returns what it printed.
func (s *visit) paste(commands []string) string {
	s.t.Helper()
	shell := exec.Command("bash", "-c", strings.Join(commands, "\n"))
	shell.Env = append(os.Environ(), "PATH="+filepath.Dir(site.Program())+":"+os.Getenv("PATH"), "TMPDIR="+s.t.TempDir())
	output, err := shell.CombinedOutput()
	if err != nil {
		s.t.Logf("the last command ended with %v", err)
	}
	return string(output)
}

// checkRecord gets a finished lab's record and checks it as a teacher does; one in
// which a single outcome was changed does not hold.
func (s *visit) checkRecord(name string) {
	s.t.Helper()
	record := s.call("GET", "/api/labs/"+name+"/record", "").body
	changed := strings.Replace(record, `"status": 401`, `"status": 200`, 1)
	if changed == record {
		changed = strings.Replace(record, `"method": "GET"`, `"method": "PUT"`, 1)
	}
	for text, holds := range map[string]bool{record: true, changed: false} {
		file := filepath.Join(s.t.TempDir(), "record.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			s.t.Fatal(err)
		}
		output, err := exec.Command(site.Program(), "lab", "check", "--db", s.DB, file).CombinedOutput()
		if (err == nil) != holds {
			s.t.Errorf("the record of %s holds should be %t: %v %s", name, holds, err, output)
		}
		if name == "roles" { // it is the same for all
			s.checkElsewhere(file, holds)
		}
	}
}

// checkElsewhere checks a record with the database of another site, which names the key
// of a whole one, and takes it when that key is said to be known.
func (s *visit) checkElsewhere(file string, whole bool) {
	s.t.Helper()
	output, err := exec.Command(site.Program(), "lab", "check", "--db", filepath.Join(s.t.TempDir(), "mine.db"), file).CombinedOutput()
	if err == nil || !strings.Contains(string(output), "--signer its key") {
		s.t.Errorf("without a database: %v %s", err, output)
	}
	output, err = exec.Command(site.Program(), "lab", "check", "--db", open(s.t).DB, file).CombinedOutput()
	_, key, named := strings.Cut(strings.TrimSpace(string(output)), "add --signer ")
	if err == nil || named != whole {
		s.t.Errorf("at another site a record that is whole (%t): %v %s", whole, err, output)
	}
	if !whole {
		return
	}
	if output, err := exec.Command(site.Program(), "lab", "check", "--signer", key, file).CombinedOutput(); err != nil {
		s.t.Errorf("--signer %s: %v %s", key, err, output)
	}
}
