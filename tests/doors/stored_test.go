package doors

import (
	"strings"
	"testing"

	"twodoors/tests/server"
)

// S10: what cannot be read as a session is none: no crash, nobody let in, and who
// brings its cookie can log in and out.
func TestStoredRubbishIsNoSession(t *testing.T) {
	t.Parallel()
	v := open(t, "sqlite")
	for stored, reason := range map[string]string{
		"x''":                                   "session.find",
		"x'00'":                                 "session.find",
		"zeroblob(41)":                          "session.find",
		"zeroblob(1000000)":                     "session.find",
		"x'01' || zeroblob(41)":                 "session.find",
		"CAST('{\"user\":1}' AS BLOB)":          "session.find",
		"x'01" + strings.Repeat("00", 40) + "'": "session.age",
		"x'01" + strings.Repeat("ff", 40) + "'": "session.age",
		"x'01" + strings.Repeat("7f", 40) + "'": "user.load",
	} {
		cookie := v.session()
		change(t, v, "UPDATE sessions SET data = "+stored)
		v.refused(stored, v.call("GET", me, "", "Cookie", cookie), 401, reason)
		if again := v.session("Cookie", cookie); again == cookie {
			t.Errorf("%s: login keeps the id", stored)
		}
		if a := v.call("POST", "/api/session/logout", "", "Cookie", cookie); a.StatusCode != 204 {
			t.Errorf("%s: logout %d %s", stored, a.StatusCode, a.body)
		}
	}
}

// S11, S5: a store that takes nothing lets nobody in, gives no cookie, and does
// not say that somebody is logged out who is not.
func TestStoreThatTakesNothing(t *testing.T) {
	t.Parallel()
	for verb, test := range map[string]func(v *visit, cookie string){
		"UPDATE": func(v *visit, cookie string) {
			v.Clock.Advance(server.Idle / 2)
			v.refused("me", v.call("GET", me, "", "Cookie", cookie), 503, "session.save")
			page := v.call("GET", "/session/account", "", "Cookie", cookie, "Accept", "text/html", "Accept-Encoding", "identity")
			if page.StatusCode != 503 || strings.Contains(page.body, "ada") || page.Header.Get("Retry-After") == "" {
				v.t.Errorf("page: %d %s", page.StatusCode, page.body)
			}
		},
		"INSERT": func(v *visit, cookie string) {
			a := v.call("POST", "/api/session/login", ada)
			v.refused("login", a, 503, "session.create")
			if len(a.Cookies()) != 0 {
				v.t.Errorf("login sets %v", a.Cookies())
			}
			if a := v.call("GET", me, "", "Cookie", cookie); a.StatusCode != 200 {
				v.t.Errorf("who was in before: %d", a.StatusCode)
			}
		},
		"DELETE": func(v *visit, cookie string) {
			a := v.call("POST", "/api/session/logout", "", "Cookie", cookie)
			v.refused("logout", a, 503, "session.destroy")
			if len(a.Cookies()) != 0 {
				v.t.Errorf("logout sets %v", a.Cookies())
			}
			v.refused("login over it", v.call("POST", "/api/session/login", ada, "Cookie", cookie), 503, "session.create")
		},
	} {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			v := open(t, "sqlite")
			cookie := v.session()
			change(t, v, "CREATE TRIGGER full BEFORE "+verb+" ON sessions BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END")
			test(v, cookie)
		})
	}
}

// S4: nothing but the cookie is read as a session id.
func TestIdCountsInTheCookieOnly(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	cookie := v.session()
	id := strings.TrimPrefix(cookie, "session=")
	for _, header := range []string{"Session", "X-Session", "Session-Id", "Set-Cookie", "Cookie2", "X-Cookie", "Authorization"} {
		for _, value := range []string{id, cookie, "Bearer " + id, "Session " + id} {
			v.refused(header+": "+value[:8], v.call("GET", me, "", header, value), 401, "cookie.read")
		}
	}
	v.refused("in a body", v.call("GET", me, `{"session":"`+id+`"}`), 401, "cookie.read")
	if a := v.call("POST", "/api/session/logout", `{"session":"`+id+`"}`); a.StatusCode != 400 {
		t.Errorf("logout by a body: %d", a.StatusCode)
	}
	if a := v.call("GET", me, "", "Cookie", "theme=dark; "+cookie+"; seat=x; SESSION=y"); a.StatusCode != 200 {
		t.Errorf("among other cookies: %d", a.StatusCode)
	}
}
