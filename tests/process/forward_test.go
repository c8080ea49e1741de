package process

import (
	"fmt"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// X3: a visitor's Connection takes nothing off that a server decides by.
func TestConnectionTakesNothingOff(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.logIn()
	for _, named := range []string{"Cookie", "Authorization", "Two-Doors-Forwarded", "close, Cookie, Authorization, Content-Length, Host"} {
		if a := s.call("GET", "/api/session/me", "", "Connection", named); a.status != 200 {
			t.Errorf("session, Connection: %s: %d %s", named, a.status, a.body)
		}
		if a := s.call("GET", "/api/token/me", "", "Connection", named, "Authorization", "Bearer "+s.token); a.status != 200 {
			t.Errorf("token, Connection: %s: %d %s", named, a.status, a.body)
		}
	}
}

// X1, X4: the front reads a body before a server gets it, so both agree where a
// request ends.
func TestBodiesThroughTheFront(t *testing.T) {
	t.Parallel()
	s := open(t)
	const head = "POST /api/session/login HTTP/1.1\nHost: localhost\nConnection: close\nContent-Type: application/json\n"
	chunk := func(text string) string { return fmt.Sprintf("%x\n%s\n", len(text), text) }
	for what, test := range map[string]struct {
		rest string
		want int
	}{
		"with a length":            {fmt.Sprintf("Content-Length: %d\n\n%s", len(ada), ada), 200},
		"in chunks":                {"Transfer-Encoding: chunked\n\n" + chunk(ada[:5]) + chunk(ada[5:]) + "0\n\n", 200},
		"chunks and a trailer":     {"Transfer-Encoding: chunked\nTrailer: Cookie\n\n" + chunk(ada) + "0\nCookie: session=x\n\n", 200},
		"nothing in chunks":        {"Transfer-Encoding: chunked\n\n0\n\n", 400},
		"a chunk that is none":     {"Transfer-Encoding: chunked\n\nzz\n" + ada + "\n0\n\n", 400},
		"too much in chunks":       {"Transfer-Encoding: chunked\n\n" + strings.Repeat(chunk(strings.Repeat("x", 1000)), 70) + "0\n\n", 413},
		"too much, by its length":  {"Content-Length: 70000\n\n", 413},
		"two lengths":              {"Content-Length: 5\nContent-Length: 6\n\n" + ada, 400},
		"expecting to go on":       {fmt.Sprintf("Expect: 100-continue\nContent-Length: %d\n\n%s", len(ada), ada), 200},
		"expecting, but too large": {"Expect: 100-continue\nContent-Length: 70000\n\n", 413},
	} {
		statuses := s.raw(strings.ReplaceAll(head+test.rest, "\n", "\r\n"))
		if n := len(statuses); n == 0 || statuses[n-1] != test.want {
			t.Errorf("%s: %v, want %d", what, statuses, test.want)
		}
	}
	if a := s.call("HEAD", "/session/login", ""); a.status != 200 || a.body != "" {
		t.Errorf("HEAD: %d %q", a.status, a.body)
	}
	if a := s.sessionMe(); a.status != 401 {
		t.Errorf("afterwards: %d %s", a.status, a.body)
	}
}

// Each of many at once gets its own answer with its own trace, also while a server
// crashes under them.
func TestAnswersGoToWhoAsked(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=2", "--store=sqlite", "--balance=round-robin")
	s.logIn()
	var running sync.WaitGroup
	for n := range 8 {
		running.Go(func() {
			for i := range 40 {
				path, reason := "/api/session/me", ""
				if (n+i)%2 == 0 {
					path, reason = "/api/token/me", "bearer.read"
				}
				a, err := s.try("GET", path, "")
				if err != nil {
					t.Error(err)
				}
				if err != nil || a.status == 503 {
					continue
				}
				if (a.status == 200) != (reason == "") {
					t.Errorf("%s: %d %s", path, a.status, a.body)
				}
				if id := a.header.Get("Trace-Id"); a.status == 401 && !strings.Contains(a.body, id) {
					t.Errorf("%s: trace %s, but %s", path, id, a.body)
				}
			}
		})
	}
	kill(s.servers()[1].PID, syscall.SIGKILL)
	running.Wait()
}
