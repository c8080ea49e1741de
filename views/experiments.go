package views

import (
	"fmt"
	"time"

	"twodoors/web/experiment"
)

// Experiments are the tables below the server room that are filled by trying.
type Experiments struct {
	MayRun           bool
	Survive, Balance Experiment
	Survival         *experiment.Survival // nil before the first run
	Balanced         *experiment.Balanced
}

// Experiment is how far one of them is.
type Experiment struct {
	Name, Title string
	State       string // new, running, done or failed
	Done, Total int
	Doing       string // what is tried now
	StartedAt   time.Time
	Fault       string
	Mine        bool // this seat started it, and has the traces
}

// survival is the table to show: an empty one before the first run.
func (x Experiments) survival() *experiment.Survival {
	if x.Survival == nil {
		return experiment.Untried()
	}
	return x.Survival
}

// balanced is the table to show: an empty one before the first run.
func (x Experiments) balanced() *experiment.Balanced {
	if x.Balanced == nil {
		return experiment.Unbalanced(experiment.DefaultRequests)
	}
	return x.Balanced
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
		return "Started by " + who + " at " + clock(e.StartedAt) + "."
	}
	return "Tried by " + who + " at " + clock(e.StartedAt) + "."
}

// seconds writes how long something took.
func seconds(milliseconds int64) string { return fmt.Sprintf("%.1f s", float64(milliseconds)/1000) }

func percent(fraction float64) string { return fmt.Sprintf("%.0f %%", 100*fraction) }
