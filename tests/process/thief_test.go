package process

import (
	"crypto/tls"
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// fares is how a thief says that it fares, by door.
type fares map[string]struct {
	Status int
	Calls  int
	LetIn  int `json:"let_in"`
}

func (s *visit) thief(what, bearer string) (f fares, a answer) {
	s.t.Helper()
	var headers []string
	if bearer != "" {
		headers = []string{"Authorization", "Bearer " + bearer}
	}
	a = s.call("POST", "/api/labs/theft/"+what, "", headers...)
	json.Unmarshal([]byte(a.body), &f)
	return f, a
}

// The thief is let in with what a request carried, goes on by itself until it is
// refused, and stands in the traces of the seat that it was handed over by, under its
// name and with what it showed. It is stopped by its seat, and knows no other.
func TestThiefGoesOnUntilItIsRefused(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.beginLab("theft")
	if _, a := s.thief("steal", ""); a.status != 422 {
		t.Errorf("of nothing: %d %s", a.status, a.body)
	}
	if _, a := s.thief("try", ""); a.status != 409 {
		t.Errorf("nobody: %d %s", a.status, a.body)
	}
	s.call("POST", "/api/session/login", ada)
	stolen := s.issue().AccessToken
	if f, a := s.thief("steal", stolen); a.status != 200 || f["session"].Status != 200 || f["token"].Status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	s.until("the thief goes on by itself, at both doors", func() bool { return s.calls("session", 200) > 2 && s.calls("token", 200) > 2 })
	other := s.newSeat()
	other.beginLab("theft")
	if _, a := other.thief("try", ""); a.status != 409 {
		t.Errorf("another seat: %d %s", a.status, a.body)
	}
	if n := other.calls("session", 200); n > 0 {
		t.Errorf("another seat sees %d of its requests", n)
	}
	s.call("POST", "/api/session/logout", "")
	s.until("it gives up at the session door", func() bool { return s.calls("session", 401) == 3 })
	before := s.calls("token", 200)
	s.until("it goes on at the token door", func() bool { return s.calls("token", 200) > before+2 })
	if n := s.calls("session", 401); n != 3 {
		t.Errorf("refused %d times, and goes on", n)
	}
	if _, a := s.thief("stop", ""); a.status != 200 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if _, a := s.thief("try", ""); a.status != 409 {
		t.Errorf("after it was sent away: %d %s", a.status, a.body)
	}
}

// calls counts the thief's requests at a door that were answered with a status.
func (s *visit) calls(door string, status int) (n int) {
	s.t.Helper()
	var traces []struct {
		Client, Path string
		Status       int
	}
	s.call("GET", "/api/traces?limit=500", "").into(s.t, &traces)
	for _, trace := range traces {
		if trace.Client == "thief" && trace.Path == "/api/"+door+"/me" && trace.Status == status {
			n++
		}
	}
	return n
}

// What a thief was handed is in no answer, on no page and in no log.
func TestStolenCredentialsAreNotShown(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.beginLab("theft")
	s.call("POST", "/api/session/login", ada)
	session := s.cookies()["session-"+s.room()]
	var issued struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	logIn := func() {
		s.call("POST", "/api/token/login", `{"username":"ada","password":"lovelace","refresh_in":"body"}`).into(t, &issued)
	}
	logIn()
	stolen := issued.Access
	_, answered := s.thief("steal", stolen)
	_, again := s.thief("try", "")
	theft := s.call("GET", "/labs/theft", "").body
	s.beginLab("expiry")
	s.call("PATCH", "/api/settings", `{"refresh_lifetime":"1h"}`)
	logIn()
	if a := s.call("POST", "/api/labs/expiry/thief", `{"refresh_token":"`+strings.Repeat("x", 1001)+`"}`); a.status != 422 {
		t.Errorf("it keeps whatever it is sent: %d %s", a.status, a.body)
	}
	copied := s.call("POST", "/api/labs/expiry/thief", `{"refresh_token":"`+issued.Refresh+`","times":2}`)
	if answered.status != 200 || copied.status != 200 || !strings.Contains(copied.body, `"refresh":200`) || session == "" {
		t.Fatalf("%d %s, %d %s", answered.status, answered.body, copied.status, copied.body)
	}
	shown := map[string]string{"the answers": answered.body + again.body + copied.body, "the log": s.Log.String(), "the page while it ran": theft}
	for _, path := range []string{"/labs/theft", "/labs/expiry", "/api/labs/theft", "/api/labs/expiry", "/api/traces", "/inspector"} {
		shown[path] = s.call("GET", path, "").body
	}
	signature := stolen[strings.LastIndexByte(stolen, '.')+1:]
	for where, text := range shown {
		for what, secret := range map[string]string{"the session's id": session, "the token's signature": signature, "the refresh token": issued.Refresh} {
			if strings.Contains(text, secret) || strings.Contains(text, secret[7:]) {
				t.Errorf("%s holds %s", where, what)
			}
		}
	}
}

// Over HTTPS the thief trusts the site's own certificate, and comes with a session.
func TestThiefOverTLS(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	pool := certify(t, folder)
	s := open(t, "serve", "--tls-cert="+filepath.Join(folder, "cert.pem"), "--tls-key="+filepath.Join(folder, "key.pem"))
	s.client.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
	s.beginLab("theft")
	s.call("POST", "/api/session/login", ada)
	if f, a := s.thief("steal", s.issue().AccessToken); f["session"].Status != 200 || f["token"].Status != 200 {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// The site ends at once though a thief is at work.
func TestThiefEndsWithTheSite(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.beginLab("theft")
	s.call("POST", "/api/session/login", ada)
	s.thief("steal", "")
	began := time.Now()
	if err := s.Cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := s.Ended(t); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("it took %s", took)
	}
}
