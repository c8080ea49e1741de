package ladder_test

import (
	"strings"
	"testing"
	"time"

	"twodoors/web/trace"
	"twodoors/web/trace/ladder"
)

func path(of []ladder.Rung) string {
	var names []string
	for _, r := range of {
		names = append(names, name(&r))
	}
	return strings.Join(names, ", ")
}

func name(r *ladder.Rung) string {
	switch {
	case r == nil:
		return "-"
	case !r.Reached:
		return "(" + string(r.Name) + ")"
	}
	return string(r.Name)
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
		if got := path(ladder.Of(stopped)); got != want {
			t.Errorf("%s: %s", where, got)
		}
	}
}

func steps(names ...trace.Name) (all []trace.Step) {
	for _, name := range names {
		all = append(all, trace.Step{Name: name, OK: true})
	}
	return all
}

// Steps for the same purpose stand in one row, whatever each door has besides, and a row says in
// what the two differ.
func TestComparedStepsAreAligned(t *testing.T) {
	t.Parallel()
	session := &trace.Trace{Door: "session", Path: "/api/session/me", Steps: steps(trace.FrontPick, trace.CookieRead, trace.SessionFind, trace.SessionAge, trace.UserLoad, trace.RoleCheck)}
	token := &trace.Trace{Door: "token", Path: "/api/token/me", Steps: steps(trace.FrontPick, trace.BearerRead, trace.TokenDecode, trace.AlgorithmCheck,
		trace.KeySelect, trace.SignatureVerify, trace.ClaimsCheck, trace.RoleCheck)}
	stopped := &trace.Trace{Door: "session", Path: "/api/session/me", Reason: trace.SessionFind, Steps: []trace.Step{
		{Name: trace.FrontPick, OK: true}, {Name: trace.CookieRead, OK: true}, {Name: trace.SessionFind, Why: trace.SessionUnknown}}}
	const only, same = " [in one request only]", " []"
	for what, test := range map[string]struct {
		one, other *trace.Trace
		want       string
	}{
		"two doors": {session, token, "front.pick=front.pick" + same + ", cookie.read=bearer.read [done another way], -=token.decode" + only + ", -=algorithm.check" + only +
			", -=key.select" + only + ", session.find=signature.verify [done another way], session.age=claims.check [done another way], user.load=-" + only + ", role.check=role.check" + same},
		"one door, stopped": {session, stopped, "front.pick=front.pick" + same + ", cookie.read=cookie.read" + same + ", session.find=session.find [outcome]" +
			", session.age=(session.age) [outcome], user.load=(user.load) [outcome], role.check=(role.check) [outcome]"},
		"with itself":  {token, token, strings.ReplaceAll("front.pick=front.pick, bearer.read=bearer.read, token.decode=token.decode, algorithm.check=algorithm.check, key.select=key.select, signature.verify=signature.verify, claims.check=claims.check, role.check=role.check", ", ", same+", ") + same},
		"with nothing": {stopped, &trace.Trace{}, "front.pick=-" + only + ", cookie.read=-" + only + ", session.find=-" + only + ", (session.age)=-" + only + ", (user.load)=-" + only + ", (role.check)=-" + only},
	} {
		var rows []string
		for _, p := range ladder.Compare(test.one, test.other) {
			rows = append(rows, name(p.One)+"="+name(p.Other)+" ["+strings.Join(p.Differs, ", ")+"]")
		}
		if got := strings.Join(rows, ", "); got != test.want {
			t.Errorf("%s: %s\nwant %s", what, got, test.want)
		}
	}
}

// Time goes on between any two requests: how old a session is does not tell them apart, where it
// lies and for how long it may be unused does.
func TestComparedStepsDifferInWhatCounts(t *testing.T) {
	t.Parallel()
	found := func(where string, facts ...trace.Fact) *trace.Trace {
		return &trace.Trace{Steps: []trace.Step{{Name: trace.SessionAge, OK: true, Where: where, Facts: facts}}}
	}
	one := found("SQLite", trace.Duration("age", time.Second), trace.Duration("idle_timeout", time.Minute), trace.Text("role", "user"))
	for want, other := range map[string]*trace.Trace{
		"":                found("SQLite", trace.Duration("age", time.Hour), trace.Duration("idle_timeout", time.Minute), trace.Text("role", "user")),
		"where it looked": found("Redis", trace.Duration("age", time.Second), trace.Duration("idle_timeout", time.Minute), trace.Text("role", "user")),
		"idle timeout":    found("SQLite", trace.Duration("age", time.Second), trace.Duration("idle_timeout", time.Hour), trace.Text("role", "user")),
		"role":            found("SQLite", trace.Duration("age", time.Second), trace.Duration("idle_timeout", time.Minute), trace.Text("role", "admin")),
	} {
		if got := strings.Join(ladder.Compare(one, other)[0].Differs, ", "); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
