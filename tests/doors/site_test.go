package doors

import (
	"strings"
	"testing"
)

// changing are the routes that change something.
var changing = []string{
	"/api/session/login", "/api/session/logout", "/api/token/login", "/api/token/refresh", "/api/token/logout", "/api/signup", "/api/account/password", "/api/account/role",
	"/session/login", "/session/logout", "/signup", "/inspector/clear", "/inspector/token", "/api/inspect/token",
}

// W1, L6: what another site's page makes a browser send is refused, whatever its
// body; a request that no page sent, or one of ours, is not.
func TestOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	own := v.http.URL
	for _, path := range changing {
		for _, kind := range []string{"application/json", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain"} {
			for _, site := range []string{"", "same-origin", "none", "same-site", "cross-site"} {
				for _, origin := range []string{"", own, "null", "http://evil.example"} {
					var headers []string
					if site != "" {
						headers = append(headers, "Sec-Fetch-Site", site)
					}
					if origin != "" {
						headers = append(headers, "Origin", origin)
					}
					foreign := site == "same-site" || site == "cross-site" || site == "" && origin != "" && origin != own
					a := v.call("POST", path, "{}", append(headers, "Content-Type", kind)...)
					if refused := a.StatusCode == 403; refused != foreign {
						t.Errorf("%s, %s, site %q, origin %q: %d", path, kind, site, origin, a.StatusCode)
					}
				}
			}
		}
	}
	a := v.call("POST", "/api/session/login", ada, "Origin", "http://evil.example")
	v.refused("from another site", a, 403, "origin.check")
}

// W2: other methods are refused with what the address takes.
func TestOtherMethodsAreRefused(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	for path, allow := range map[string]string{
		"/": "GET, HEAD", me: "GET, HEAD", "/api/session/login": "POST", "/session/login": "GET, HEAD, POST",
		"/api/traces": "GET, HEAD", "/healthz": "GET, HEAD",
	} {
		for _, method := range []string{"PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "NONSENSE"} {
			if a := v.call(method, path, ""); a.StatusCode != 405 || a.Header.Get("Allow") != allow {
				t.Errorf("%s %s: %d, Allow %q, want %q", method, path, a.StatusCode, a.Header.Get("Allow"), allow)
			}
		}
	}
	v.refused("nothing there", v.call("GET", "/api/nothing", ""), 404, "")
}

// W3, W4, W5: every page and every answer has the headers that protect it, errors
// too, and nothing is granted to other origins.
func TestEveryAnswerIsProtected(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	for _, path := range []string{"/", "/inspector", "/session/login", "/session/account", "/token/login", "/token/account", "/signup", "/nothing", me, "/api/traces", "/healthz"} {
		a := v.call("GET", path, "", "Accept", "text/html", "Origin", "http://evil.example")
		page := strings.HasPrefix(a.Header.Get("Content-Type"), "text/html")
		if policy := a.Header.Get("Content-Security-Policy"); page && (!strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe")) {
			t.Errorf("%s: policy %q", path, policy)
		}
		if a.Header.Get("X-Content-Type-Options") != "nosniff" || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", path, a.Header)
		}
		for name := range a.Header {
			if strings.HasPrefix(name, "Access-Control") || name == "Strict-Transport-Security" {
				t.Errorf("%s: %s", path, name)
			}
		}
	}
}

// X5: a host that is not this site is refused, whatever resolves to us.
func TestForeignHostsAreRefused(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	for _, host := range []string{"evil.example", "evil.example:80", "localhost.evil.example", "127.0.0.1.nip.io", "10.99.99.99", "x", "[::2]"} {
		v.refused(host, v.call("GET", me, "", "Host", host), 421, "origin.check")
	}
	for _, host := range []string{"localhost", "LOCALHOST:1", "127.0.0.1", "127.0.0.9:8", "[::1]:80", "app.localhost"} {
		if a := v.call("GET", me, "", "Host", host); a.StatusCode != 401 {
			t.Errorf("%s: %d", host, a.StatusCode)
		}
	}
}

// flipped is a seat with its last character changed.
func flipped(seat string) string {
	if strings.HasSuffix(seat, "A") {
		return seat[:42] + "E"
	}
	return seat[:42] + "A"
}

// I3, C1: a seat's traces are its own, and a seat that is not ours is none.
func TestSeatsDoNotMix(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	mine := v.call("GET", me, "")
	id := mine.Header.Get("Trace-Id")
	other := v.newSeat()
	if a := other.call("GET", "/api/traces", ""); strings.Contains(a.body, id) {
		t.Error("another seat's list has the trace")
	}
	other.refused("another seat", other.call("GET", "/api/traces/"+id, ""), 404, "")
	for _, made := range []string{"me", strings.Repeat("A", 43), flipped(v.seat), v.seat + "A", strings.ToLower(v.seat)} {
		a := v.call("GET", me, "", "Seat", made)
		if len(a.Cookies()) != 1 || a.Cookies()[0].Name != "seat" || a.Cookies()[0].Value == made || !a.Cookies()[0].HttpOnly {
			t.Errorf("seat %q: %v", made, a.Header["Set-Cookie"])
		}
	}
	if a := v.call("GET", me, ""); len(a.Cookies()) != 0 {
		t.Error("a good seat gets another one")
	}
}
