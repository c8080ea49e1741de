package ladder_test

import (
	"strings"
	"testing"

	"twodoors/web/trace"
	"twodoors/web/trace/ladder"
)

func path(of []ladder.Rung) string {
	var names []string
	for _, r := range of {
		name := string(r.Name)
		if !r.Reached {
			name = "(" + name + ")"
		}
		if r.Differs != "" {
			name += ": " + r.Differs
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// Where a request was stopped on its way to an account, the ladder goes on with what
// would have come next; elsewhere nobody can tell.
func TestLadderShowsWhatWasNeverReached(t *testing.T) {
	t.Parallel()
	for where, want := range map[string]string{
		"/api/session/me":     "cookie.read, session.find, (session.age), (user.load), (role.check)",
		"/api/session/logout": "cookie.read, session.find",
	} {
		stopped := &trace.Trace{Door: "session", Path: where, Reason: trace.SessionFind, Steps: []trace.Step{
			{Name: trace.CookieRead, OK: true}, {Name: trace.SessionFind, Why: trace.SessionUnknown}}}
		if got := path(ladder.Of(stopped, nil)); got != want {
			t.Errorf("%s: %s", where, got)
		}
	}
}

// Beside another request each step says how it differs.
func TestLadderComparesSteps(t *testing.T) {
	t.Parallel()
	one := &trace.Trace{Steps: []trace.Step{{Name: trace.CookieRead, OK: true}, {Name: trace.SessionFind, OK: true, Where: "SQLite"}, {Name: trace.RoleCheck, OK: true}}}
	other := &trace.Trace{Steps: []trace.Step{{Name: trace.CookieRead, OK: true}, {Name: trace.SessionFind, OK: true, Where: "Redis"}, {Name: trace.RoleCheck}}}
	if got, want := path(ladder.Of(one, other)), "cookie.read, session.find: different result, role.check: different outcome"; got != want {
		t.Error(got)
	}
	if got, want := path(ladder.Of(one, &trace.Trace{})), "cookie.read: only here, session.find: only here, role.check: only here"; got != want {
		t.Error(got)
	}
}
