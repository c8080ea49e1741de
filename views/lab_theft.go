package views

import (
	"twodoors/web/lab"

	"twodoors/web/experiment"
)

// thiefAt is the last that a thief got at a door, and what stands there before it
// called.
func thiefAt(p *lab.Progress, door string) (last lab.Seen, called bool) {
	if p == nil {
		return last, false
	}
	for _, s := range p.History {
		if s.Client == lab.Thief && lab.Called(door)(s) {
			last, called = s, true
		}
	}
	return last, called
}

// theft is the table to show: an empty one before the first run.
func theft(t Tried) *experiment.Theft {
	if found, ok := t.Result.(*experiment.Theft); ok && found != nil {
		return found
	}
	return experiment.Unstolen()
}

// stopped says in two words whether a countermeasure stopped the thief.
func stopped(o experiment.Outcome) string {
	switch {
	case o.Expired && o.Measure == "expiry":
		return "in time"
	case o.Expired:
		return "not stopped"
	}
	return "stopped"
}
