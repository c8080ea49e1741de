package lab

import (
	"fmt"
	"slices"
	"strings"
)

// Standing is how a seat stands with a lab.
type Standing string

const (
	New      Standing = "new"
	Running  Standing = "running"
	Left     Standing = "left" // before it was finished
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
		return fmt.Sprintf("%d tasks, not started", len(lab.Tasks))
	case Finished:
		return "Finished"
	case Left:
		return done + ", not finished"
	}
	return done
}

// SetsUp are the settings that the lab's room begins with, each with its name.
func (lab *Lab) SetsUp() (settings [][2]string) {
	plain := strings.NewReplacer(`"`, "", "{", "", "}", "").Replace(lab.Needs)
	for setting := range strings.SplitSeq(plain, ", ") {
		if name, value, ok := strings.Cut(setting, ": "); ok {
			settings = append(settings, [2]string{strings.ReplaceAll(name, "_", " "), value})
		}
	}
	return settings
}

// Takes is what the lab takes besides a browser, in a few words for each.
func (lab *Lab) Takes() (all []string) {
	if lab.TakesScript() {
		all = append(all, "JavaScript")
	}
	if lab.Requires != "" {
		all = append(all, lab.Requires)
	}
	return all
}

// TakesScript reports whether only a script can do some of it.
func (lab *Lab) TakesScript() bool {
	return slices.ContainsFunc(lab.Tasks, func(task Task) bool { return slices.ContainsFunc(task.Acts, Act.TakesScript) })
}

// TakesScript reports whether only a script can do it. A refresh by cookie is among that: browsers send that cookie to
// the token door alone.
func (a Act) TakesScript() bool {
	return a.Script != "" || slices.ContainsFunc(a.Calls, func(c Call) bool { return c.Path == "/api/token/refresh" && c.Body == "" })
}
