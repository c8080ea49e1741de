package inspector_test

import (
	"encoding/base64"
	"html"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"twodoors/views/inspector"
	"twodoors/web/trace"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// shown is what people read of a component.
func shown(t *testing.T, c templ.Component) string {
	t.Helper()
	var out strings.Builder
	if err := c.Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(`(?s)<(title|desc)>.*?</(title|desc)>|<[^>]*>`).ReplaceAllString(out.String(), " ")
	return strings.Join(strings.Fields(html.UnescapeString(text)), " ")
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

// A server knows no visitor's time zone: what it writes is in UTC and says so, wherever its machine stands.
func TestTimesAreInNamedUTC(t *testing.T) { // not parallel: it moves the machine
	home := time.Local
	defer func() { time.Local = home }()
	time.Local = time.FixedZone("CET", 3600)

	one := allowedBy()
	if text := shown(t, inspector.TraceRow(one, inspector.Filter{}, false)); !strings.Contains(text, "12:00:00") {
		t.Error(text)
	}
	one.Credential = bearer(`{"iat":` + unix(noon) + `,"exp":` + unix(noon.Add(time.Minute)) + `}`)
	text := shown(t, inspector.TraceInFull(one, inspector.Inspector{}))
	for _, says := range []string{"12:00:00.000 UTC", "issued (iat) 12:00:00 UTC", "expires (exp) 12:01:00 UTC"} {
		if !strings.Contains(text, says) {
			t.Errorf("%q is not in %q", says, text)
		}
	}
}

func TestCommandSaysThatTheBodyIsLost(t *testing.T) {
	t.Parallel()
	for method, path := range map[string]string{"GET": "/api/session/me", "POST": "/api/session/login", "PATCH": "/api/settings"} {
		one := allowedBy()
		one.Method, one.Path = method, path
		says := strings.Contains(shown(t, inspector.TraceInFull(one, inspector.Inspector{})), "the command sends an empty one")
		if want := method == "PATCH"; says != want {
			t.Errorf("%s %s: %t", method, path, says)
		}
	}
}

// What was answered in another room says where it goes when it is sent again.
func TestRequestOfAnotherRoomSaysWhereItGoes(t *testing.T) {
	t.Parallel()
	for now, says := range map[string]string{
		"":      "",
		"k3f9":  "",
		"stage": "This request was answered in the room k3f9. Sent again, it is answered on the stage, where you are now.",
		"a2b3":  "This request was answered in the room k3f9. Sent again, it is answered in the room a2b3, where you are now.",
	} {
		one := allowedBy()
		one.Room = "k3f9"
		text := shown(t, inspector.TraceInFull(one, inspector.Inspector{Room: now}))
		if is := strings.Contains(text, "Sent again"); is != (says != "") || !strings.Contains(text, says) {
			t.Errorf("in the room %q: %s", now, text)
		}
	}
}
