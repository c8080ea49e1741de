package lab_test

import (
	"slices"
	"testing"
	"time"

	"twodoors/web/lab"
)

func TestStandingInWords(t *testing.T) {
	t.Parallel()
	three := &lab.Lab{Tasks: make([]lab.Task, 3)}
	one := []lab.Tick{{}}
	for _, test := range []struct {
		p        *lab.Progress
		standing lab.Standing
		says     string
		second   string // task
	}{
		{nil, lab.New, "3 tasks, not started", "later"},
		{&lab.Progress{Ticks: one}, lab.Running, "1 of 3 tasks done", "now"},
		{&lab.Progress{Ticks: one, Left: true}, lab.Left, "1 of 3 tasks done, not finished", "later"},
		{&lab.Progress{Ticks: make([]lab.Tick, 3), Finished: time.Unix(1, 0)}, lab.Finished, "Finished", "done"},
	} {
		if s, says, second := test.p.Standing(), three.InWords(test.p), test.p.StateOf(1); s != test.standing || says != test.says || second != test.second {
			t.Errorf("%s, %q, %s", s, says, second)
		}
	}
}

// What a thief does again and again stands once, until the visitor did something.
func TestHappeningsAreToldOnce(t *testing.T) {
	t.Parallel()
	thief := lab.Seen{Client: lab.Thief, Path: "/api/session/me", Status: 200}
	refused := thief
	refused.Status = 401
	visitor := lab.Seen{Path: "/api/session/logout", Status: 204}
	var times []int
	for _, happened := range (lab.History{thief, thief, thief, visitor, visitor, thief, refused, thief}).Happenings() {
		times = append(times, happened.Times)
	}
	if want := []int{3, 1, 1, 2, 1}; !slices.Equal(times, want) {
		t.Errorf("%v, not %v", times, want)
	}
}
