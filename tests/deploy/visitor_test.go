package deploy

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/go-json-experiment/json"
)

// visitor is somebody before the balancer.
type visitor struct {
	t             *testing.T
	client        *http.Client
	base          string // the site's address, when it is not the balancer
	extra         map[string]string
	cookie, token string
	refresh       string // the cookie
}

func (v *visitor) request(method, path, body string) *http.Request {
	v.t.Helper()
	base := v.base
	if base == "" {
		base = "https://" + host
	}
	r, err := http.NewRequest(method, base+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	for name, value := range v.extra {
		r.Header.Set(name, value)
	}
	if name := v.extra["Host"]; name != "" {
		r.Host = name
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

const ada = `{"username":"ada","password":"lovelace"}`

// logIn logs in at both doors, and returns the session's cookie as it was set.
func (v *visitor) logIn() (set string) {
	v.t.Helper()
	answer, body := v.do(v.request("POST", "/api/session/login", ada))
	if answer.StatusCode != 200 {
		v.t.Fatalf("session login: %d %s", answer.StatusCode, body)
	}
	for _, cookie := range answer.Header["Set-Cookie"] {
		if name, _, _ := strings.Cut(cookie, "="); strings.HasSuffix(name, "session") {
			set = cookie
		}
	}
	v.cookie, _, _ = strings.Cut(set, ";")
	answer, body = v.do(v.request("POST", "/api/token/login", ada))
	var issued struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal(body, &issued); answer.StatusCode != 200 || err != nil {
		v.t.Fatalf("token login: %d %s", answer.StatusCode, body)
	}
	v.token = issued.AccessToken
	for _, cookie := range answer.Header["Set-Cookie"] {
		if pair, _, _ := strings.Cut(cookie, ";"); strings.Contains(pair, "refresh") {
			v.refresh = pair
		}
	}
	return set
}

// both calls the protected page through both doors.
func (v *visitor) both(session, token int) {
	v.t.Helper()
	if status, _ := v.get("/api/session/me", "session"); status != session {
		v.t.Fatalf("the session door answers %d, not %d", status, session)
	}
	if status, _ := v.get("/api/token/me", "token"); status != token {
		v.t.Fatalf("the token door answers %d, not %d", status, token)
	}
}

// everywhere asks until as many servers have answered at both doors, each letting in.
func (v *visitor) everywhere(servers int) {
	v.t.Helper()
	for _, door := range []string{"session", "token"} {
		seen := map[int]bool{}
		for range 30 {
			status, server := v.get("/api/"+door+"/me", door)
			if status != 200 {
				v.t.Fatalf("the %s door answers %d", door, status)
			}
			seen[server] = true
		}
		if len(seen) != servers {
			v.t.Errorf("at the %s door %d servers answer, not %d", door, len(seen), servers)
		}
	}
}

// get asks with the credential of a door, and returns the number of the server that
// answered.
func (v *visitor) get(path, door string) (status, server int) {
	v.t.Helper()
	answer, body := v.do(v.asking("GET", path, "", door))
	var said struct {
		Server int `json:"server"`
	}
	json.Unmarshal(body, &said) // a page says none
	return answer.StatusCode, said.Server
}

// asking is a request with the credential of a door.
func (v *visitor) asking(method, path, body, door string) *http.Request {
	v.t.Helper()
	r := v.request(method, path, body)
	switch door {
	case "session":
		r.Header.Set("Cookie", v.cookie)
	case "token":
		r.Header.Set("Authorization", "Bearer "+v.token)
	case "refresh":
		r.Header.Set("Cookie", v.refresh)
	}
	return r
}

func (v *visitor) do(r *http.Request) (*http.Response, []byte) {
	v.t.Helper()
	answer, body, err := v.send(r)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer, body
}

func (v *visitor) send(r *http.Request) (*http.Response, []byte, error) {
	answer, err := v.client.Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return answer, body, err
}

// calling calls the protected page of a door without a break, until stop is called, which reports every answer that is
// not as it may be.
func (v *visitor) calling(door string, may func(*http.Response) bool) (stop func()) {
	v.t.Helper()
	over := make(chan struct{})
	var calls int
	var wrong []string
	var running sync.WaitGroup
	running.Go(func() {
		for ; ; calls++ {
			select {
			case <-over:
				return
			default:
			}
			answer, body, err := v.send(v.asking("GET", "/api/"+door+"/me", "", door))
			switch {
			case err != nil:
				wrong = append(wrong, err.Error())
			case !may(answer):
				wrong = append(wrong, fmt.Sprint(answer.Status, " ", string(body)))
			}
		}
	})
	return func() {
		v.t.Helper()
		close(over)
		running.Wait()
		if len(wrong) > 0 || calls < 20 {
			v.t.Errorf("the %s door: of %d calls %d were wrong, first %.1000s", door, calls, len(wrong), strings.Join(wrong[:min(3, len(wrong))], "; "))
		}
	}
}

// allowed is the only answer that may be while nothing is missing.
func allowed(answer *http.Response) bool { return answer.StatusCode == 200 }

// away is what says that the database does not answer.
func away(answer *http.Response) bool {
	return answer.StatusCode == 503 && answer.Header.Get("Retry-After") != ""
}
