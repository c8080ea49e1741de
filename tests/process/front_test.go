package process

import (
	"net/http"
	"strings"
	"syscall"
	"testing"
)

// X6: a server's port answers its front only.
func TestServerAnswersItsFrontOnly(t *testing.T) {
	t.Parallel()
	s := open(t)
	address := s.childAddress()
	for _, forwarded := range []string{"", "x", strings.Repeat("A", 26) + " id http 127.0.0.1 seat="} {
		r, _ := http.NewRequest("GET", "http://"+address+"/api/session/me", nil)
		if forwarded != "" {
			r.Header.Set("Two-Doors-Forwarded", forwarded)
		}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != 403 {
			t.Errorf("forwarded %q: %d", forwarded, response.StatusCode)
		}
	}
}

// I9, X3: what front and server say to each other neither comes from a visitor
// nor reaches one.
func TestInnerHeadersStayInside(t *testing.T) {
	t.Parallel()
	s := open(t)
	for _, headers := range [][]string{
		{"Two-Doors-Forwarded", "x y https 6.6.6.6 seat=z"},
		{"Connection", "Two-Doors-Forwarded, Cookie"},
		{"Connection", "Authorization", "X-Forwarded-For", "6.6.6.6"},
		{"Two-Doors-Trace", "{}"},
	} {
		a := s.call("GET", "/api/session/me", "", headers...)
		if a.status != 401 {
			t.Errorf("%v: %d %s", headers, a.status, a.body)
		}
		for name := range a.header {
			if strings.HasPrefix(name, "Two-Doors") {
				t.Errorf("%v: the visitor gets %s", headers, name)
			}
		}
		if reason := s.trace(a).Reason; reason != "cookie.read" {
			t.Errorf("%v: reason %q", headers, reason)
		}
	}
}

// While a server is frozen in its start the API says so at once, with Retry-After.
func TestAwayAnswersAtOnce(t *testing.T) {
	t.Parallel()
	s := open(t)
	pid := s.servers()[0].PID
	var away answer
	s.until("the front notices", func() bool {
		if pid != 0 { // which would be everybody, the tests included
			kill(pid, syscall.SIGKILL)
		}
		pid = s.servers()[0].PID
		if pid == 0 {
			away = s.sessionMe()
		}
		return away.status == 503
	})
	if away.header.Get("Retry-After") == "" || !strings.Contains(away.body, "Server 1 is down") {
		t.Errorf("%+v", away)
	}
	if trace := s.trace(away); trace.Reason != "front.unavailable" || trace.Outcome != "failed" {
		t.Errorf("%+v", trace)
	}
}

func TestRoundRobinFindsOneSessionInThree(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=3", "--balance=round-robin")
	s.logIn()
	in := map[string]int{}
	for range 30 {
		if s.sessionMe().status == 200 {
			in["session"]++
		}
	}
	for range 30 {
		if s.tokenMe().status == 200 {
			in["token"]++
		}
	}
	if in["session"] != 10 || in["token"] != 30 {
		t.Errorf("%v", in)
	}
}

func TestStickyFindsEverySession(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=3")
	s.logIn()
	for range 12 {
		if a := s.sessionMe(); a.status != 200 {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
}

// childAddress is where the first server listens, as the system knows it.
func (s *visit) childAddress() string {
	s.t.Helper()
	port := listeningPort(s.t, s.servers()[0].PID)
	return "127.0.0.1:" + port
}
