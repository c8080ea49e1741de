package process

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"twodoors/web/redisd"
)

// A6: two sites, each with a database, share one Redis. The third account of the one is
// alice, that of the other an administrator: alice's cookie is nobody there, and so is
// ada's, who has the same number and the same beginnings at both.
func TestSitesThatShareARedisDoNotShareSessions(t *testing.T) {
	t.Parallel()
	redis := sharedRedis(t)
	mine, other := open(t, "--store=redis", redis), open(t, "--store=redis", redis)
	other.signUp("teacher")
	mine.signUp("alice")
	for _, name := range []string{"alice", "ada"} {
		mine.logInAs(name)
		if a := mine.sessionMe(); a.status != 200 || !strings.Contains(a.body, name) {
			t.Fatalf("%s at the site of the login: %d %s", name, a.status, a.body)
		}
		a := other.call("GET", "/api/session/me", "", "Cookie", "session="+mine.cookie("session"))
		if a.status != 401 || other.trace(a).Reason != "session.find" {
			t.Errorf("%s at the other site: %d %s", name, a.status, a.body)
		}
	}
	for _, asked := range []string{"/api/session/logout", "/api/session/login"} { // neither ends what the other keeps
		other.call("POST", asked, ada, "Cookie", "session="+mine.cookie("session"))
		if a := mine.sessionMe(); a.status != 200 {
			t.Errorf("after %s at the other site: %d %s", asked, a.status, a.body)
		}
	}
}

// A6: a database that is deleted and made anew is another site: what Redis keeps from
// before opens nothing. One that is only opened again is the same.
func TestSessionsOfADeletedDatabaseAreUnknown(t *testing.T) {
	t.Parallel()
	redis, db := sharedRedis(t), filepath.Join(t.TempDir(), "t.db")
	s := openOn(t, db, "--store=redis", redis)
	s.logIn()
	cookie := "session=" + s.cookie("session")
	s.end()
	s = openOn(t, db, "--store=redis", redis)
	if a := s.call("GET", "/api/session/me", "", "Cookie", cookie); a.status != 200 {
		t.Fatalf("opened again: %d %s", a.status, a.body)
	}
	s.end()
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(db + suffix); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	s = openOn(t, db, "--store=redis", redis)
	a := s.call("GET", "/api/session/me", "", "Cookie", cookie)
	if a.status != 401 || s.trace(a).Reason != "session.find" {
		t.Errorf("made anew: %d %s", a.status, a.body)
	}
}

// sharedRedis runs a Redis that no site has started, and is the flag that names it.
func sharedRedis(t *testing.T) string {
	t.Helper()
	const password = "for-several-sites"
	address, _ := outsideRedis(t, redisd.Config{Password: password})
	return "--redis=redis://:" + password + "@" + address
}

func (s *visit) signUp(name string) {
	s.t.Helper()
	if a := s.call("POST", "/api/signup", fmt.Sprintf(`{"username":%q,"password":"correct horse battery"}`, name)); a.status != 201 {
		s.t.Fatalf("sign up: %d %s", a.status, a.body)
	}
}

// logInAs logs somebody in at the session door, with a browser of their own.
func (s *visit) logInAs(name string) {
	s.t.Helper()
	s.client.Jar, _ = cookiejar.New(nil)
	credentials := fmt.Sprintf(`{"username":%q,"password":"correct horse battery"}`, name)
	if name == "ada" {
		credentials = ada
	}
	if a := s.call("POST", "/api/session/login", credentials); a.status != http.StatusOK {
		s.t.Fatalf("log in as %s: %d %s", name, a.status, a.body)
	}
}

// end ends the program as a service manager does.
func (s *visit) end() {
	s.t.Helper()
	if err := s.Cmd.Process.Signal(os.Interrupt); err != nil {
		s.t.Fatal(err)
	}
	s.Ended(s.t)
}
