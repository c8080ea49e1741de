package process

import (
	"strings"
	"testing"
)

// A front behind a balancer believes what that says of visitors, and asks for the passcode though it listens for this
// machine alone: the balancer passes others on.
func TestFrontBehindABalancer(t *testing.T) {
	t.Parallel()
	s := open(t, "--trust-proxy=127.0.0.1,::1", "--passcode=open-sesame")
	for _, path := range []string{"/api/servers", "/api/class/open"} {
		if a := s.call("POST", path, `{"name":"A"}`, "Content-Type", "application/json"); a.status != 403 {
			t.Errorf("without the passcode POST %s is answered with %d", path, a.status)
		}
	}
	secure := s.other().call("GET", "/", "", "X-Forwarded-For", "192.0.2.7", "X-Forwarded-Proto", "https")
	if cookie := secure.header.Get("Set-Cookie"); !strings.HasPrefix(cookie, "__Host-seat=") || !strings.Contains(cookie, "Secure") {
		t.Errorf("over HTTPS at the balancer the seat is %q", cookie)
	}
	for n, from := range []string{"192.0.2.8", "192.0.2.9"} {
		limited := 0
		for range 40 {
			if s.call("POST", "/servers/passcode", "passcode=wrong", "X-Forwarded-For", from, "Content-Type", "application/x-www-form-urlencoded").status == 429 {
				limited++
			}
		}
		if limited == 0 || limited == 40 {
			t.Errorf("of 40 guesses from address %d %d are limited", n+1, limited)
		}
	}
	if a := open(t).call("GET", "/", "", "X-Forwarded-Proto", "https"); strings.Contains(a.header.Get("Set-Cookie"), "Secure") {
		t.Error("without --trust-proxy anybody can claim HTTPS")
	}
}
