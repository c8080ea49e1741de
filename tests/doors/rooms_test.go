package doors

import (
	"net/http"
	"strings"
	"testing"
)

// login logs ada in at a door, and returns the cookies that it sets, by name, and its token.
func (v *visit) login(door string) (cookies map[string]*http.Cookie, body string) {
	v.t.Helper()
	a := v.call("POST", "/api/"+door+"/login", ada)
	if a.StatusCode != 200 {
		v.t.Fatalf("login: %d %s", a.StatusCode, a.body)
	}
	cookies = map[string]*http.Cookie{}
	for _, cookie := range a.Cookies() {
		cookies[cookie.Name] = cookie
	}
	return cookies, a.body
}

// A11: in a room the cookies carry its name, and those of the same name but for the room
// are none; logging out deletes the room's own.
func TestCookiesOfARoomCarryItsName(t *testing.T) {
	t.Parallel()
	v := openRoom(t, "memory", "k3f9")
	session, _ := v.login("session")
	refresh, _ := v.login("token")
	mine, spent := session["session-k3f9"], refresh["refresh-k3f9"]
	if len(session) != 1 || mine == nil || mine.Path != "/" || len(refresh) != 1 || spent == nil || spent.Path != "/api/token" {
		t.Fatalf("session door: %v, token door: %v", session, refresh)
	}
	if a := v.call("GET", me, "", "Cookie", "session=x; session-k3f9="+mine.Value+"; session-b=y"); a.StatusCode != 200 {
		t.Errorf("in its room: %d %s", a.StatusCode, a.body)
	}
	v.refused("under the stage's name", v.call("GET", me, "", "Cookie", "session="+mine.Value), 401, "cookie.read")
	v.refused("under another room's name", v.call("POST", "/api/token/refresh", "", "Cookie", "refresh-b="+spent.Value+"; refresh="+spent.Value), 401, "refresh.find")
	if a := v.call("POST", "/api/token/refresh", "", "Cookie", "refresh=x; refresh-k3f9="+spent.Value); a.StatusCode != 200 || a.Cookies()[0].Name != "refresh-k3f9" {
		t.Errorf("refreshed: %d %v", a.StatusCode, a.Cookies())
	}
	gone := v.call("POST", "/api/session/logout", "", "Cookie", "session-k3f9="+mine.Value)
	if got := gone.Cookies(); gone.StatusCode != 204 || len(got) != 1 || got[0].Name != "session-k3f9" || got[0].MaxAge >= 0 {
		t.Errorf("logged out: %d %v", gone.StatusCode, got)
	}
}

// A11, S2, K6, R9: what one room issued opens nothing in another, whatever name it is brought
// under, and a token is refused with the reason that says so.
func TestCredentialsOfOneRoomOpenNoOther(t *testing.T) {
	t.Parallel()
	rooms := map[string]*visit{"stage": open(t, "memory"), "k3f9": openRoom(t, "sqlite", "k3f9"), "b7": openRoom(t, "memory", "b7")}
	suffix := map[string]string{"stage": "", "k3f9": "-k3f9", "b7": "-b7"}
	for from, there := range rooms {
		session, _ := there.login("session")
		refresh, body := there.login("token")
		token := body[strings.Index(body, "ey"):]
		token = token[:strings.IndexByte(token, '"')]
		for to, here := range rooms {
			if from == to {
				continue
			}
			what := from + " in " + to
			here.refused("session of "+what, here.call("GET", me, "", "Cookie", "session"+suffix[to]+"="+session["session"+suffix[from]].Value), 401, "session.find")
			here.refused("refresh token of "+what, here.call("POST", "/api/token/refresh", "", "Cookie", "refresh"+suffix[to]+"="+refresh["refresh"+suffix[from]].Value), 401, "refresh.find")
			a := here.call("GET", "/api/token/me", "", "Authorization", "Bearer "+token)
			here.refused("token of "+what, a, 401, "key.select")
			if !strings.Contains(a.body, "issued in another room, "+from) || !strings.Contains(a.Header.Get("WWW-Authenticate"), "invalid_token") {
				t.Errorf("token of %s: %s %s", what, a.body, a.Header.Get("WWW-Authenticate"))
			}
			if recorded := here.call("GET", "/api/traces/"+a.Header.Get("Trace-Id"), "").body; !strings.Contains(recorded, `"room":"`+to+`"`) ||
				!strings.Contains(recorded, `"why":"issuer.other_room"`) || !strings.Contains(recorded, `"facts":{"room":"`+from+`"}`) {
				t.Errorf("token of %s: %s", what, recorded)
			}
		}
	}
}
