package doors_test

import (
	"html"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"twodoors/views/doors"
	"twodoors/views/layout"
	"twodoors/web/settings"
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

// at is a door whose newest request says how the seat stands, and which knows the seat since another one.
func at(standing, began *trace.Trace) doors.DoorData {
	return doors.DoorData{Call: standing, Standing: standing, Began: began}
}

// by has a trace answered by another process of a server.
func by(server, pid int, t *trace.Trace) *trace.Trace {
	t.Server, t.PID = server, pid
	return t
}

func TestSessionDoorSaysHowYouStand(t *testing.T) {
	t.Parallel()
	const cookie = "session=pZ3kQa…"
	knows := func(door doors.DoorData) doors.HomeData {
		return doors.HomeData{SessionCookie: cookie, CookieBytes: 43, Session: door}
	}
	away := failed(refusedAt(trace.Step{Name: trace.FrontUnavailable, Why: trace.ServerSilent, Facts: trace.Facts{trace.Number("server", 2)}}))
	lost := refusedAt(trace.Step{Name: trace.SessionFind, Where: "Redis", Why: trace.SessionUnknown, Facts: trace.Facts{trace.Duration("leader_changed", 4*time.Second)}})
	for what, test := range map[string]struct {
		d    doors.HomeData
		says []string
	}{
		"a stranger":             {doors.HomeData{}, []string{"You are not logged in.", "Your browser keeps nothing"}},
		"a cookie, and no trace": {knows(doors.DoorData{}), []string{"You have a session cookie.", "The server keeps unknown"}},
		"a cookie nobody asked":  {knows(doors.DoorData{}), []string{"You have a session cookie. Call the protected page", cookie + " 43 bytes"}},
		"inside, in memory":      {knows(at(found("memory of server 1"), nil)), []string{"You are ada. Server 1 found your session in its memory, in process 4711.", "200", "your session"}},
		"inside, in SQLite":      {knows(at(found("SQLite"), found("SQLite"))), []string{"You are ada. Server 1 found your session in the database (SQLite), where every server can look."}},
		"after a crash, in SQLite": {knows(at(found("SQLite"), by(1, 17, found("SQLite")))), []string{
			"You are still ada. Your session is in the database (SQLite). Process 17 is gone, and process 4711 found it there."}},
		"inside, the cookie gone": {doors.HomeData{Session: at(found("SQLite"), nil)}, []string{"Your browser has no session cookie any more. Ada was logged in."}},
		"logged out":              {doors.HomeData{Session: at(logout(), nil)}, []string{"You are logged out."}},
		"forgotten":               {knows(at(forgotten(), nil)), []string{"Server 2 does not know you. It found no such session in server 2's memory."}},
		"forgotten by a fail-over": {knows(at(lost, found("Redis"))), []string{
			"Server 2 does not know you. It looked in Redis, and your session is not there any more: the store changed its leader 4s ago, and what was not replicated is lost."}},
		"forgotten by a crash": {knows(at(by(1, 18, refusedAt(trace.Step{Name: trace.SessionFind, Where: "memory of server 1", Why: trace.SessionUnknown})), by(1, 17, found("memory of server 1")))), []string{
			"Server 1 does not know you any more. Your session was in the memory of process 17, and that process is gone."}},
		"known to another server": {knows(at(by(2, 18, forgotten()), by(1, 17, found("memory of server 1")))), []string{
			"Server 2 does not know you. Your session is in the memory of server 1, and only that server can look there."}},
		"the server away": {knows(at(away, nil)), []string{"503", "This door cannot tell who you are now."}},
		"a request":       {doors.HomeData{Session: at(forgotten(), nil)}, []string{"GET /api/session/me", "Every step of the last request at the session door"}},
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
	verified := func(kept string) *trace.Trace {
		v := allowedBy(trace.Step{Name: trace.KeySelect, Facts: trace.Facts{trace.Text("kid", "k-ABCDEFGH"), trace.Text("algorithm", "HS256"), trace.Text("kept", kept)}})
		v.Door, v.Path, v.PID = "token", "/api/token/me", 4711
		return v
	}
	unknown := by(1, 18, refusedAt(trace.Step{Name: trace.KeySelect, Why: trace.KeyUnknown}))
	away := failed(refusedAt(trace.Step{Name: trace.FrontUnavailable, Why: trace.ServerAway, Facts: trace.Facts{trace.Number("server", 2)}}))
	for what, test := range map[string]struct {
		door doors.DoorData
		says []string
	}{
		"a stranger":      {doors.DoorData{}, []string{"You are not logged in."}},
		"inside":          {at(verified("SQLite"), nil), []string{"You are ada. Your token says so. The key that verifies it is in the database (SQLite).", "only key k-ABCDEFGH"}},
		"after a crash":   {at(verified("SQLite"), by(1, 17, verified("SQLite"))), []string{"You are still ada.", "and process 4711 read it there."}},
		"the key is gone": {at(unknown, by(1, 17, verified("memory of server 1"))), []string{"Server 1 cannot verify your token. The key that signed it was in the memory of process 17, and that process is gone."}},
		"logged out":      {at(logout(), nil), []string{"You are logged out."}},
		"the server away": {at(away, nil), []string{"No server could take the request: server 2 is down.", "503"}},
	} {
		text := shown(t, doors.TokenDoor(doors.HomeData{Token: test.door}))
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
		"inside":          {doors.HomeData{SessionCookie: cookie, Session: at(found("SQLite"), nil)}, true},
		"the cookie gone": {doors.HomeData{Session: at(found("SQLite"), nil)}, false},
		"forgotten":       {doors.HomeData{SessionCookie: cookie, Session: at(forgotten(), nil)}, false},
		"logged out":      {doors.HomeData{Session: at(logout(), nil)}, false},
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

// Between the doors stands what can be done now. A server alone has no room to be crashed in.
func TestHomeOffersWhatCanBeDoneNow(t *testing.T) {
	t.Parallel()
	const cookie = "session=pZ3kQa…"
	server := doors.Process{Number: 1, PID: 18, Took: 9 * time.Millisecond}
	one := &doors.Behind{MayChange: true, Servers: []doors.Process{server}, Settings: settings.Settings{Servers: 1, Doors: settings.Doors{Store: settings.StoreMemory}}}
	others := &doors.Behind{Servers: []doors.Process{server}, Settings: one.Settings}
	inside := doors.HomeData{SessionCookie: cookie, Session: at(by(1, 17, found("memory of server 1")), by(1, 17, found("memory of server 1")))}
	gone := doors.HomeData{SessionCookie: cookie, Session: at(by(1, 18, refusedAt(trace.Step{Name: trace.SessionFind, Where: "memory of server 1", Why: trace.SessionUnknown})), by(1, 17, found("memory of server 1")))}
	for what, test := range map[string]struct {
		d      doors.HomeData
		behind *doors.Behind
		says   string
		not    string
	}{
		"a stranger":             {doors.HomeData{}, one, "Log in as ada at both doors", "Crash the server"},
		"a server alone":         {inside, nil, "Log in as ada at both doors", "Crash"},
		"inside":                 {inside, one, "Crash the server", "Log in as ada"},
		"inside, shared":         {inside, others, "passcode", "Crash the server"},
		"the session is gone":    {gone, one, "Keep sessions in the database and crash again", "Crash the server"},
		"another process serves": {gone, one, "Process 17 → 18, in 9 ms", "Back to one server"},
	} {
		test.d.Behind = test.behind
		text := shown(t, doors.Home(layout.Page{Title: "Doors", Active: "/", Alone: test.behind == nil}, test.d))
		if !strings.Contains(text, test.says) || strings.Contains(text, test.not) {
			t.Errorf("%s: %s", what, text)
		}
	}
}

func TestSignUpTellsTheRulesBefore(t *testing.T) {
	t.Parallel()
	text := shown(t, doors.SignUp(layout.Page{}, doors.Form{}))
	if !strings.Contains(text, "up to 32 letters, digits and . _ - , and a password of at least 8 characters") {
		t.Error(text)
	}
}
