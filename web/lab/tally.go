package lab

import "time"

// Tally is what a record comes to, in figures.
type Tally struct {
	Minutes, Tasks, Hints int

	Asked, Predicted, Right int // questions of its tasks, those that were answered, and answered right
}

// Tally counts what is in a record of one of these labs.
func (r Record) Tally(labs []*Lab) Tally {
	t := Tally{Minutes: int(r.Finished.Sub(r.Begun).Round(time.Minute).Minutes()), Tasks: len(r.Tasks)}
	for _, done := range r.Tasks {
		t.Hints += done.Hints
		if done.Predicted != "" {
			t.Predicted++
			if done.Predicted == done.Outcome {
				t.Right++
			}
		}
	}
	for _, l := range labs {
		for _, task := range l.Tasks {
			if l.Name == r.Lab && task.Predict != nil {
				t.Asked++
			}
		}
	}
	return t
}
