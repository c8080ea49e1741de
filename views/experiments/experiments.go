// Package experiments is what experiments found out, as tables and plots, with how far
// each is and the button that starts it.
//
// Start reading at experiments.templ.
package experiments

import (
	"fmt"
	"time"

	"twodoors/views/layout"
	"twodoors/web/experiment"
)

// Tables are those below the server room that are filled by trying.
type Tables struct {
	MayRun           bool
	Survive, Balance Experiment
}

// Experiment is how far one of them is, and what it has found.
type Experiment struct {
	Name, Title string
	State       string // new, running, done or failed
	Done, Total int
	Doing       string // what is tried now
	StartedAt   time.Time
	Fault       string
	Mine        bool              // this seat started it, and has the traces
	Result      experiment.Result // as far as it is known, nil before the first run
}

// result is what an experiment has found, and before the first run what stands in its
// place.
func result[T any](e Experiment, untried *T) *T {
	if found, ok := any(e.Result).(*T); ok && found != nil {
		return found
	}
	return untried
}

// standing says in a few words when an experiment was run, and by whom.
func (e Experiment) standing() string {
	who := "another visitor"
	if e.Mine {
		who = "you"
	}
	switch e.State {
	case "new":
		return "Not tried yet."
	case "running":
		return "Started by " + who + " at " + layout.Clock(e.StartedAt) + "."
	}
	return "Tried by " + who + " at " + layout.Clock(e.StartedAt) + "."
}

// seconds writes how long something took.
func seconds(milliseconds int64) string { return fmt.Sprintf("%.1f s", float64(milliseconds)/1000) }

func percent(fraction float64) string { return fmt.Sprintf("%.0f %%", 100*fraction) }
