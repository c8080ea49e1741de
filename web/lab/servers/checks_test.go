package servers_test

import (
	"testing"

	"twodoors/web/lab"
	"twodoors/web/lab/labtest"
	"twodoors/web/lab/servers"
)

// A task is ticked by what shows it and by nothing that only looks like it.
func TestServersTasks(t *testing.T) {
	t.Parallel()
	tasks := servers.Lab().Tasks
	sticky := lab.Circumstances{Servers: 3, Balance: "sticky", Store: "memory"}
	const me, out, in = "GET /api/session/me", "POST /api/session/logout", "POST /api/session/login"
	for _, test := range []struct {
		what string
		task int
		done bool
		h    lab.History
	}{
		{"a refusal and a login at the same server", 2, false, labtest.History(sticky,
			me+" 200 1 1 a", me+" 401 2 1 a session.find", in+" 200 2 1", me+" 401 1 1 a session.find", me+" 401 2 1 a session.find", me+" 401 3 1 a session.find")},
		{"the server was started again", 2, true, labtest.History(sticky,
			me+" 200 1 1 a", me+" 401 2 1 a session.find", in+" 200 2 1", me+" 401 1 2 a session.find", me+" 401 2 1 a session.find", me+" 401 3 1 a session.find")},
		{"another session was refused", 2, false, labtest.History(sticky,
			me+" 200 1 1 a", me+" 401 2 1 b session.find", in+" 200 2 1", me+" 401 1 2 b session.find", me+" 401 2 1 b session.find", me+" 401 3 1 b session.find")},
		{"logged out where it was known", 3, false, labtest.History(sticky,
			out+" 204 1 1 a", me+" 401 1 1 a session.find", me+" 401 2 1 a session.find", me+" 401 3 1 a session.find")},
		{"let in where another logged out", 3, true, labtest.History(sticky,
			out+" 204 2 1 a", me+" 401 3 1 a session.find", me+" 200 1 1 a", me+" 401 2 1 a session.find")},
		{"let in with another session", 3, false, labtest.History(sticky,
			out+" 204 2 1 a", me+" 401 3 1 a session.find", me+" 200 1 1 b", me+" 401 2 1 a session.find")},
		{"logged out in memory, refused by all", 4, false, labtest.History(sticky,
			me+" 200 1 1 a", me+" 200 2 1 a", out+" 204 1 1 a", me+" 401 1 1 a session.find", me+" 401 2 1 a session.find", me+" 401 3 1 a session.find")},
	} {
		if got := tasks[test.task].Done(test.h) != nil; got != test.done {
			t.Errorf("task %d, %s: done is %t", test.task+1, test.what, got)
		}
	}
}
