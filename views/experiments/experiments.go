// Package experiments is what experiments found out, as tables and plots, with how far
// each is and the button that starts it.
//
// Start reading at experiments.templ.
package experiments

import (
	"fmt"
	"time"

	"twodoors/web/experiment"
)

// Experiment is how far one of them is, and what it has found.
type Experiment struct {
	Name, Title string
	State       string // new, waiting, running, done or failed
	Before      int    // while it waits, how many run before it
	Done, Total int
	Doing       string // what is run now
	StartedAt   time.Time
	Fault       string
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

// button is what the button says that runs it: again, after the first time.
func (e Experiment) button(first string) string {
	if e.State == "new" {
		return first
	}
	return "Run it again"
}

// underWay reports whether an experiment has been started and has not ended.
func (e Experiment) underWay() bool { return e.State == "waiting" || e.State == "running" }

// turn says how long an experiment waits.
func (e Experiment) turn() string {
	if e.Before == 0 {
		return "Waiting: yours is next."
	}
	return fmt.Sprintf("Waiting: %d ahead of you.", e.Before)
}

// seconds writes how long something took.
func seconds(milliseconds int64) string { return fmt.Sprintf("%.1f s", float64(milliseconds)/1000) }

func percent(fraction float64) string { return fmt.Sprintf("%.0f %%", 100*fraction) }
