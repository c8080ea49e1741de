package lab_test

import (
	"testing"

	"twodoors/web/lab"
)

// What a thief goes on doing belongs to the task in which it began, until the visitor does something.
func TestRowsOfAClientStayInTheirTask(t *testing.T) {
	t.Parallel()
	visitor := lab.Seen{Method: "GET", Path: "/api/session/me"}
	thief, other := visitor, visitor
	thief.Client, other.Client = lab.Thief, lab.Experiment
	for _, test := range []struct {
		what          string
		history       lab.History
		since         []int
		first, second int
	}{
		{"a thief that goes on", lab.History{visitor, thief, thief, thief, visitor, thief}, []int{0, 2}, 4, 2},
		{"a thief that goes on alone", lab.History{visitor, thief, thief}, []int{0, 2}, 3, 0},
		{"a client that begins in the next task", lab.History{visitor, thief, other, visitor}, []int{0, 2}, 2, 2},
		{"a visitor alone", lab.History{visitor, visitor, visitor}, []int{0, 2}, 2, 1},
		{"nothing yet", lab.History{visitor, thief}, []int{0, 2}, 2, 0},
	} {
		p := &lab.Progress{History: test.history, Since: test.since}
		if first, second := len(p.Of(0)), len(p.Of(1)); first != test.first || second != test.second {
			t.Errorf("%s: %d and %d", test.what, first, second)
		}
	}
}

// When one request shows that two tasks are done, the thief's rows after it are shown once, whichever task has them.
func TestRowsAreInOneTaskWhenTwoAreDoneAtOnce(t *testing.T) {
	t.Parallel()
	visitor := lab.Seen{Method: "GET", Path: "/api/session/me"}
	thief := visitor
	thief.Client = lab.Thief
	p := &lab.Progress{History: lab.History{visitor, thief, visitor, thief, thief}, Since: []int{0, 1, 3, 3}}
	rows := 0
	for task := range p.Since {
		rows += len(p.Of(task))
	}
	if rows != len(p.History) {
		t.Errorf("%d of %d rows are in a task", rows, len(p.History))
	}
}
