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

// refusedAt is a trace that a step refused.
func refusedAt(step trace.Step) *trace.Trace {
	return &trace.Trace{
		ID: "AAAAAAAAAAAAAAAAAAAAAAAAAA", At: noon, Method: "GET", Path: "/api/session/me", Door: "session",
		Server: 2, Start: 1, Outcome: trace.Denied, Status: 401, Reason: step.Name, Steps: []trace.Step{step},
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
