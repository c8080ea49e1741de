package doors_test

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"twodoors/views/doors"
	"twodoors/views/layout"
	"twodoors/web/trace"
)

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

// refusedAt is a trace that a step refused.
func refusedAt(step trace.Step) *trace.Trace {
	return &trace.Trace{
		ID: "AAAAAAAAAAAAAAAAAAAAAAAAAA", Method: "GET", Path: "/api/session/me", Door: "session",
		Server: 2, Start: 1, Outcome: trace.Denied, Status: 401, Reason: step.Name, Steps: []trace.Step{step},
	}
}

func allowedBy(steps ...trace.Step) *trace.Trace {
	for i := range steps {
		steps[i].OK = true
	}
	return &trace.Trace{Method: "GET", Path: "/api/session/me", Server: 1, Start: 1, Outcome: trace.Allowed, Status: 200, User: "ada", Steps: steps}
}

func found(where string) *trace.Trace {
	t := allowedBy(trace.Step{Name: trace.SessionFind, Where: where})
	t.PID = 4711
	return t
}

func logout() *trace.Trace {
	t := allowedBy(trace.Step{Name: trace.SessionDestroy, Where: "memory of server 1"})
	t.Method, t.Path, t.Status = "POST", "/api/session/logout", 204
	return t
}

func forgotten() *trace.Trace {
	t := refusedAt(trace.Step{Name: trace.SessionFind, Where: "memory of server 2", Why: trace.SessionUnknown})
	t.Credential = &trace.Credential{Kind: "cookie", Name: "session", Shown: "pZ3kQa…", Bytes: 43}
	return t
}

func failed(t *trace.Trace) *trace.Trace {
	t.Outcome, t.Status = trace.Failed, 503
	return t
}

func TestSessionDoorSaysHowYouStand(t *testing.T) {
	t.Parallel()
	const cookie = "session=pZ3kQa…"
	for what, test := range map[string]struct {
		d    doors.HomeData
		says []string
	}{
		"a stranger":              {doors.HomeData{}, []string{"You are not logged in at this door.", "Your browser keeps nothing", "The server keeps nothing yet", "None yet at this door."}},
		"a cookie nobody asked":   {doors.HomeData{SessionCookie: cookie, CookieBytes: 43}, []string{"Your browser has a session cookie. Call the protected page to see whether it is still valid.", cookie + " 43 bytes"}},
		"inside, in memory":       {doors.HomeData{SessionCookie: cookie, CookieBytes: 43, SessionMe: found("memory of server 1")}, []string{"ada is logged in.", "200", "your session", "when you were last seen: in server 1's memory, pid 4711"}},
		"inside, in SQLite":       {doors.HomeData{SessionCookie: cookie, CookieBytes: 43, SessionMe: found("SQLite")}, []string{"ada is logged in.", "when you were last seen: in SQLite, pid 4711"}},
		"inside, the cookie gone": {doors.HomeData{SessionMe: found("SQLite")}, []string{"ada was logged in. Your browser no longer has the session cookie."}},
		"logged out":              {doors.HomeData{SessionMe: logout()}, []string{"You are logged out.", "nothing any more the session was destroyed"}},
		"forgotten":               {doors.HomeData{SessionCookie: cookie, CookieBytes: 43, SessionMe: forgotten()}, []string{"Server 2 does not know you any more.", "no session with this ID looked in server 2's memory"}},
		"the server away":         {doors.HomeData{SessionCookie: cookie, CookieBytes: 43, SessionMe: failed(refusedAt(trace.Step{Name: trace.FrontUnavailable, Why: trace.ServerSilent, Facts: trace.Facts{trace.Number("server", 2)}}))}, []string{"503", "unknown"}},
		"a request":               {doors.HomeData{Session: forgotten(), SessionMe: forgotten()}, []string{"GET /api/session/me", "Every step of the last request at the session door", "Denied: server 2 looked in its memory and found no such session."}},
	} {
		text := shown(t, doors.SessionDoor(test.d))
		for _, says := range test.says {
			if !strings.Contains(text, says) {
				t.Errorf("%s: %q is not in %q", what, says, text)
			}
		}
	}
}

func TestTokenDoorKeepsNothingAboutYou(t *testing.T) {
	t.Parallel()
	verified := allowedBy(trace.Step{Name: trace.KeySelect, Facts: trace.Facts{trace.Text("kid", "k-ABCDEFGH"), trace.Text("algorithm", "HS256")}})
	verified.Door, verified.Path = "token", "/api/token/me"
	for what, test := range map[string]struct {
		me   *trace.Trace
		says []string
	}{
		"a stranger":      {nil, []string{"You are not logged in at this door.", "nothing about this token only the signing key, the same for everyone, and a hash of the refresh token"}},
		"inside":          {verified, []string{"ada is logged in.", "nothing about this token only key k-ABCDEFGH, the same for everyone, and a hash of the refresh token"}},
		"logged out":      {logout(), []string{"You are logged out.", "nothing about this token"}},
		"the server away": {failed(refusedAt(trace.Step{Name: trace.FrontUnavailable, Why: trace.ServerAway, Facts: trace.Facts{trace.Number("server", 2)}})), []string{"No server could take the request: server 2 is down.", "503"}},
	} {
		text := shown(t, doors.TokenDoor(doors.HomeData{TokenMe: test.me}))
		for _, says := range test.says {
			if !strings.Contains(text, says) {
				t.Errorf("%s: %q is not in %q", what, says, text)
			}
		}
	}
}

// A door is drawn ajar only while what the browser keeps opens it.
func TestDoorIsOpenOnlyToWhoIsInside(t *testing.T) {
	t.Parallel()
	const cookie = "session=pZ3kQa…"
	for what, test := range map[string]struct {
		d    doors.HomeData
		open bool
	}{
		"a stranger":      {doors.HomeData{}, false},
		"inside":          {doors.HomeData{SessionCookie: cookie, SessionMe: found("SQLite")}, true},
		"the cookie gone": {doors.HomeData{SessionMe: found("SQLite")}, false},
		"forgotten":       {doors.HomeData{SessionCookie: cookie, SessionMe: forgotten()}, false},
		"logged out":      {doors.HomeData{SessionMe: logout()}, false},
	} {
		var out strings.Builder
		if err := doors.SessionDoor(test.d).Render(t.Context(), &out); err != nil {
			t.Fatal(err)
		}
		if open := strings.Contains(out.String(), "door-beam"); open != test.open {
			t.Errorf("%s: open is %v", what, open)
		}
	}
}

// The home page offers what can be tried: a server alone has no room to restart it in.
func TestHomeOffersWhatCanBeTried(t *testing.T) {
	t.Parallel()
	for _, alone := range []bool{false, true} {
		text := shown(t, doors.Home(layout.Page{Title: "Doors", Active: "/", Alone: alone}, doors.HomeData{}))
		if strings.Contains(text, "Restart the server Add a second one Steal the credential Let it expire") == alone || !strings.Contains(text, "ada / lovelace") {
			t.Errorf("alone is %v: %q", alone, text)
		}
	}
}

func TestSignUpTellsTheRulesBefore(t *testing.T) {
	t.Parallel()
	text := shown(t, doors.SignUp(layout.Page{}, doors.Form{}))
	if !strings.Contains(text, "up to 32 letters, digits and . _ - , and a password of 8 characters or more") {
		t.Error(text)
	}
}
