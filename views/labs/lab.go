// Package labs is the pages of the labs: their list, one of them, and the stages, on which
// some labs show what happens.
//
// What a lab is, and how far a seat is in it, is known by package lab. Start reading at
// lab.templ.
package labs

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/go-json-experiment/json"

	"twodoors/views/experiments"
	"twodoors/views/layout"
	"twodoors/web/lab"
	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// Lab is what the page of a lab shows.
type Lab struct {
	Lab        *lab.Lab
	Number, Of int           // its place in the list
	Next       *lab.Lab      // that leads on once this one is finished; nil when all are
	Progress   *lab.Progress // nil before it was begun
	Stage      templ.Component
	StageStrip templ.Component   // the stage in a line, for phones; may be nil
	Picture    templ.Component   // of the room of the lab; nil while there is none
	Strip      templ.Component   // the picture in a line
	Live       bool              // the stage changes with what happens
	Scripts    []string          // of this lab alone
	Base       string            // of the site, as "http://localhost:8080"
	Seat       string            // its secret, for the terminal
	Variables  map[string]string // of every lab
	Carried    map[string]string // variables that answers filled, while the forms of the page carry them
	Answered   *Answered         // a button that was pressed without a script; nil for none
	InRoom     bool              // the seat is in the room of this lab
	Other      *lab.Lab          // the lab whose room the seat is in, which may be this one; nil when it is in none
	Try        func(experiment string) experiments.Experiment
	Fault      string
	HoldsBack  bool // the last hint of each task
}

// Answered is what came of a button that was pressed without a script.
type Answered struct {
	Task   int // counted from 0
	Traces []*trace.Trace
	Fault  string // that kept it from its end
}

// Bounds, so that pages stay short.
const (
	shownHappenings = 12 // below a task
)

func (l Lab) disturbed() bool { return l.Progress != nil && l.Progress.Disturbed != "" }

func (l Lab) finished() bool { return l.Progress.Standing() == lab.Finished }

// mayBegin reports whether there is anything to begin, or to set up again.
func (l Lab) mayBegin() bool {
	return !l.finished() && (!l.Progress.Running() || l.disturbed() || !l.InRoom)
}

func (l Lab) beginWord() string {
	switch {
	case l.disturbed():
		return "Set the lab up again"
	case l.Progress != nil:
		return "Continue this lab"
	}
	return "Begin this lab"
}

// place is which lab this is, and how far the seat is in it.
func (l Lab) place() string {
	place := fmt.Sprintf("Lab %d of %d · %d minutes · ", l.Number, l.Of, l.Lab.Minutes)
	if l.Progress.Standing() == lab.Running {
		return place + fmt.Sprintf("task %d of %d", l.Progress.Done()+1, len(l.Lab.Tasks))
	}
	return place + tell.Lower(l.Lab.InWords(l.Progress))
}

// takes is what the lab takes, in a few words.
func takes(l *lab.Lab) string {
	all := append([]string{fmt.Sprintf("%d min", l.Minutes)}, l.Takes()...)
	return strings.Join(all, " · ")
}

// opens reports whether a task is open when the page is.
func (l Lab) opens(task int) bool {
	return l.Progress.StateOf(task) == "now" || l.Answered != nil && l.Answered.Task == task
}

// came is what a task came to, in a few words.
func (l Lab) came(task int) string {
	switch done := l.Progress.Done(); {
	case task < done:
		return strings.Join(ends(l.Progress.Shown(task)), " · ")
	case task == done && l.Progress.Running():
		return "next"
	}
	return ""
}

// ends are how the last request to each door ended.
func ends(seen lab.History) (all []string) {
	for _, door := range []string{"session", "token"} {
		if at := seen.Every(func(s lab.Seen) bool { return s.Door == door }); len(at) > 0 {
			all = append(all, fmt.Sprintf("%s %d", door, at[len(at)-1].Status))
		}
	}
	return all
}

// lost is what resetting the lab loses.
func (l Lab) lost() string {
	lost := fmt.Sprintf("You lose %d of %d tasks done and %s.", l.Progress.Done(), len(l.Lab.Tasks), tell.Count(int64(len(l.Progress.History)), "recorded request"))
	if l.InRoom {
		lost += " The room of this lab closes."
	}
	return lost
}

func (l Lab) finishedWhen() string {
	return fmt.Sprintf("Finished at %s, %s after you began it.", layout.Clock(l.Progress.Finished), tell.Span(l.Progress.Finished.Sub(l.Progress.Begun)))
}

// carries are the variables that the form of an act brings along.
func (l Lab) carries(act lab.Act) []string {
	if len(l.Carried) == 0 || act.TakesScript() {
		return nil
	}
	return carriedNames(l)
}

// said is what there is to say of something that happened.
func said(s lab.Happening) string {
	if s.Found.Kind != "" {
		return s.Found.Said
	}
	return tell.Answer(s.Summary())
}

// asJSON is a value for a script.
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

func taskID(task int) string { return fmt.Sprintf("task-%d", task+1) }

// TitleID is the title of a task, counted from 0: it takes the focus, so a link to it leads there without a script.
func TitleID(task int) string { return fmt.Sprintf("title-%d", task+1) }

func answersID(task int) string { return fmt.Sprintf("answers-%d", task+1) }

// hintWord names a hint, counted from 0.
func hintWord(n, of int) string {
	word := fmt.Sprintf("Hint %d of %d", n+1, of)
	switch n {
	case 0:
		return word
	case of - 1:
		return word + ": the answer"
	}
	return "Next hint: " + word[len("Hint "):]
}

func newest(all []lab.Happening) []lab.Happening { return all[max(0, len(all)-shownHappenings):] }

// carriedNames are the variables that the forms of the page carry.
func carriedNames(l Lab) []string { return slices.Sorted(maps.Keys(l.Carried)) }
