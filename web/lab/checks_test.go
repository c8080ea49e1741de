package lab_test

import (
	"fmt"
	"testing"

	"twodoors/web/lab"
	"twodoors/web/trace"
)

// seen are requests in short: method, path, status, server, its start, credential,
// and the step that refused.
func seen(at lab.Circumstances, requests ...string) (h lab.History) {
	for i, short := range requests {
		s := lab.Seen{Trace: fmt.Sprint(i), Settings: at, Outcome: trace.Allowed}
		fmt.Sscan(short, &s.Method, &s.Path, &s.Status, &s.Server, &s.Start, &s.Credential, &s.Reason)
		switch {
		case s.Status >= 500:
			s.Outcome = trace.Failed
		case s.Status >= 400:
			s.Outcome = trace.Denied
		}
		h = append(h, s)
	}
	return h
}

// A task is ticked by what shows it and by nothing that only looks like it.
func TestServersTasks(t *testing.T) {
	t.Parallel()
	tasks := lab.Servers().Tasks
	sticky := lab.Circumstances{Servers: 3, Balance: "sticky", Store: "memory"}
	const me, out, in = "GET /api/session/me", "POST /api/session/logout", "POST /api/session/login"
	for _, test := range []struct {
		what string
		task int
		done bool
		h    lab.History
	}{
		{"a refusal and a login at the same server", 2, false, seen(sticky,
			me+" 200 1 1 a", me+" 401 2 1 a session.find", in+" 200 2 1", me+" 401 1 1 a session.find", me+" 401 2 1 a session.find", me+" 401 3 1 a session.find")},
		{"the server was started again", 2, true, seen(sticky,
			me+" 200 1 1 a", me+" 401 2 1 a session.find", in+" 200 2 1", me+" 401 1 2 a session.find", me+" 401 2 1 a session.find", me+" 401 3 1 a session.find")},
		{"another session was refused", 2, false, seen(sticky,
			me+" 200 1 1 a", me+" 401 2 1 b session.find", in+" 200 2 1", me+" 401 1 2 b session.find", me+" 401 2 1 b session.find", me+" 401 3 1 b session.find")},
		{"logged out where it was known", 3, false, seen(sticky,
			out+" 204 1 1 a", me+" 401 1 1 a session.find", me+" 401 2 1 a session.find", me+" 401 3 1 a session.find")},
		{"let in where another logged out", 3, true, seen(sticky,
			out+" 204 2 1 a", me+" 401 3 1 a session.find", me+" 200 1 1 a", me+" 401 2 1 a session.find")},
		{"let in with another session", 3, false, seen(sticky,
			out+" 204 2 1 a", me+" 401 3 1 a session.find", me+" 200 1 1 b", me+" 401 2 1 a session.find")},
		{"logged out in memory, refused by all", 4, false, seen(sticky,
			me+" 200 1 1 a", me+" 200 2 1 a", out+" 204 1 1 a", me+" 401 1 1 a session.find", me+" 401 2 1 a session.find", me+" 401 3 1 a session.find")},
	} {
		if got := tasks[test.task].Done(test.h) != nil; got != test.done {
			t.Errorf("task %d, %s: done is %t", test.task+1, test.what, got)
		}
	}
}

// A dismissal counts when the old token was let in after it, and only that.
func TestRolesTasks(t *testing.T) {
	t.Parallel()
	done := lab.Roles().Tasks[3].Done
	const session, token = "GET /api/session/admin", "GET /api/token/admin"
	const change, refresh = "POST /api/account/role", "POST /api/token/refresh"
	before := []string{change + " 204 1 1 g", session + " 200 1 1 a", change + " 204 1 1 g"}
	after := []string{session + " 403 1 1 a role.check", token + " 200 1 1 t", change + " 403 1 1 t role.change"}
	anything := lab.Circumstances{}
	if done(seen(anything, append(before, after...)...)) == nil {
		t.Error("a dismissal does not count")
	}
	if done(seen(anything, append(before[:1:1], after...)...)) != nil {
		t.Error("somebody who never was an administrator was dismissed")
	}
	if done(seen(anything, append(append(before[:3:3], refresh+" 200 1 1 r"), after...)...)) != nil {
		t.Error("a refreshed token is taken for the old one")
	}
	byGrace := seen(anything, append(before, after...)...)
	byGrace[4].User = "grace"
	if done(byGrace) != nil {
		t.Error("grace's own token is taken for the one of who was dismissed")
	}
}

// A5: what a server lost or kept is shown by a credential that it had let in before, and
// by no other: anybody can bring one that is refused, or log in anew elsewhere.
func TestWhatOutlivesIsTheSameCredential(t *testing.T) {
	t.Parallel()
	restart, store := lab.Restart().Tasks, lab.Store().Tasks
	const me, in, token = "GET /api/session/me", "POST /api/session/login", "GET /api/token/me"
	memory, sqlite := lab.Circumstances{Store: "memory", Keys: "shared"}, lab.Circumstances{Store: "sqlite"}
	redis, without := lab.Circumstances{Store: "redis"}, lab.Circumstances{Store: "redis", StoreAway: true}
	for _, test := range []struct {
		what string
		done bool
		task lab.Task
		h    lab.History
	}{
		{"lost", true, restart[1], seen(memory, me+" 200 1 1 a", token+" 200 1 1 t", me+" 401 1 2 a session.find", token+" 200 1 2 t")},
		{"another was refused", false, restart[1], seen(memory, in+" 200 1 1", me+" 200 1 1 a", token+" 200 1 1 t", me+" 401 1 2 b session.find", token+" 200 1 2 t")},
		{"kept", true, restart[2], seen(sqlite, in+" 200 1 1", me+" 200 1 1 a", me+" 200 1 2 a")},
		{"one that was made since", false, restart[2], seen(sqlite, in+" 200 1 1", me+" 200 1 2 b")},
		{"came back empty", true, store[3], chained(seen(redis, me+" 200 1 1 a"), seen(without, me+" 503 1 1 a session.find"),
			seen(redis, me+" 401 1 1 a session.find", in+" 200 1 1", me+" 200 1 1 b", token+" 200 1 1 t"))},
		{"of a session that never was", false, store[3], chained(seen(redis, me+" 200 1 1 a"), seen(without, me+" 503 1 1 b session.find"),
			seen(redis, me+" 401 1 1 b session.find", in+" 200 1 1", me+" 200 1 1 c", token+" 200 1 1 t"))},
	} {
		if got := test.task.Done(test.h) != nil; got != test.done {
			t.Errorf("%s, %s: done is %t", test.task.Title, test.what, got)
		}
	}
}

// chained is what happened one after the other.
func chained(parts ...lab.History) (h lab.History) {
	for _, part := range parts {
		for _, s := range part {
			s.Trace = fmt.Sprint(len(h))
			h = append(h, s)
		}
	}
	return h
}
