package doors

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// raw sends a request as it stands, which clients would refuse to, and returns
// the status of the answer.
func (v *visit) raw(request string) int {
	v.t.Helper()
	connection, err := net.Dial("tcp", v.http.Listener.Addr().String())
	if err != nil {
		v.t.Fatal(err)
	}
	defer connection.Close()
	if _, err := io.WriteString(connection, strings.ReplaceAll(request, "SEAT", v.seat)); err != nil {
		v.t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		v.t.Fatalf("%q: %v", request, err)
	}
	defer answer.Body.Close()
	return answer.StatusCode
}

// S10, T1: control characters in a credential are refused before any door.
func TestControlCharactersAreRefused(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	cookie, text := v.session(), v.token()
	const head = "GET /api/%s/me HTTP/1.1\r\nHost: localhost\r\nSeat: SEAT\r\n"
	for _, control := range []string{"\x00", "\x01", "\x0b", "\x1b[31m", "\x7f", "\n "} {
		for what, line := range map[string]string{
			"session": "Cookie: " + cookie[:20] + control + cookie[20:],
			"token":   "Authorization: Bearer " + text[:20] + control + text[20:],
		} {
			status := v.raw(strings.Replace(head, "%s", what, 1) + line + "\r\n\r\n")
			if status != 400 && status != 401 {
				t.Errorf("%s with %q: %d", what, control, status)
			}
		}
	}
}

// W4, W5: what the headers of each kind of answer say, word by word.
func TestHeadersOfPages(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	for path, kind := range map[string]string{
		"/": "text/html; charset=utf-8", "/session/account": "text/html; charset=utf-8", "/nothing": "text/html; charset=utf-8",
		"/inspector/AAAAAAAAAAAAAAAAAAAAAAAAAA": "text/html; charset=utf-8",
		me:                                      "application/problem+json", "/healthz": "application/json; charset=utf-8",
	} {
		a := v.call("GET", path, "", "Accept", "text/html")
		want := map[string]string{"Content-Type": kind, "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}
		if strings.HasPrefix(kind, "text/html") {
			want["Cross-Origin-Opener-Policy"], want["Referrer-Policy"] = "same-origin", "same-origin"
			want["Content-Security-Policy"] = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
		}
		for name, value := range want {
			if got := a.Header.Values(name); len(got) != 1 || got[0] != value {
				t.Errorf("%s: %s %q, want %q", path, name, got, value)
			}
		}
		for _, name := range []string{"Server", "X-Powered-By", "Two-Doors-Trace", "Two-Doors-Sessions"} {
			if a.Header.Get(name) != "" {
				t.Errorf("%s: %s is sent", path, name)
			}
		}
	}
}

// W7: line breaks and NUL reach no header, whichever way they come.
func TestLineBreaksReachNoHeader(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	for _, role := range []string{`a\r\nSet-Cookie: evil=1`, `a\nEvil: 1`, `a\u0000b`, `a\u0085b\u2028`, `\u001b[31m`, `ü`, `a\"b\\`} {
		a := v.call("GET", "/api/token/admin", "", "Authorization", "Bearer "+v.forge(goodHeader, payload("role", `"`+role+`"`)))
		v.refused(role, a, 403, "role.check")
		challenge := a.Header.Get("WWW-Authenticate")
		// RFC 6750 section 3: what an error_description may hold.
		if strings.ContainsFunc(challenge, func(r rune) bool { return r < ' ' || r > '~' || r == '\\' }) ||
			strings.Count(challenge, `"`) != 6 || a.Header.Get("Evil") != "" || len(a.Cookies()) != 0 {
			t.Errorf("role %s: %q, %v", role, challenge, a.Header)
		}
	}
	for _, path := range []string{"/%0d%0aEvil:%201//x", "//evil.example/%2e%2e", "/x//%0aEvil:1", "/session/%00/../login"} {
		a := v.call("GET", path, "")
		if to := a.Header.Get("Location"); a.Header.Get("Evil") != "" || to != "" && (to[0] != '/' || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\r\n\x00\\")) {
			t.Errorf("%s: %d, %v", path, a.StatusCode, a.Header)
		}
	}
	if a := v.call("GET", me, "", "Trace-Id", "mine", "X-Request-Id", "mine"); a.Header.Get("Trace-Id") == "mine" {
		t.Error("the trace's id is the client's")
	}
}

// I9, X3: headers that only a front or a proxy may send do nothing when a visitor
// sends them.
func TestInnerHeadersOfVisitorsDoNothing(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	inner := []string{
		"X-Forwarded-For", "10.1.1.1", "X-Forwarded-Proto", "https", "X-Forwarded-Host", "evil.example", "Forwarded", "for=10.1.1.1;proto=https",
		"Two-Doors-Forwarded", " id https 10.1.1.1 seat=x", "Two-Doors-Trace", "{}", "Two-Doors-Sessions", "7",
	}
	a := v.call("POST", "/api/session/login", ada, inner...)
	if cookie := a.Header.Get("Set-Cookie"); !strings.HasPrefix(cookie, "session=") || strings.Contains(cookie, "Secure") {
		t.Errorf("login: %d %q", a.StatusCode, cookie)
	}
	for name := range a.Header {
		if strings.HasPrefix(name, "Two-Doors") {
			t.Errorf("%s reaches the visitor", name)
		}
	}
	cookie := "session=" + a.Cookies()[0].Value
	for _, named := range []string{"Cookie", "Authorization, Cookie", "Seat", "close, Two-Doors-Forwarded"} {
		if a := v.call("GET", me, "", "Cookie", cookie, "Connection", named); a.StatusCode != 200 {
			t.Errorf("Connection: %s: %d", named, a.StatusCode)
		}
	}
	statuses := map[int]int{}
	for i := range 14 {
		a := v.call("POST", "/api/token/login", credentials("grace", "wrong"), "X-Forwarded-For", "10.1.1."+string(rune('0'+i%10)))
		statuses[a.StatusCode]++
	}
	if statuses[429] < 3 {
		t.Errorf("another X-Forwarded-For for each guess: %v", statuses)
	}
}
