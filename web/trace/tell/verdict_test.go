package tell_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// refusedAt is a trace that a step refused.
func refusedAt(step trace.Step) *trace.Trace {
	return &trace.Trace{
		Method: "GET", Path: "/api/session/me", Door: "session", Server: 2, Start: 1,
		Outcome: trace.Denied, Status: 401, Reason: step.Name, Steps: []trace.Step{step},
	}
}

func allowedBy(steps ...trace.Step) *trace.Trace {
	for i := range steps {
		steps[i].OK = true
	}
	return &trace.Trace{Method: "GET", Path: "/api/session/me", Server: 1, Start: 1, Outcome: trace.Allowed, Status: 200, User: "ada", Steps: steps}
}

func because(name trace.Name, why trace.Why, facts ...trace.Fact) trace.Step {
	return trace.Step{Name: name, Why: why, Facts: facts}
}

func in(where string, step trace.Step) trace.Step {
	step.Where = where
	return step
}

var (
	idle    = []trace.Fact{trace.Duration("idle", 21*time.Minute+30*time.Second), trace.Duration("idle_timeout", 20*time.Minute)}
	expired = because(trace.ClaimsCheck, trace.TokenExpired, trace.Duration("late", 41*time.Second))
	wrong   = because(trace.RoleCheck, trace.RoleInsufficient, trace.Text("need", "admin"), trace.Text("user", "ada"), trace.Text("role", "user"))
	unknown = because(trace.SessionFind, trace.SessionUnknown)
	missing = in("Redis", because(trace.SessionFind, trace.SessionUnknown, trace.Duration("leader_changed", 4*time.Second)))
)

func TestVerdictSaysWhatRefused(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		step trace.Step
		want string
	}{
		{because(trace.CookieRead, trace.CookieMissing, trace.Text("name", "session")), "Denied: the request carried no session cookie."},
		{because(trace.CookieRead, trace.CookieTwice, trace.Text("name", "session")), "Denied: the session cookie cannot be used: more than one cookie named session: another program on this host set one."},
		{in("memory of server 2", unknown), "Denied: server 2 looked in its memory and found no such session."},
		{in("SQLite", unknown), "Denied: server 2 looked in SQLite and found no such session."},
		{missing, "Denied: server 2 looked in Redis and found no such session: the store changed its leader 4s ago, and what was not replicated is lost."},
		{because(trace.SessionAge, trace.SessionIdle, idle...), "Denied: the session has expired: idle for 21m30s, idle timeout 20m."},
		{because(trace.BearerRead, trace.BearerMissing), "Denied: the request carried no token."},
		{expired, "Denied: the signature is valid, but the claims are not: it expired 41s ago (exp)."},
		{wrong, "Denied: the visitor is logged in, but not authorized: ada has the role user, and admin is required."},
		{because(trace.PasswordCheck, trace.PasswordWrong), "Denied: wrong username or password."},
		{because(trace.RevocationAdd, ""), "Denied: the step revocation.add refused: no reason given."},
		{because("proof.check", "proof.replayed", trace.Text("jti", "j1")), "Denied: the step proof.check refused: proof.replayed jti j1."},
	} {
		if got := tell.Verdict(refusedAt(test.step)); got != test.want {
			t.Errorf("%s: %q\nwant %q", test.step.Name, got, test.want)
		}
	}
}

func TestVerdictSaysWhatLetIn(t *testing.T) {
	t.Parallel()
	away := because(trace.FrontUnavailable, trace.ServerAway, trace.Number("server", 1))
	silent := in("SQLite", because(trace.SessionFind, trace.StoreUnavailable))
	for want, one := range map[string]*trace.Trace{
		"Allowed: server 1 found the session in its memory: you are ada.":                          allowedBy(in("memory of server 1", trace.Step{Name: trace.SessionFind})),
		"Allowed: server 1 verified the signature and the claims without any lookup: you are ada.": allowedBy(trace.Step{Name: trace.SignatureVerify}),
		"Allowed: the password is correct, and server 1 stored a new session in SQLite.":           allowedBy(in("SQLite", trace.Step{Name: trace.SessionCreate})),
		"Allowed: the password is correct, and server 1 signed a token that it does not keep.":     allowedBy(trace.Step{Name: trace.TokenSign}),
		"Allowed: server 1 destroyed the session, so its cookie is no longer valid.":               allowedBy(trace.Step{Name: trace.SessionFind}, trace.Step{Name: trace.SessionDestroy}),
		"Allowed: GET /api/session/me was answered with 200.":                                      allowedBy(),
		"Failed: server 3 answered 500 without deciding.":                                          {Server: 3, Outcome: trace.Failed, Status: 500},
		"Failed: no server could take the request: server 1 is down.":                              {Outcome: trace.Failed, Status: 503, Reason: away.Name, Steps: []trace.Step{away}},
		"Failed: server 1 could not finish the step session.find: SQLite: does not answer.":        {Server: 1, Outcome: trace.Failed, Status: 503, Reason: silent.Name, Steps: []trace.Step{silent}},
		"Denied:   was answered with 403 before any step.":                                         {Outcome: trace.Denied, Status: 403},
	} {
		if got := tell.Verdict(one); got != want {
			t.Errorf("%q\nwant %q", got, want)
		}
	}
}

// Every step that can refuse has its own sentence and its own remedy.
func TestEveryRefusalHasARemedy(t *testing.T) {
	t.Parallel()
	never := []trace.Name{ // refuse: what stands in the way there is a failure of ours
		trace.FrontPick, trace.FrontRetry, trace.FrontUnavailable, trace.SessionSave, trace.SessionDestroy, trace.RevocationAdd,
	}
	for _, name := range trace.Names() {
		if slices.Contains(never, name) {
			continue
		}
		one := refusedAt(because(name, trace.AccountChanged))
		if tell.Remedy(one) == "" {
			t.Errorf("%s has no remedy: write one in remedy.go", name)
		}
		if strings.Contains(tell.Verdict(one), "the step "+string(name)) {
			t.Errorf("%s has no sentence of its own: write one in verdict.go", name)
		}
	}
}

func TestRemedyTellsFromTheFacts(t *testing.T) {
	t.Parallel()
	restarted := refusedAt(in("memory of server 2", unknown))
	restarted.Start = 3
	failed := refusedAt(because(trace.FrontUnavailable, trace.ServerAway))
	failed.Outcome = trace.Failed
	for _, test := range []struct {
		name string
		one  *trace.Trace
		want string
	}{
		{"restarted", restarted, "before server 2 restarted (this is its 3rd start)"},
		{"other memory", refusedAt(in("memory of server 2", unknown)), "at the server that holds the session in its memory"},
		{"sqlite", refusedAt(in("SQLite", unknown)), "before the session ended or expired"},
		{"lost", refusedAt(missing), "before the store changed its leader, if the session was not replicated yet"},
		{"expired", refusedAt(expired), "would have succeeded 41 seconds earlier"},
		{"not yet", refusedAt(because(trace.ClaimsCheck, trace.TokenNotYetValid)), "later"},
		{"audience", refusedAt(because(trace.ClaimsCheck, trace.AudienceOther)), "issued for itself"},
		{"idle", refusedAt(because(trace.SessionAge, trace.SessionIdle, idle...)), "1 minute 30 seconds earlier"},
		{"disabled", refusedAt(because(trace.UserLoad, trace.AccountDisabled)), "while the account was enabled"},
		{"role", refusedAt(wrong), "an account with the role admin succeeds."},
		{"away", failed, "as soon as a server is back"},
	} {
		if got := tell.Remedy(test.one); !strings.Contains(got, test.want) {
			t.Errorf("%s: %q, want %q in it", test.name, got, test.want)
		}
	}
	if got := tell.Remedy(allowedBy()); got != "" {
		t.Errorf("who was let in needs no remedy: %q", got)
	}
}
