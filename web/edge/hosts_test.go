package edge

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"twodoors/web/seat"
	"twodoors/web/trace"
)

// X5: the site answers to its own names and addresses and to those it was given.
func TestHostsAreKnownByNameAndAddress(t *testing.T) {
	t.Parallel()
	hosts := NewHosts([]string{"Example.org", "dot.example.", "203.0.113.5", "2001:db8::5"})
	for host, want := range map[string]bool{
		"localhost": true, "localhost:8080": true, "127.0.0.1:8080": true, "[::1]:8080": true,
		"example.org": true, "EXAMPLE.org:8080": true, "example.org.": true, "dot.example": true,
		"203.0.113.5": true, "203.0.113.5:8080": true, "[2001:db8::5]:8080": true,
		"evil.example": false, "203.0.113.6": false, "example.org.evil.example": false, "": false,
	} {
		for range 2 { // the second time it may be remembered
			if got := hosts.Know(host); got != want {
				t.Errorf("%q: %t", host, got)
			}
		}
	}
}

// A2: a Host that is no host name is none of ours, though net/http lets it through from
// a target that is a whole address.
func TestHostsThatAreNone(t *testing.T) {
	t.Parallel()
	hosts := NewHosts([]string{"example.org"})
	for host, want := range map[string]bool{
		"localhost": true, "localhost:": true, "localhost:0": true, "localhost:65535": true, "[::1]": true, "[::1]:80": true, "[::1%25eth0]:80": true, "a_b.localhost": true,
		"": false, ":80": false, "localhost:65536": false, "localhost:+80": false, "localhost:-1": false, "localhost:http": false, "localhost:80:80": false,
		"local host": false, "localhost\t": false, "a<b.localhost": false, "a>b.localhost": false, `a".localhost`: false, "ü.localhost": false, "\xff.localhost": false, "a%20b.localhost": false,
		"user@localhost": false, "localhost/": false, "::1": false, "[::1": false, "::1]": false, "[]": false, "[localhost]": false, "[127.0.0.1]": false, "[::1]x": false, "[::1]80": false,
		"[::1%25a b]": false, "[::1%a\"b]": false, "[::1%25ü]:80": false, "localhost,localhost": false, "localhost\x00": false,
	} {
		if got := hosts.Know(host); got != want {
			t.Errorf("%q: %t", host, got)
		}
	}
}

// A2: whatever a request names that is no address of this site is refused in a sentence
// of ours, with a trace, and goes no further.
func TestTargetsThatAreNone(t *testing.T) {
	t.Parallel()
	site := Facing{Hosts: NewHosts(nil), Seats: seat.New(make([]byte, 32)), Traces: trace.NewLog(), Now: time.Now}.Visitors(http.NotFoundHandler())
	for _, test := range []struct {
		method string
		target url.URL
		host   string
		status int
	}{
		{"GET", url.URL{Path: "/x"}, "localhost", 404},
		{"GET", url.URL{Scheme: "http", Host: "localhost"}, "localhost", 404},
		{"GET", url.URL{Path: "*"}, "localhost", 400},
		{"GET", url.URL{Scheme: "mailto", Opaque: "x"}, "localhost", 400},
		{"GET", url.URL{}, "localhost", 400},
		{"CONNECT", url.URL{Host: "localhost:80"}, "localhost", 400},
		{"GET", url.URL{Path: "/x"}, "[::1%a b]", 400},
		{"GET", url.URL{Path: "/x"}, "", 400},
		{"GET", url.URL{Path: "/x"}, "localhost:port", 400},
		{"GET", url.URL{Path: "/x"}, "evil.example", 421},
	} {
		w, r := httptest.NewRecorder(), httptest.NewRequest(test.method, "/", nil)
		r.URL, r.Host = &test.target, test.host
		site.ServeHTTP(w, r)
		body := w.Body.String()
		if w.Code != test.status || w.Header().Get("Trace-Id") == "" || w.Code != 404 && !strings.Contains(body, `"detail":"`) {
			t.Errorf("%s %+v %s: %d %s", test.method, test.target, test.host, w.Code, body)
		}
	}
}

// A2: what is taken for a host, every reader of HTTP takes for one.
func FuzzIsHost(f *testing.F) {
	for _, seed := range []string{"localhost:80", "[::1%25eth0]:80", "[::1%a b]", "a<b", "", ":", "[::ffff:1.2.3.4]:1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, host string) {
		if !isHost(host) {
			return
		}
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n")))
		if err != nil || r.Host != host {
			t.Errorf("%q: %v", host, err)
		}
		if u, err := url.Parse("http://" + strings.Replace(host, "%", "%25", 1) + "/"); err != nil || u.Host != host {
			t.Errorf("%q: %v", host, err)
		}
	})
}
