// Package doors tests both doors through HTTP: what they let in, what they refuse,
// and whether the trace names the step that refused. The comments name the
// requirements of the security model that a test decides.
package doors

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"twodoors/tests/server"
)

// visit is one server and one terminal at it.
type visit struct {
	*server.Server
	t    *testing.T
	http *httptest.Server
	seat string
}

func open(t *testing.T, store string) *visit {
	t.Helper()
	return openRoom(t, store, "")
}

// openRoom opens a server of a room.
func openRoom(t *testing.T, store, room string) *visit {
	t.Helper()
	s := server.InRoom(t, store, room)
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	return &visit{Server: s, t: t, http: web, seat: s.Seats.Make().Value}
}

// answer is an answer that has been read.
type answer struct {
	*http.Response
	body string
}

// call sends a request with headers given in pairs, and a JSON body if any.
func (v *visit) call(method, path, body string, headers ...string) answer {
	v.t.Helper()
	r, err := http.NewRequest(method, v.http.URL+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Seat", v.seat)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		} else if r.Header.Get(headers[i]) != "" && headers[i] != "Content-Type" && headers[i] != "Seat" {
			r.Header.Add(headers[i], headers[i+1])
		} else {
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer{response, string(text)}
}

const ada = `{"username":"ada","password":"lovelace"}`

// session logs ada in and returns the cookie, as "session=…".
func (v *visit) session(headers ...string) string {
	v.t.Helper()
	a := v.call("POST", "/api/session/login", ada, headers...)
	if a.StatusCode != 200 {
		v.t.Fatalf("login: %d %s", a.StatusCode, a.body)
	}
	for _, cookie := range a.Cookies() {
		if cookie.Name == "session" {
			return "session=" + cookie.Value
		}
	}
	v.t.Fatal("login sets no session cookie")
	return ""
}

func (v *visit) token() string {
	v.t.Helper()
	a := v.call("POST", "/api/token/login", ada)
	var issued struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(a.body), &issued); err != nil || issued.AccessToken == "" {
		v.t.Fatalf("login: %d %s", a.StatusCode, a.body)
	}
	return issued.AccessToken
}

// reason is the step that refused, as the answer's trace has it.
func (v *visit) reason(a answer) string {
	v.t.Helper()
	found := v.call("GET", "/api/traces/"+a.Header.Get("Trace-Id"), "")
	var t struct {
		Reason string
		Steps  []struct {
			Name string
			OK   bool
		}
	}
	if err := json.Unmarshal([]byte(found.body), &t); err != nil {
		v.t.Fatalf("trace: %d %s", found.StatusCode, found.body)
	}
	if t.Reason != "" {
		if last := t.Steps[len(t.Steps)-1]; last.OK || last.Name != t.Reason {
			v.t.Errorf("the last step is %+v, the reason %q", last, t.Reason)
		}
	}
	return t.Reason
}

// refused checks that an answer is a refusal of the API by a named step.
func (v *visit) refused(what string, a answer, status int, reason string) {
	v.t.Helper()
	if a.StatusCode != status {
		v.t.Errorf("%s: %d, want %d: %s", what, a.StatusCode, status, a.body)
		return
	}
	var problem struct {
		Title, Detail, Trace string
		Status               int
	}
	err := json.Unmarshal([]byte(a.body), &problem)
	if err != nil || problem.Status != status || problem.Detail == "" || problem.Trace != a.Header.Get("Trace-Id") ||
		a.Header.Get("Content-Type") != "application/problem+json" {
		v.t.Errorf("%s: not a problem of RFC 9457: %s", what, a.body)
	}
	if got := v.reason(a); got != reason {
		v.t.Errorf("%s: refused by %q, want %q", what, got, reason)
	}
}

// both runs a test with each store.
func both(t *testing.T, test func(t *testing.T, v *visit)) {
	for _, store := range []string{"memory", "sqlite"} {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			test(t, open(t, store))
		})
	}
}
