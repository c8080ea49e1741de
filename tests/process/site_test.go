package process

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"twodoors/tests/site"
)

// visit is a running Two Doors and one browser's worth of cookies.
type visit struct {
	*site.Site
	t      *testing.T
	client *http.Client
	token  string
}

// open starts the program with a database of its own.
func open(t *testing.T, arguments ...string) *visit {
	t.Helper()
	return openOn(t, filepath.Join(t.TempDir(), "t.db"), arguments...)
}

func openOn(t *testing.T, db string, arguments ...string) *visit {
	t.Helper()
	return visiting(t, site.Open(t, db, arguments...))
}

// openAs is open for who changes how the program is run.
func openAs(t *testing.T, change func(*exec.Cmd), arguments ...string) *visit {
	t.Helper()
	return visiting(t, site.OpenAs(t, filepath.Join(t.TempDir(), "t.db"), change, arguments...))
}

func visiting(t *testing.T, s *site.Site) *visit {
	jar, _ := cookiejar.New(nil)
	return &visit{Site: s, t: t, client: &http.Client{
		Jar: jar, Timeout: time.Minute, // who waits for a turn is answered after half of it
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
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
func (s *visit) call(method, path, body string, headers ...string) answer {
	s.t.Helper()
	a, err := s.try(method, path, body, headers...)
	if err != nil {
		s.t.Fatal(err)
	}
	return a
}

func (s *visit) try(method, path, body string, headers ...string) (answer, error) {
	r, err := http.NewRequest(method, s.URL+path, strings.NewReader(body))
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
func (s *visit) logIn() {
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

func (s *visit) sessionMe() answer { return s.call("GET", "/api/session/me", "") }

func (s *visit) tokenMe() answer {
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

func (s *visit) trace(a answer) traced {
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

func (s *visit) servers() []serverStatus {
	s.t.Helper()
	var v struct{ Servers []serverStatus }
	s.call("GET", "/api/servers", "").into(s.t, &v)
	return v.Servers
}

// allReady waits until all servers are ready, each in a process of its own.
func (s *visit) allReady() {
	s.t.Helper()
	s.until("all servers are ready", func() bool {
		seen := map[int]bool{}
		for _, server := range s.servers() {
			if server.State != "ready" || !alive(server.PID) || seen[server.PID] {
				return false
			}
			seen[server.PID] = true
		}
		return true
	})
}

// until waits for a condition, which the program reaches by itself.
func (s *visit) until(what string, condition func() bool) {
	s.t.Helper()
	until(s.t, what, condition)
}

func until(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !condition(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within a minute: %s", what)
		}
	}
}

func alive(pid int) bool { return kill(pid, syscall.Signal(0)) == nil }

// kill sends a signal to a process by its number, on systems that number signals too.
func kill(pid int, signal syscall.Signal) error {
	process, err := os.FindProcess(pid)
	if err != nil {
		return err
	}
	defer process.Release()
	return process.Signal(signal)
}

// run starts the program, which has to end by itself, and returns what it said.
func run(t *testing.T, arguments ...string) (out string, status int) {
	t.Helper()
	bounded, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(bounded, site.Program(), arguments...)
	cmd.Dir = t.TempDir()
	said, _ := cmd.CombinedOutput()
	return string(said), cmd.ProcessState.ExitCode()
}
