package views_test

import (
	"encoding/base64"
	"strconv"
	"strings"
	"testing"
	"time"

	"twodoors/views"
	"twodoors/web/trace"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// refusedAt is a trace that a step refused after it saw something.
func refusedAt(name trace.Name, saw string) *trace.Trace {
	return &trace.Trace{
		ID: "AAAAAAAAAAAAAAAAAAAAAAAAAA", At: noon, Method: "GET", Path: "/api/session/me", Door: "session",
		Server: 2, Start: 1, Outcome: trace.Denied, Status: 401, Reason: name,
		Steps: []trace.Step{{Name: name, Saw: saw}},
	}
}

func allowedBy(steps ...trace.Step) *trace.Trace {
	for i := range steps {
		steps[i].OK = true
	}
	return &trace.Trace{At: noon, Method: "GET", Path: "/api/session/me", Server: 1, Start: 1, Outcome: trace.Allowed, Status: 200, User: "ada", Steps: steps}
}

func bearer(payload string) *trace.Credential {
	encode := base64.RawURLEncoding.EncodeToString
	return &trace.Credential{Kind: "bearer", Name: "Authorization", Bytes: 300,
		Shown: encode([]byte(`{"alg":"HS256"}`)) + "." + encode([]byte(payload)) + ".6CQATm…"}
}

func TestSentenceSaysWhatRefused(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name trace.Name
		saw  string
		want string
	}{
		{trace.CookieRead, "no cookie session", "Denied: the request brought no session cookie."},
		{trace.CookieRead, "more than one cookie session", "Denied: the session cookie cannot be used: more than one cookie session."},
		{trace.SessionFind, "memory of server 2: no such session", "Denied: server 2 looked in its memory and found no such session."},
		{trace.SessionFind, "SQLite: no such session", "Denied: server 2 looked in SQLite and found no such session."},
		{trace.SessionAge, "unused for 21m0s, at most 20m0s", "Denied: the session is there, but too old: unused for 21m0s, at most 20m0s."},
		{trace.BearerRead, "no header Authorization", "Denied: the request brought no token."},
		{trace.ClaimsCheck, "it expired 41s ago (exp)", "Denied: the signature is good, but the claims are not: it expired 41s ago (exp)."},
		{trace.RoleCheck, "the role admin is needed, ada has user", "Denied: the visitor is known, but the role is not enough: the role admin is needed, ada has user."},
		{trace.PasswordCheck, "argon2id: no", "Denied: name and password do not belong together."},
		{trace.RevocationAdd, "", "Denied: the step revocation.add refused: it did not say why."},
	} {
		if got := views.Sentence(refusedAt(test.name, test.saw)); got != test.want {
			t.Errorf("%s: %q\nwant %q", test.name, got, test.want)
		}
	}
}

func TestSentenceSaysWhatLetIn(t *testing.T) {
	t.Parallel()
	for want, one := range map[string]*trace.Trace{
		"Allowed: server 1 found the session in its memory: it is ada.":                              allowedBy(trace.Step{Name: trace.SessionFind, Saw: "memory of server 1: found"}),
		"Allowed: server 1 verified the signature and the claims, and looked nothing up: it is ada.": allowedBy(trace.Step{Name: trace.SignatureVerify}),
		"Allowed: the password is right, and server 1 keeps a new session in SQLite.":                allowedBy(trace.Step{Name: trace.SessionCreate, Saw: "SQLite: session=pZ3kQa… is ada"}),
		"Allowed: the password is right, and server 1 signed a token that it does not keep.":         allowedBy(trace.Step{Name: trace.TokenSign}),
		"Allowed: server 1 destroyed the session, so its cookie opens nothing any more.":             allowedBy(trace.Step{Name: trace.SessionFind}, trace.Step{Name: trace.SessionDestroy}),
		"Allowed: GET /api/session/me was answered with 200.":                                        allowedBy(),
		"Failed: server 3 answered 500 without deciding.":                                            {Server: 3, Outcome: trace.Failed, Status: 500},
		"Failed: no server could take the request: server 1 is starting.":                            {Outcome: trace.Failed, Status: 503, Reason: trace.FrontUnavailable, Steps: []trace.Step{{Name: trace.FrontUnavailable, Saw: "server 1 is starting"}}},
		"Failed: server 1 could not finish the step session.find: SQLite: does not answer.":          {Server: 1, Outcome: trace.Failed, Status: 503, Reason: trace.SessionFind, Steps: []trace.Step{{Name: trace.SessionFind, Saw: "SQLite: does not answer"}}},
		"Denied:   was answered with 403, before any step.":                                          {Outcome: trace.Denied, Status: 403},
	} {
		if got := views.Sentence(one); got != want {
			t.Errorf("%q\nwant %q", got, want)
		}
	}
}

// Every step that can refuse has its own sentence and its own remedy.
func TestEveryRefusalHasARemedy(t *testing.T) {
	t.Parallel()
	for _, name := range []trace.Name{
		trace.CookieRead, trace.SessionFind, trace.SessionAge, trace.UserLoad, trace.RoleCheck, trace.BearerRead,
		trace.TokenDecode, trace.AlgorithmCheck, trace.KeySelect, trace.SignatureVerify, trace.ClaimsCheck,
		trace.RevocationCheck, trace.OriginCheck, trace.RateCheck, trace.PasswordCheck, trace.RefreshFind, trace.RefreshSpend,
		trace.SessionCreate, trace.TokenSign, trace.RefreshCreate,
	} {
		one := refusedAt(name, "something")
		if views.Remedy(one) == "" {
			t.Errorf("%s has no remedy", name)
		}
		if strings.Contains(views.Sentence(one), "the step "+name.String()) {
			t.Errorf("%s has no sentence of its own", name)
		}
	}
}

func TestRemedyTellsFromTheFacts(t *testing.T) {
	t.Parallel()
	restarted := refusedAt(trace.SessionFind, "memory of server 2: no such session")
	restarted.Start = 3
	expired := refusedAt(trace.ClaimsCheck, "it expired 41s ago (exp)")
	expired.Credential = bearer(`{"iat":` + unix(noon.Add(-5*time.Minute)) + `,"exp":` + unix(noon.Add(-41*time.Second)) + `}`)
	failed := refusedAt(trace.FrontUnavailable, "server 1 is starting")
	failed.Outcome = trace.Failed
	for _, test := range []struct {
		name string
		one  *trace.Trace
		want string
	}{
		{"restarted", restarted, "before server 2 was started for the 3rd time"},
		{"other memory", refusedAt(trace.SessionFind, "memory of server 2: no such session"), "at the server that has the session in its memory"},
		{"sqlite", refusedAt(trace.SessionFind, "SQLite: no such session"), "before the session was ended or expired"},
		{"expired", expired, "The same request 41 seconds earlier"},
		{"expired, not decoded", refusedAt(trace.ClaimsCheck, "it expired 41s ago (exp)"), "before the token expired"},
		{"not yet", refusedAt(trace.ClaimsCheck, "it is not valid for another 5s (nbf)"), "later"},
		{"audience", refusedAt(trace.ClaimsCheck, "it is for another audience (aud)"), "issued for itself"},
		{"idle", refusedAt(trace.SessionAge, "unused for 21m30s, at most 20m0s"), "1 minute 30 seconds earlier"},
		{"disabled", refusedAt(trace.UserLoad, "users: ada is disabled"), "while the account was enabled"},
		{"role", refusedAt(trace.RoleCheck, "the role admin is needed, ada has user"), "an account with the role admin."},
		{"away", failed, "when a server is back"},
	} {
		if got := views.Remedy(test.one); !strings.Contains(got, test.want) {
			t.Errorf("%s: %q, want %q in it", test.name, got, test.want)
		}
	}
	if got := views.Remedy(allowedBy()); got != "" {
		t.Errorf("who was let in needs no remedy: %q", got)
	}
}

func unix(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }

// One clock everywhere: the inspector's rows and traces, the server room and the bar
// tell the time of this machine.
func TestTimesAreThoseOfThisMachine(t *testing.T) { // not parallel: it moves the machine
	home := time.Local
	defer func() { time.Local = home }()
	time.Local = time.FixedZone("CET", 3600)

	one := allowedBy()
	if text := shown(t, views.TraceRow(one, views.Filter{}, false)); !strings.Contains(text, "13:00:00") {
		t.Error(text)
	}
	one.Credential = bearer(`{"iat":` + unix(noon) + `,"exp":` + unix(noon.Add(time.Minute)) + `}`)
	text := shown(t, views.TraceInFull(one, views.Inspector{}))
	for _, says := range []string{"13:00:00.000 CET", "issued (iat) 13:00:00", "expires (exp) 13:01:00"} {
		if !strings.Contains(text, says) {
			t.Errorf("%q is not in %q", says, text)
		}
	}
}
