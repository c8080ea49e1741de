package restart_test

import (
	"testing"

	"twodoors/web/lab"
	"twodoors/web/lab/labtest"
	"twodoors/web/lab/restart"
)

// A5: what a restart lost or kept is shown by a credential that had been let in before, and
// by no other: anybody can bring one that is refused, or log in anew.
func TestRestartTasks(t *testing.T) {
	t.Parallel()
	tasks := restart.Lab().Tasks
	const me, in, token = "GET /api/session/me", "POST /api/session/login", "GET /api/token/me"
	memory, sqlite := lab.Circumstances{Store: "memory", Keys: "shared"}, lab.Circumstances{Store: "database"}
	for _, test := range []struct {
		what string
		task int
		done bool
		h    lab.History
	}{
		{"lost", 1, true, labtest.History(memory, me+" 200 1 1 a", token+" 200 1 1 t", me+" 401 1 2 a session.find", token+" 200 1 2 t")},
		{"another was refused", 1, false, labtest.History(memory, in+" 200 1 1", me+" 200 1 1 a", token+" 200 1 1 t", me+" 401 1 2 b session.find", token+" 200 1 2 t")},
		{"kept", 2, true, labtest.History(sqlite, in+" 200 1 1", me+" 200 1 1 a", me+" 200 1 2 a")},
		{"one that was made since", 2, false, labtest.History(sqlite, in+" 200 1 1", me+" 200 1 2 b")},
	} {
		if got := tasks[test.task].Done(test.h) != nil; got != test.done {
			t.Errorf("task %d, %s: done is %t", test.task+1, test.what, got)
		}
	}
}
