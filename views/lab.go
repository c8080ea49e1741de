package views

import (
	"fmt"
	"strings"

	"github.com/a-h/templ"
	"github.com/go-json-experiment/json"

	"twodoors/web/experiment"
	"twodoors/web/lab"
)

// LabList is what the list of the labs shows.
type LabList struct {
	Labs       []*lab.Lab
	Progress   map[string]*lab.Progress // by lab
	Code       string                   // of the seat
	MayControl bool
	Fault      string
}

// LabPage is what the page of a lab shows.
type LabPage struct {
	Lab        *lab.Lab
	Progress   *lab.Progress // nil before it was begun
	Stage      templ.Component
	Live       bool     // the stage changes with what happens
	Scripts    []string // of this lab alone
	Base       string   // of the site, as "http://localhost:8080"
	Seat       string   // its secret, for the terminal
	Variables  map[string]string
	MayControl bool
	Others     int // other seats at work
	Try        func(experiment string) Tried
	Fault      string
}

// Tried is an experiment on servers of its own, as far as it has been run.
type Tried struct {
	Experiment
	Result experiment.Result // nil before the first run
}

func (l LabList) finished(one *lab.Lab) bool {
	p := l.Progress[one.Name]
	return p != nil && !p.Finished.IsZero()
}

func (l LabPage) variables() string { return asJSON(l.Variables) }

func (l LabPage) preamble() string { return lab.Preamble(l.Base, l.Seat, l.Variables) }

func (l LabPage) mayBegin() bool { return l.MayControl || l.Lab.Needs == "" }

func (l LabPage) disturbed() bool { return l.Progress != nil && l.Progress.Disturbed != "" }

// standing is "new", "running", "left" or "finished".
func (l LabPage) standing() string {
	switch {
	case l.Progress == nil:
		return "new"
	case !l.Progress.Finished.IsZero():
		return "finished"
	case l.Progress.Left:
		return "left"
	}
	return "running"
}

func (l LabPage) beginWord() string {
	switch {
	case l.disturbed():
		return "Set the lab up again"
	case l.standing() == "left":
		return "Go on with this lab"
	}
	return "Begin this lab"
}

func (l LabPage) othersInWords() string {
	if l.Others == 1 {
		return "Another seat is"
	}
	return fmt.Sprintf("%d other seats are", l.Others)
}

// setsUp says which settings the lab changes.
func (l LabPage) setsUp() string {
	if l.Lab.Needs == "" {
		return "This lab leaves the site's settings as they are."
	}
	needs := strings.NewReplacer(`"`, "", "{", "", "}", "", ": ", " ").Replace(l.Lab.Needs)
	return "It sets up " + needs + ", and puts back what was before when it ends."
}

// state of a task is "done", "now" or "later".
func (l LabPage) state(task int) string {
	switch done := ticks(l.Progress); {
	case task < done:
		return "done"
	case task == done && l.Progress.Running():
		return "now"
	}
	return "later"
}

func ticks(p *lab.Progress) int {
	if p == nil {
		return 0
	}
	return len(p.Ticks)
}

func labStanding(l *lab.Lab, p *lab.Progress) string {
	switch {
	case p == nil:
		return fmt.Sprintf("%d tasks, not begun", len(l.Tasks))
	case !p.Finished.IsZero():
		return "Finished"
	case p.Left:
		return fmt.Sprintf("%d of %d tasks done, left half-way", ticks(p), len(l.Tasks))
	}
	return fmt.Sprintf("%d of %d tasks done", ticks(p), len(l.Tasks))
}

// calls are the requests of an act, for the script that sends them.
func calls(a lab.Act) string { return asJSON(a.Calls) }

func asJSON(value any) string {
	text, err := json.Marshal(value, json.Deterministic(true))
	if err != nil {
		panic(err) // only a type that cannot be JSON
	}
	return string(text)
}

func actID(task, act int) string { return fmt.Sprintf("act-%d-%d", task+1, act+1) }

func doorButton(door string) string {
	if door == "" {
		return ""
	}
	return "button-" + door
}

func hintWord(left int) string {
	switch left {
	case 3:
		return "A hint"
	case 2:
		return "More"
	}
	return "The answer"
}

// happening is something that happened, and how often: what a lab's own client does
// again and again, with the same end, stands once.
type happening struct {
	lab.Seen
	times int
}

// maxShown keeps a page short.
const maxShown = 12

// happenings are the last of what happened, each end of what is repeated once.
func happenings(h lab.History) (all []happening) {
	for _, s := range h {
		if again := repeated(all, s); again != nil {
			again.Seen = s
			again.times++
			continue
		}
		all = append(all, happening{s, 1})
	}
	return all[max(0, len(all)-maxShown):]
}

// repeated finds what a lab's own client does again, since the visitor did something.
func repeated(all []happening, s lab.Seen) *happening {
	for i := len(all) - 1; i >= 0 && s.Client != "" && all[i].Client != ""; i-- {
		if last := &all[i]; last.Client == s.Client && last.Path == s.Path && last.Status == s.Status && last.Reason == s.Reason && last.Credential == s.Credential {
			return last
		}
	}
	return nil
}
