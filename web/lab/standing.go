package lab

import (
	"fmt"
	"strings"
)

// Standing is how a seat stands with a lab.
type Standing string

const (
	New      Standing = "new"
	Running  Standing = "running"
	Left     Standing = "left" // half-way
	Finished Standing = "finished"
)

// Standing says how a seat stands with the lab. Without progress it is new there.
func (p *Progress) Standing() Standing {
	switch {
	case p == nil:
		return New
	case !p.Finished.IsZero():
		return Finished
	case p.Left:
		return Left
	}
	return Running
}

// Done is how many tasks are done.
func (p *Progress) Done() int {
	if p == nil {
		return 0
	}
	return len(p.Ticks)
}

// StateOf a task, counted from 0, is "done", "now" or "later".
func (p *Progress) StateOf(task int) string {
	switch done := p.Done(); {
	case task < done:
		return "done"
	case task == done && p.Running():
		return "now"
	}
	return "later"
}

// InWords says how far a seat is in the lab.
func (lab *Lab) InWords(p *Progress) string {
	done := fmt.Sprintf("%d of %d tasks done", p.Done(), len(lab.Tasks))
	switch p.Standing() {
	case New:
		return fmt.Sprintf("%d tasks, not begun", len(lab.Tasks))
	case Finished:
		return "Finished"
	case Left:
		return done + ", left half-way"
	}
	return done
}

// SetsUp says what the lab's room begins with.
func (lab *Lab) SetsUp() string {
	opens := "It opens a room of your own, with servers, accounts and keys that nobody else uses."
	if lab.Needs == "" {
		return opens
	}
	needs := strings.NewReplacer(`"`, "", "{", "", "}", "", ": ", " ").Replace(lab.Needs)
	return opens + " Its settings: " + needs + "."
}
