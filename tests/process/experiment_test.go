package process

import (
	"encoding/json"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"twodoors/tests/site"
)

// experiment runs one of the experiments and reads its JSON.
func experiment(t *testing.T, into any, arguments ...string) {
	t.Helper()
	run := exec.CommandContext(t.Context(), site.Program(), append([]string{"experiment"}, append(arguments, "--json")...)...)
	var log strings.Builder
	run.Stderr = &log
	out, err := run.Output()
	if err != nil || log.Len() > 0 {
		t.Fatalf("%v: %s", err, log.String())
	}
	if err := json.Unmarshal(out, into); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
}

type survival struct {
	Credentials, Events []struct{ Name, Title, Door string }
	Cells               []survived
}

type survived struct {
	Credential, Event, Verdict, Fault, Inapplicable string
	Outage                                          int `json:"outage_ms"`
	Trace                                           *struct {
		ID, Client, Reason string
		Status             int
		Steps              []struct{ Name, Where string }
	}
}

// whatSurvives are the columns of the table on this machine, and what is in each row.
func whatSurvives() (events []string, want map[string][]string) {
	const kept, lost, gone, none = "kept", "lost", "unavailable", ""
	events = []string{"restart", "crash", "other-server", "removed", "store-away", "store-back", "database-restarted", "reopened"}
	want = map[string][]string{
		"memory":           {lost, lost, lost, lost, kept, kept, kept, lost},
		"sqlite":           {kept, kept, kept, kept, kept, kept, none, kept},
		"postgres":         {kept, kept, kept, kept, kept, kept, kept, kept},
		"redis":            {kept, kept, kept, kept, gone, lost, kept, lost},
		"token-shared":     {kept, kept, kept, kept, kept, kept, kept, kept},
		"token-per-server": {lost, lost, lost, lost, kept, kept, kept, lost},
	}
	if hasPostgres() {
		return events, want
	}
	delete(want, "postgres")
	for name, verdicts := range want {
		want[name] = slices.Delete(verdicts, 6, 7)
	}
	return slices.Delete(events, 6, 7), want
}

// Each cell of the table is what really happens: tried on servers of its own, with
// the trace of the answer that decided.
func TestWhatSurvives(t *testing.T) {
	t.Parallel()
	events, want := whatSurvives()
	var s survival
	experiment(t, &s, "survive")
	if len(s.Cells) != len(want)*len(events) {
		t.Errorf("%d cells", len(s.Cells))
	}
	for i, cell := range s.Cells {
		column := i % len(events)
		if cell.Event != events[column] || cell.Verdict != want[cell.Credential][column] || cell.Fault != "" || !cell.isDecided() {
			t.Errorf("%+v", cell)
		}
		if says, right := cell.outage(); !right {
			t.Errorf("%s, %s: %d ms of outage, want %s", cell.Credential, cell.Event, cell.Outage, says)
		}
	}
}

// isDecided reports whether a trace says how its verdict came about, or a sentence why there is none.
func (c survived) isDecided() bool {
	reason := map[string]string{"memory": "session.find", "redis": "session.find", "token-per-server": "key.select"}[c.Credential]
	status := 0
	switch c.Verdict {
	case "":
		return c.Trace == nil && c.Inapplicable != ""
	case "kept":
		status, reason = 200, ""
	case "lost":
		status = 401
	case "unavailable":
		status = 503
	}
	return c.Trace != nil && c.Trace.Status == status && c.Trace.Reason == reason && c.Trace.Client == "experiment"
}

// outage says what it must be, where that is certain, and whether it is.
func (c survived) outage() (says string, right bool) {
	none := c.Outage == 0
	switch token := strings.HasPrefix(c.Credential, "token"); {
	case c.Event == "other-server" || c.Event == "removed": // whoever is left answers at once
		return "none", none
	case c.Event == "database-restarted" && token: // who looks nothing up misses nothing
		return "none", none
	case c.Event == "reopened" || c.Event == "database-restarted" && c.Verdict != "":
		return "some", !none
	}
	return "", true
}

// A part of the table is tried alone; what is no part is one clear line.
func TestWhatSurvivesInPart(t *testing.T) {
	t.Parallel()
	var s survival
	experiment(t, &s, "survive", "--only=sqlite, token-shared,crash")
	if len(s.Cells) != 2 || len(s.Events) != 1 || s.Cells[1].Credential != "token-shared" || s.Credentials[1].Door != "token" {
		t.Errorf("%+v", s)
	}
	for arguments, says := range map[string]string{
		"survive --only=disk":  `--only must be some of memory, sqlite, `,
		"balance --requests=0": "--requests must be from 1 to 10000, not 0",
		"nonsense":             "nonsense",
	} {
		text, err := exec.Command(site.Program(), append([]string{"experiment"}, strings.Fields(arguments)...)...).CombinedOutput()
		exit, ok := err.(*exec.ExitError)
		if !ok || exit.ExitCode() != 2 || !strings.Contains(string(text), says) || strings.Count(string(text), "\n") != 1 {
			t.Errorf("%s: %v %s", arguments, err, text)
		}
	}
	text, err := exec.Command(site.Program(), "experiment", "survive", "--only=sqlite,crash").CombinedOutput()
	if err != nil || !strings.Contains(string(text), "Session in SQLite") || !strings.Contains(string(text), "kept") || strings.Contains(string(text), "\x1b") {
		t.Errorf("%v %s", err, text)
	}
}

// Redis is away for longer than anybody waits: the terminal says for how long it was
// waited, as the page does.
func TestUnavailableHasATimeToo(t *testing.T) {
	t.Parallel()
	text, err := exec.Command(site.Program(), "experiment", "survive", "--only=redis,store-away").Output()
	if err != nil || !regexp.MustCompile(`unavailable(?s).*over \d{4,}`).Match(text) {
		t.Errorf("%v %s", err, text)
	}
}

// With its own memory each of three servers lets one request in three in; with a
// store that all share, and with a token, every request is let in.
func TestBalanceLetsInWhoIsKnownEverywhere(t *testing.T) {
	t.Parallel()
	var b struct {
		Cases []struct {
			Credential, Balance, Fault string
			Servers                    int
			Let                        int `json:"let_in"`
			Trace                      *struct{ Status int }
		}
	}
	experiment(t, &b, "balance", "--requests=12")
	if len(b.Cases) != 40 {
		t.Errorf("%d cases", len(b.Cases))
	}
	for _, c := range b.Cases {
		want, status := 12, 200
		if c.Credential == "memory" && c.Balance == "round-robin" {
			want = 12 / c.Servers
		}
		if want < 12 {
			status = 401
		}
		near := c.Let == want || c.Servers == 5 && c.Let == want+1 // 12 is no multiple of 5
		if !near || c.Trace == nil || c.Trace.Status != status {
			t.Errorf("%+v, not %d", c, want)
		}
	}
}
