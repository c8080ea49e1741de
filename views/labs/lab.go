// Package labs is the pages of the labs: their list, one of them, and the stages, on which
// some labs show what happens.
//
// What a lab is, and how far a seat is in it, is known by package lab. Start reading at
// lab.templ.
package labs

import (
	"fmt"

	"github.com/a-h/templ"
	"github.com/go-json-experiment/json"

	"twodoors/views/experiments"
	"twodoors/web/lab"
)

// Labs is what the list of the labs shows.
type Labs struct {
	Labs       []*lab.Lab
	Progress   map[string]*lab.Progress // by lab
	Code       string                   // of the seat
	MayControl bool
	Fault      string
}

// Lab is what the page of a lab shows.
type Lab struct {
	Lab       *lab.Lab
	Progress  *lab.Progress // nil before it was begun
	Stage     templ.Component
	Picture   templ.Component // of the room of the lab; nil while there is none
	Live      bool            // the stage changes with what happens
	Scripts   []string        // of this lab alone
	Base      string          // of the site, as "http://localhost:8080"
	Seat      string          // its secret, for the terminal
	Variables map[string]string
	InRoom    bool     // the seat is in the room of this lab
	Other     *lab.Lab // the lab whose room the seat is in, which may be this one; nil when it is in none
	Try       func(experiment string) experiments.Experiment
	Fault     string
}

// Bounds, so that pages stay short.
const (
	shownHappenings = 12 // below a task
)

func (l Lab) disturbed() bool { return l.Progress != nil && l.Progress.Disturbed != "" }

func (l Lab) beginWord() string {
	switch {
	case l.disturbed():
		return "Set the lab up again"
	case l.Progress != nil:
		return "Go on with this lab"
	}
	return "Begin this lab"
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

func hintWord(left int) string {
	switch left {
	case 3:
		return "A hint"
	case 2:
		return "More"
	}
	return "The answer"
}

func newest(all []lab.Happening) []lab.Happening { return all[max(0, len(all)-shownHappenings):] }
