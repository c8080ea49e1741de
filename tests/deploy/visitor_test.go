package deploy

import (
	"io"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"
)

// logIn logs in at both doors, and returns the session's cookie as it was set.
func (v *visitor) logIn() (set string) {
	v.t.Helper()
	const ada = `{"username":"ada","password":"lovelace"}`
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
	r := v.request("GET", path, "")
	switch door {
	case "session":
		r.Header.Set("Cookie", v.cookie)
	case "token":
		r.Header.Set("Authorization", "Bearer "+v.token)
	}
	answer, body := v.do(r)
	var said struct {
		Server int `json:"server"`
	}
	json.Unmarshal(body, &said) // a page says none
	return answer.StatusCode, said.Server
}

func (v *visitor) do(r *http.Request) (*http.Response, []byte) {
	v.t.Helper()
	answer, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer, body
}
