package process

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"regexp"
	"strings"
	"testing"
)

func (s *visit) patch(body string) {
	s.t.Helper()
	if a := s.call("PATCH", "/api/settings", body); a.status != 200 {
		s.t.Fatalf("%s: %d %s", body, a.status, a.body)
	}
}

type storeStatus struct{ Kind, State, Address, Program, Fault string }

func (s *visit) store() storeStatus {
	s.t.Helper()
	var v struct{ Store storeStatus }
	s.call("GET", "/api/servers", "").into(s.t, &v)
	return v.Store
}

// Servers come and go while the site runs: who is there answers, and nobody is logged out.
func TestServersComeAndGo(t *testing.T) {
	t.Parallel()
	s := open(t, "--balance=round-robin", "--store=sqlite")
	s.logIn()
	for n := 2; n <= 4; n++ {
		if a := s.call("POST", "/api/servers", ""); a.status != 201 || !strings.Contains(a.body, fmt.Sprintf(`"number":%d`, n)) {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	if a := s.call("DELETE", "/api/servers/2", ""); a.status != 204 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	numbers := map[string]bool{}
	for range 9 {
		a := s.sessionMe()
		var me struct{ Server int }
		if a.into(t, &me); a.status != 200 {
			t.Errorf("%d %s", a.status, a.body)
		}
		numbers[fmt.Sprint(me.Server)] = true
	}
	if len(numbers) != 3 || numbers["2"] {
		t.Errorf("answered by %v", numbers)
	}
	if a := s.tokenMe(); a.status != 200 {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// From one server to nine and back; a tenth and none are refused, and nobody is logged out.
func TestFromOneServerToNine(t *testing.T) {
	t.Parallel()
	s := open(t, "--balance=round-robin", "--store=sqlite")
	s.logIn()
	s.patch(`{"servers":9}`)
	if a := s.call("POST", "/api/servers", ""); a.status != 409 {
		t.Errorf("a tenth: %d %s", a.status, a.body)
	}
	s.patch(`{"servers":1}`)
	if a := s.call("DELETE", "/api/servers/1", ""); a.status != 409 || len(s.servers()) != 1 {
		t.Errorf("the last: %d %s", a.status, a.body)
	}
	for _, path := range []string{"/api/servers/7", "/api/servers/x"} {
		if a := s.call("DELETE", path, ""); a.status != 404 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if s.sessionMe().status != 200 || s.tokenMe().status != 200 {
		t.Error("afterwards somebody is logged out")
	}
}

// Without a script the forms bring one back to where they are, and the log says who it was.
func TestServersComeAndGoByForms(t *testing.T) {
	t.Parallel()
	s := open(t)
	for _, test := range []struct{ path, fields, place string }{
		{"/servers/add", "", "/servers"},
		{"/servers/1/remove", "", "/servers"},
		{"/servers/settings", "shown-servers=1&servers=1", "/servers/settings"},
		{"/servers/switch", "balance=round-robin", "/servers"},
	} {
		a := s.call("POST", test.path, test.fields, "Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html")
		if a.status != 303 || a.header.Get("Location") != test.place {
			t.Errorf("%s: %d %s", test.path, a.status, a.header.Get("Location"))
		}
	}
	room := strings.Join(strings.Fields(s.call("GET", "/servers", "").body), " ")
	for _, event := range []string{`Server 2 started in \d+ ms\.`, `Server 1 was removed\.[^<]*`} {
		if !regexp.MustCompile(event + ` <span class="muted small event-by">by you<`).MatchString(room) {
			t.Errorf("the log does not say: %s by you", event)
		}
	}
}

// A server that was stopped stays away until it is started.
func TestStoppedServerStaysAway(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=2", "--balance=round-robin")
	if a := s.call("POST", "/api/servers/1/stop?wait=1", ""); a.status != 200 || !strings.Contains(a.body, `"state":"stopped"`) {
		t.Fatalf("%d %s", a.status, a.body)
	}
	for range 4 {
		var answered struct{ Server int }
		a := s.call("GET", "/api/token/me", "")
		if s.trace(a).Reason != "bearer.read" {
			t.Errorf("%d %s", a.status, a.body)
		}
		s.call("GET", "/api/traces/"+a.header.Get("Trace-Id"), "").into(t, &answered)
		if answered.Server != 2 {
			t.Errorf("server %d answers", answered.Server)
		}
	}
	s.call("POST", "/api/servers/2/stop?wait=1", "")
	a := s.call("GET", "/api/token/me", "")
	if a.status != 503 || !strings.Contains(a.body, "All 2 servers are stopped. Start one in the server room") || s.trace(a).Reason != "front.unavailable" {
		t.Errorf("with both stopped: %d %s", a.status, a.body)
	}
	page := s.call("GET", "/session/login", "", "Accept", "text/html")
	if page.status != 503 || !strings.Contains(page.body, "That was on purpose") || strings.Contains(page.body, "is being started") {
		t.Errorf("with both stopped: %d %s", page.status, page.body)
	}
	if a := s.call("POST", "/api/servers/1/start?wait=1", ""); a.status != 200 || !strings.Contains(a.body, `"starts":2`) {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// Switching the store while it runs: each keeps its own sessions, and settings do
// not touch what they do not concern.
func TestStoreIsSwitchedWhileItRuns(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.logIn()
	if a := s.call("POST", "/api/store/stop", ""); a.status != 409 {
		t.Errorf("there is no Redis: %d %s", a.status, a.body)
	}
	for _, kind := range []string{"sqlite", "redis", "memory"} {
		s.patch(`{"store":"` + kind + `"}`)
		a := s.sessionMe()
		if want := map[bool]int{true: 200, false: 401}[kind == "memory"]; kind == "memory" && a.status != want {
			t.Errorf("back in memory: %d", a.status)
		} else if kind != "memory" {
			if a.status != 401 || s.trace(a).Reason != "session.find" {
				t.Errorf("%s: %d %s", kind, a.status, a.body)
			}
		}
		if s.tokenMe().status != 200 {
			t.Errorf("%s: the token", kind)
		}
		if kind == "sqlite" {
			jar, _ := cookiejar.New(nil) // another browser, so that the first keeps its session in memory
			other := &visit{Site: s.Site, t: t, client: &http.Client{Jar: jar}}
			other.logIn()
			if other.sessionMe().status != 200 {
				t.Error("a session in SQLite")
			}
		}
	}
}
