package process

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// site is a running Two Doors and one browser's worth of cookies.
type site struct {
	t      *testing.T
	url    string
	cmd    *exec.Cmd
	log    *logged
	exited chan error
	client *http.Client
	token  string
}

// logged is what the program wrote to standard error.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// open starts the program on a free port and waits for its one line.
func open(t *testing.T, arguments ...string) *site {
	t.Helper()
	return openOn(t, filepath.Join(t.TempDir(), "t.db"), arguments...)
}

func openOn(t *testing.T, db string, arguments ...string) *site {
	t.Helper()
	if len(arguments) == 0 || strings.HasPrefix(arguments[0], "-") {
		arguments = append([]string{"serve"}, arguments...)
	}
	s := &site{t: t, log: &logged{}, exited: make(chan error, 1)}
	s.cmd = exec.Command(program, append(arguments, "--listen=localhost:0", "--db="+db)...)
	s.cmd.Stderr = s.log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(out).ReadString('\n')
	var ok bool
	if _, s.url, ok = strings.Cut(strings.TrimSpace(line), "Two Doors is open at "); !ok {
		t.Fatalf("the program said %q and %s", line, s.log)
	}
	go func() { s.exited <- s.cmd.Wait() }()
	t.Cleanup(func() {
		s.cmd.Process.Kill()
		if t.Failed() {
			t.Logf("log:\n%s", s.log)
		}
	})
	jar, _ := cookiejar.New(nil)
	s.client = &http.Client{Jar: jar, Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return s
}

// answer is an answer that has been read.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) into(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), v); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
}

// call sends a request, with a JSON body when there is one.
func (s *site) call(method, path, body string, headers ...string) answer {
	s.t.Helper()
	a, err := s.try(method, path, body, headers...)
	if err != nil {
		s.t.Fatal(err)
	}
	return a
}

func (s *site) try(method, path, body string, headers ...string) (answer, error) {
	r, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := s.client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, string(text)}, err
}

const ada = `{"username":"ada","password":"lovelace"}`

// logIn logs ada in at both doors.
func (s *site) logIn() {
	s.t.Helper()
	if a := s.call("POST", "/api/session/login", ada); a.status != 200 {
		s.t.Fatalf("session login: %d %s", a.status, a.body)
	}
	a := s.call("POST", "/api/token/login", ada)
	if a.status != 200 {
		s.t.Fatalf("token login: %d %s", a.status, a.body)
	}
	var issued struct {
		AccessToken string `json:"access_token"`
	}
	a.into(s.t, &issued)
	s.token = issued.AccessToken
}

func (s *site) sessionMe() answer { return s.call("GET", "/api/session/me", "") }

func (s *site) tokenMe() answer {
	return s.call("GET", "/api/token/me", "", "Authorization", "Bearer "+s.token)
}

// traced is what the tests read of a trace.
type traced struct {
	Outcome, Reason, User string
	Status, Start         int
	Steps                 []struct {
		Actor, Name, Saw, Source string
		OK                       bool
		NS                       int64
	}
}

func (s *site) trace(a answer) traced {
	s.t.Helper()
	found := s.call("GET", "/api/traces/"+a.header.Get("Trace-Id"), "")
	if found.status != 200 {
		s.t.Fatalf("trace of %d: %d %s", a.status, found.status, found.body)
	}
	var t traced
	found.into(s.t, &t)
	return t
}

type serverStatus struct {
	Number, PID, Starts, Sessions, Requests int
	State                                   string
}

func (s *site) servers() []serverStatus {
	s.t.Helper()
	var v struct{ Servers []serverStatus }
	s.call("GET", "/api/servers", "").into(s.t, &v)
	return v.Servers
}

// until waits for a condition, which the program reaches by itself.
func (s *site) until(what string, condition func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !condition(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("not within 20 s: %s", what)
		}
	}
}

func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }
