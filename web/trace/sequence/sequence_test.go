package sequence_test

import (
	"slices"
	"testing"
	"time"

	"twodoors/web/trace"
	"twodoors/web/trace/sequence"
)

func passed(name trace.Name, where string, facts ...trace.Fact) trace.Step {
	return trace.Step{Name: name, OK: true, Where: where, Facts: facts}
}

func refused(name trace.Name, where string, why trace.Why, facts ...trace.Fact) trace.Step {
	return trace.Step{Name: name, Where: where, Why: why, Facts: facts}
}

// A lane stands in the diagram when its owner took part, and what it says comes from the
// steps alone.
func TestDiagramTellsWhoTookPart(t *testing.T) {
	t.Parallel()
	cookie := &trace.Credential{Kind: "cookie", Name: "session", Shown: "pZ3kQa…"}
	picked := passed(trace.FrontPick, "", trace.Text("chosen", "turn"))
	for what, test := range map[string]struct {
		one   trace.Trace
		lanes []string
		says  string
	}{
		"a session, found": {
			trace.Trace{Door: "session", Server: 2, Status: 200, Outcome: trace.Allowed, User: "ada", Credential: cookie, Steps: []trace.Step{
				picked, passed(trace.CookieRead, ""), passed(trace.SessionFind, "memory of server 2"), passed(trace.SessionAge, ""), passed(trace.RoleCheck, "")}},
			[]string{"browser", "front", "server 2", "memory"},
			"browser to front: session=pZ3kQa…. front to server 2: round robin. server 2: ✓ cookie. server 2 to memory: look up session. memory to server 2: found. " +
				"server 2: ✓ session, role. server 2 to browser: 200 ada.",
		},
		"a session, unknown to a server alone": {
			trace.Trace{Door: "session", Server: 1, Status: 401, Outcome: trace.Denied, Credential: cookie, Reason: trace.SessionFind, Steps: []trace.Step{
				passed(trace.CookieRead, ""), refused(trace.SessionFind, "SQLite", trace.SessionUnknown)}},
			[]string{"browser", "server 1", "SQLite"},
			"browser to server 1: session=pZ3kQa…. server 1: ✓ cookie. server 1 to SQLite: look up session. SQLite to server 1: ✗ no such session. server 1 to browser: 401.",
		},
		"a login that waits, at a front": {
			trace.Trace{Method: "POST", Door: "token", Server: 2, Status: 200, Outcome: trace.Allowed, Steps: []trace.Step{
				passed(trace.TurnWait, "", trace.Number("before", 7), trace.Duration("wait", 3*time.Second)), picked, passed(trace.PasswordCheck, "")}},
			[]string{"browser", "front", "server 2"},
			"browser to front: username, password. front: waited 3s. front to server 2: round robin. server 2: ✓ password. server 2 to browser: 200.",
		},
		"one without a turn, at a front": {
			trace.Trace{Method: "POST", Status: 503, Outcome: trace.Failed, Reason: trace.TurnWait, Steps: []trace.Step{
				refused(trace.TurnWait, "", trace.TurnOwn)}},
			[]string{"browser", "front"},
			"browser to front: POST. front: ✗ this seat's earlier req…. front to browser: 503.",
		},
		"a login that waits, at a server alone": {
			trace.Trace{Method: "POST", Door: "token", Server: 1, Status: 200, Outcome: trace.Allowed, Steps: []trace.Step{
				passed(trace.TurnWait, "", trace.Number("before", 7), trace.Duration("wait", 3*time.Second)), passed(trace.PasswordCheck, "")}},
			[]string{"browser", "server 1"},
			"browser to server 1: username, password. server 1: waited 3s. server 1: ✓ password. server 1 to browser: 200.",
		},
		"one without a turn, at a server alone": {
			trace.Trace{Method: "POST", Server: 1, Status: 503, Outcome: trace.Failed, Reason: trace.TurnWait, Steps: []trace.Step{
				refused(trace.TurnWait, "", trace.TurnFull)}},
			[]string{"browser", "server 1"},
			"browser to server 1: POST. server 1: ✗ turn.wait. server 1 to browser: 503.",
		},
		"no server": {
			trace.Trace{Method: "GET", Status: 503, Outcome: trace.Failed, Steps: []trace.Step{refused(trace.FrontUnavailable, "", trace.ServerAway, trace.Number("server", 1))}},
			[]string{"browser", "front"},
			"browser to front: GET. front: ✗ server 1 is down. front to browser: 503.",
		},
	} {
		d := sequence.Of(&test.one)
		if !slices.Equal(d.Lanes, test.lanes) || d.Description() != test.says {
			t.Errorf("%s: %q\n%s", what, d.Lanes, d.Description())
		}
	}
}
