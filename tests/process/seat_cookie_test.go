package process

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// cookieNames are the cookies that an answer sets. Those over HTTPS have to be what the
// prefix of their names promises.
func cookieNames(t *testing.T, a answer, secure bool) (names []string) {
	t.Helper()
	for _, cookie := range (&http.Response{Header: a.header}).Cookies() {
		names = append(names, cookie.Name)
		if strings.HasPrefix(cookie.Name, "__Host-") != secure || cookie.Secure != secure || cookie.Path != "/" || cookie.Domain != "" || !cookie.HttpOnly {
			t.Errorf("secure %t: %s", secure, cookie)
		}
	}
	slices.Sort(names)
	return names
}

// A7: over HTTPS the front's cookies have names apart from those on plain HTTP, so that
// neither site is in the other's way.
func TestFrontsCookiesOverHTTPSHaveNamesApart(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	pool := certify(t, folder)
	for _, secure := range []bool{false, true} {
		arguments := []string{"--listen=0.0.0.0:0", "--servers=2", "--passcode=open-sesame"}
		if secure {
			arguments = append(arguments, "--tls-cert="+filepath.Join(folder, "cert.pem"), "--tls-key="+filepath.Join(folder, "key.pem"))
		}
		s := open(t, arguments...)
		s.client.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
		prefix := ""
		if secure {
			prefix = "__Host-"
		}
		first := s.call("GET", "/api/session/me", "")
		if names := cookieNames(t, first, secure); !slices.Equal(names, []string{prefix + "seat", prefix + "sticky"}) {
			t.Errorf("secure %t: %v", secure, names)
		}
		if names := cookieNames(t, s.enter("open-sesame"), secure); !slices.Equal(names, []string{prefix + "passcode"}) {
			t.Errorf("secure %t: %v", secure, names)
		}
		if a := s.call("POST", "/api/keys/rotate", ""); a.status != 200 {
			t.Errorf("secure %t: the passcode was entered, %d %s", secure, a.status, a.body)
		}
		if a := s.call("GET", "/api/traces/"+first.header.Get("Trace-Id"), ""); a.status != 200 {
			t.Errorf("secure %t: the seat's first trace: %d", secure, a.status)
		}
		again := s.trace(s.call("GET", "/api/session/me", ""))
		if !strings.Contains(again.Steps[0].Saw, "sticky cookie") {
			t.Errorf("secure %t: %s", secure, again.Steps[0].Saw)
		}
	}
}

// A7: the same behind a balancer that speaks HTTPS with visitors; what anybody else says
// of that is not believed.
func TestSeatBehindABalancerWithHTTPS(t *testing.T) {
	t.Parallel()
	trusting, alone := open(t, "server", "--trust-proxy=127.0.0.1,::1"), open(t, "server")
	https := []string{"X-Forwarded-Proto", "https"}
	set := trusting.call("GET", "/", "", https...)
	if names := cookieNames(t, set, true); !slices.Equal(names, []string{"__Host-seat"}) {
		t.Error(names)
	}
	value := (&http.Response{Header: set.header}).Cookies()[0].Value
	if a := trusting.call("GET", "/", "", append(https, "Cookie", "__Host-seat="+value)...); len(a.header["Set-Cookie"]) != 0 {
		t.Errorf("the seat is not known again: %v", a.header["Set-Cookie"])
	}
	if names := cookieNames(t, trusting.newSeat().call("GET", "/", "", "Cookie", "__Host-seat="+value), false); !slices.Equal(names, []string{"seat"}) {
		t.Errorf("on plain HTTP the cookie of HTTPS counts: %v", names)
	}
	if names := cookieNames(t, alone.call("GET", "/", "", https...), false); !slices.Equal(names, []string{"seat"}) {
		t.Error(names)
	}
}

// A7: of two seats none counts, so nobody can toss one in; the browser's own is not
// taken from it, it can log in all the same, and pages say what is wrong.
func TestTwoSeatsAreNone(t *testing.T) {
	t.Parallel()
	s := open(t)
	mine, tossed := s.freshSeat(), s.freshSeat()
	s.client.Jar = nil
	secret := s.call("GET", "/api/session/me", "", "Seat", mine).header.Get("Trace-Id")
	for _, both := range []string{"seat=" + mine + "; seat=" + tossed, "seat=" + tossed + "; seat=" + mine, "seat=" + mine + "; seat=x", "seat=" + mine + "; a=b; seat=" + mine} {
		a := s.call("GET", "/api/traces/"+secret, "", "Cookie", both)
		if a.status != 404 || len(a.header["Set-Cookie"]) != 0 {
			t.Errorf("%d %v", a.status, a.header["Set-Cookie"])
		}
		for _, path := range []string{"/", "/inspector", "/labs", "/labs/restart"} {
			if page := s.call("GET", path, "", "Cookie", both, "Accept", "text/html"); !strings.Contains(page.body, "two cookies called “seat”") {
				t.Errorf("%s does not say that there are two seats", path)
			}
		}
		if login := s.call("POST", "/api/session/login", ada, "Cookie", both); login.status != 200 {
			t.Errorf("login: %d %s", login.status, login.body)
		}
		if begin := s.call("POST", "/api/labs/restart/begin", "", "Cookie", both); begin.status != 409 || !strings.Contains(begin.body, "two cookies") {
			t.Errorf("begin a lab: %d %s", begin.status, begin.body)
		}
	}
	if a := s.call("GET", "/api/traces/"+secret, "", "Cookie", "seat="+mine); a.status != 200 {
		t.Errorf("afterwards: %d", a.status)
	}
}

// freshSeat is a new seat.
func (s *visit) freshSeat() string {
	s.t.Helper()
	seat, err := s.tryFreshSeat()
	if err != nil {
		s.t.Fatal(err)
	}
	return seat
}

func (s *visit) tryFreshSeat() (string, error) {
	a, err := s.newSeat().try("GET", "/api/session/me", "")
	if err != nil {
		return "", err
	}
	for _, cookie := range (&http.Response{Header: a.header}).Cookies() {
		if cookie.Name == "seat" {
			return cookie.Value, nil
		}
	}
	return "", fmt.Errorf("no seat: %v", a.header)
}

// A7: a browser that came from our own page and does not bring its seat is told so, on
// the page itself; a newcomer is not.
func TestPagesSayThatTheSeatDoesNotComeBack(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.client.Jar = nil // keeps no cookie
	const said = "does not send our cookie “seat” back"
	for _, test := range []struct {
		what    string
		headers []string
		said    bool
	}{
		{"from our page", []string{"Sec-Fetch-Site", "same-origin"}, true},
		{"from our page, on plain HTTP", []string{"Referer", s.URL + "/labs"}, true},
		{"a form of ours", []string{"Origin", s.URL}, true},
		{"typed", []string{"Sec-Fetch-Site", "none"}, false},
		{"from elsewhere", []string{"Sec-Fetch-Site", "cross-site", "Referer", s.URL + "/"}, false},
		{"from elsewhere, on plain HTTP", []string{"Referer", "http://example.org/"}, false},
		{"a terminal", nil, false},
		{"with the seat of a site that was here before", []string{"Sec-Fetch-Site", "same-origin", "Cookie", "seat=" + strings.Repeat("A", 43)}, false},
		{"with a seat", []string{"Sec-Fetch-Site", "same-origin", "Cookie", "seat=" + s.freshSeat()}, false},
	} {
		for _, path := range []string{"/", "/inspector", "/labs", "/labs/restart", "/servers"} {
			page := s.call("GET", path, "", append(test.headers, "Accept", "text/html")...)
			if page.status != 200 || strings.Contains(page.body, said) != test.said {
				t.Errorf("%s, %s: %d, says so: %t", test.what, path, page.status, !test.said)
			}
		}
	}
	form := []string{"Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html"}
	if begin := s.call("POST", "/labs/restart/begin", "", append(form, "Sec-Fetch-Site", "same-origin")...); begin.status != 409 || !strings.Contains(begin.body, said) {
		t.Errorf("a lab that nobody can go on with: %d", begin.status)
	}
	if begin := s.call("POST", "/labs/restart/begin", "", form...); begin.status != 409 || !strings.Contains(begin.body, "Send it again with the cookie") {
		t.Errorf("a terminal that keeps no cookie yet: %d %s", begin.status, begin.body)
	}
}
