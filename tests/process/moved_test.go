//go:build unix

package process

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// stays checks that a browser that has logged in is known on every request, and that
// its logout ends the session wherever that is.
func (s *visit) stays(what string, servers int) {
	s.t.Helper()
	for range 4 {
		if a := s.sessionMe(); a.status != 200 {
			s.t.Errorf("%s: logged in at server %s: %d %s", what, s.cookie("sticky"), a.status, a.body)
			return
		}
	}
	session := s.cookie("session")
	if a := s.call("POST", "/api/session/logout", ""); a.status != 204 {
		s.t.Errorf("%s: logout: %d %s", what, a.status, a.body)
	}
	stranger := s.newSeat()
	for number := range servers {
		if a := stranger.call("GET", "/api/session/me", "", "Cookie", fmt.Sprintf("session=%s; sticky=%d", session, number+1)); a.status != 401 {
			s.t.Errorf("%s: logged out, but server %d says %d", what, number+1, a.status)
		}
	}
}

// browsers returns some that have logged in, each by itself.
func (s *visit) browsers(n int) (all []*visit) {
	s.t.Helper()
	for range n {
		b := s.newSeat()
		b.logIn()
		all = append(all, b)
	}
	return all
}

// Whatever takes a server away for a while, whoever logs in meanwhile, returning or new,
// stays logged in when it is back, and the logout ends that session.
func TestWhoLoggedInMeanwhileStaysLoggedIn(t *testing.T) {
	t.Parallel()
	press := func(path string) func(*visit) { return func(s *visit) { s.call("POST", path, "") } }
	for what, fault := range map[string]struct{ begin, end func(*visit) }{
		"stopped":   {press("/api/servers/1/stop?wait=1"), press("/api/servers/1/start?wait=1")},
		"crashed":   {press("/api/servers/1/crash"), func(*visit) {}},
		"restarted": {press("/api/servers/1/restart"), func(*visit) {}},
		"killed":    {func(s *visit) { kill(s.servers()[0].PID, syscall.SIGKILL) }, func(*visit) {}},
		"hung": {func(s *visit) {
			s.freeze(1)
			s.newSeat().call("GET", "/api/session/me", "", "Cookie", "sticky=1")
		}, func(s *visit) { kill(s.servers()[0].PID, syscall.SIGCONT) }},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			s := open(t, "--servers=2")
			s.t = t
			returning := s.browsers(8)
			fault.begin(s)
			var in []*visit
			for _, b := range append(returning, s.newSeat(), s.newSeat(), s.newSeat(), s.newSeat()) {
				a := b.call("POST", "/api/session/login", ada)
				if a.status == 200 {
					in = append(in, b)
				} else if a.status != 503 {
					t.Errorf("login: %d %s", a.status, a.body)
				}
			}
			if len(in) < 4 {
				t.Errorf("only %d could log in", len(in))
			}
			fault.end(s)
			s.allReady()
			for i, b := range in {
				b.stays(fmt.Sprint("browser ", i), 2)
			}
		})
	}
}

// The answer that comes from another server than the cookie names says so in one cookie,
// and its trace why; also when that server was asked first and did not answer.
func TestMovedInThatVeryAnswer(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=2")
	moves := func(what, saw string) {
		t.Helper()
		a := s.call("GET", "/api/session/me", "", "Cookie", "sticky=1")
		var sticky []string
		for _, c := range (&http.Response{Header: a.header}).Cookies() {
			if c.Name == "sticky" {
				sticky = append(sticky, c.Value)
			}
		}
		if a.status != 401 || len(sticky) != 1 || sticky[0] != "2" {
			t.Errorf("%s: %d, cookies %v", what, a.status, sticky)
		}
		steps := s.trace(a).Steps
		for _, step := range steps {
			if step.Saw == saw {
				return
			}
		}
		t.Errorf("%s: no step saw %q: %+v", what, saw, steps)
	}
	s.sessionMe() // the seat
	pid := s.freeze(1)
	moves("asked first", "server 1 did not answer, so server 2 was asked")
	moves("hung", "server 1 does not answer; moved to server 2")
	kill(pid, syscall.SIGCONT)
	s.allReady()
	s.call("POST", "/api/servers/1/stop?wait=1", "")
	moves("stopped", "server 1 is stopped; moved to server 2")
	s.call("DELETE", "/api/servers/1", "")
	moves("removed", "server 1 is gone; moved to server 2")
}

// Whoever logged in while there was one server is still known when there are more, and
// whoever logged in at one that stays is when there are fewer.
func TestStaysLoggedInWhenServersAreAddedAndRemoved(t *testing.T) {
	t.Parallel()
	s := open(t)
	early := s.browsers(6)
	s.patch(`{"servers": 3}`)
	late := s.browsers(6)
	for i, b := range early {
		b.stays(fmt.Sprint("from when there was one, ", i), 3)
	}
	s.patch(`{"servers": 2}`)
	for i, b := range late {
		if b.cookie("sticky") == "3" {
			if a := b.sessionMe(); a.status != 401 {
				t.Errorf("its server was removed: %d", a.status)
			}
			b.logIn()
		}
		b.stays(fmt.Sprint("from when there were three, ", i), 2)
	}
}

// Whoever logs in once balancing is sticky again stays logged in, whatever cookie was
// left from before.
func TestStaysLoggedInWhenBalancingBecomesSticky(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=3")
	all := s.browsers(3)
	s.patch(`{"balance": "round-robin"}`)
	all = append(all, s.browsers(3)...)
	s.patch(`{"balance": "sticky"}`)
	for i, b := range all {
		b.logIn()
		b.stays(fmt.Sprint("browser ", i), 3)
	}
}

// A browser sends several requests at once, a login among them. Whichever answer comes
// last, it is logged in, also when it is new to the servers, or its server is away.
func TestSeveralRequestsOfOneBrowserAtOnce(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=3")
	s.call("POST", "/api/servers/3/stop?wait=1", "")
	for i := range 12 {
		b := s.newSeat()
		b.call("GET", "/", "") // gives the seat, as the first page does
		if i%2 == 1 {
			at, _ := url.Parse(s.URL)
			b.client.Jar.SetCookies(at, []*http.Cookie{{Name: "sticky", Value: "3", Path: "/"}})
		}
		var sending sync.WaitGroup
		for _, request := range [][3]string{
			{"POST", "/api/session/login", ada}, {"GET", "/session/login"}, {"GET", "/api/token/me"}, {"POST", "/api/token/login", ada}, {"GET", "/signup"},
		} {
			sending.Go(func() {
				if a, err := b.try(request[0], request[1], request[2]); err != nil || a.status >= 500 {
					t.Errorf("%v: %d %v", request, a.status, err)
				}
			})
		}
		sending.Wait()
		b.stays(fmt.Sprint("browser ", i), 2)
	}
}

// What caches between may keep, and the answers of an only server that gives no cookie,
// name no server to the browser.
func TestNoStickyCookieWhereItIsOfNoUse(t *testing.T) {
	t.Parallel()
	one, two := open(t), open(t, "--servers=2")
	for what, a := range map[string]answer{"one server": one.call("GET", "/session/login", ""), "public": two.call("GET", "/.well-known/jwks.json", "")} {
		if a.status != 200 || strings.Contains(fmt.Sprint(a.header["Set-Cookie"]), "sticky=") {
			t.Errorf("%s: %d %v", what, a.status, a.header)
		}
	}
}
