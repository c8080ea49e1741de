package process

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// cookies are what the browser would send to the site, by name.
func (s *visit) cookies() map[string]string {
	s.t.Helper()
	address, err := url.Parse(s.URL)
	if err != nil {
		s.t.Fatal(err)
	}
	kept := map[string]string{}
	for _, cookie := range s.client.Jar.Cookies(address) {
		kept[cookie.Name] = cookie.Value
	}
	return kept
}

// room is the name of the room that answers.
func (s *visit) room() string {
	s.t.Helper()
	var mine struct{ Name string }
	s.call("GET", "/api/rooms/mine", "").into(s.t, &mine)
	return mine.Name
}

// S3, S4: the copy of a session cookie, which the servers lab keeps, stays in the
// browser that had it, out of every script's reach; it opens nothing before it is put
// back, and is put back once.
func TestCopyOfASessionStaysInItsBrowser(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.beginLab("servers")
	if a := s.call("POST", "/api/labs/servers/copy", ""); a.status != 409 {
		t.Errorf("without a session: %d %s", a.status, a.body)
	}
	s.logIn()
	room := "-" + s.room()
	id := s.cookies()["session"+room]
	a := s.call("POST", "/api/labs/servers/copy", "")
	set := strings.Join(a.header["Set-Cookie"], "\n")
	if a.status != 200 || strings.Contains(a.body, id) || !strings.Contains(set, "copy"+room+"="+id) ||
		!strings.Contains(set, "HttpOnly") || !strings.Contains(set, "SameSite=Strict") || strings.Contains(set, "Domain") {
		t.Fatalf("%d %s %s", a.status, a.body, set)
	}
	s.client.Jar = nil
	if a := s.call("GET", "/api/session/me", "", "Cookie", "copy"+room+"="+id); a.status != 401 {
		t.Errorf("the copy by itself: %d", a.status)
	}
}

// S2, S4: what is put back as session cookie is an id that the request brought as a
// copy, once; a new one, a malformed one, and none are refused.
func TestOnlyACopyIsPutBack(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.beginLab("servers")
	id, seat, room := strings.Repeat("A", 43), s.cookies()["seat"], "-"+s.room()
	session, copied := "session"+room+"=", "copy"+room+"="
	s.client.Jar = nil
	for what, brought := range map[string]string{
		"none": "", "too short": copied + "AAAA", "other letters": copied + strings.Repeat("!", 43), "two": copied + id + "; " + copied + id,
		"over HTTPS only": "__Host-" + copied + id, "a session": session + id, "with a line break": copied + id[1:] + "%0A", "of the stage": "copy=" + id,
	} {
		a := s.call("POST", "/api/labs/servers/back", "", "Seat", seat, "Cookie", brought)
		if set := strings.Join(a.header["Set-Cookie"], "\n"); a.status != 409 || strings.Contains(set, session) {
			t.Errorf("%s: %d %s", what, a.status, set)
		}
	}
	a := s.call("POST", "/api/labs/servers/back", "", "Seat", seat, "Cookie", copied+id)
	if set := strings.Join(a.header["Set-Cookie"], "\n"); a.status != 200 || !strings.Contains(set, session+id) || !strings.Contains(set, copied+";") || !strings.Contains(set, "HttpOnly") {
		t.Errorf("%d %s", a.status, set)
	}
	if a := s.call("GET", "/api/session/me", "", "Seat", seat, "Cookie", session+id); a.status != 401 {
		t.Errorf("an id that nobody issued: %d", a.status)
	}
}

// W1: another site's page can neither have a session copied nor one put back, nor
// send anybody elsewhere.
func TestOtherSitesMoveNoCookies(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.logIn()
	for _, act := range []string{"copy", "back", "elsewhere"} {
		if a := s.call("POST", "/api/labs/servers/"+act, "", "Sec-Fetch-Site", "cross-site"); a.status != http.StatusForbidden {
			t.Errorf("%s: %d %v", act, a.status, a.header["Set-Cookie"])
		}
		if a := s.call("GET", "/api/labs/servers/"+act, ""); a.status != http.StatusMethodNotAllowed {
			t.Errorf("%s by GET: %d", act, a.status)
		}
	}
}

// A lab that is left or begun while it has a server stopped, or the store taken away,
// leaves nothing stopped behind.
func TestLabsLeaveNothingStopped(t *testing.T) {
	t.Parallel()
	s := open(t, "--servers=2")
	stopped := func() bool {
		for _, server := range s.servers() {
			if server.State != "ready" {
				return true
			}
		}
		return false
	}
	s.beginLab("servers")
	s.call("POST", "/api/servers/1/stop?wait=1", "")
	if !stopped() {
		t.Fatal("server 1 was not stopped")
	}
	if a := s.call("POST", "/api/labs/servers/leave", ""); a.status != 200 || stopped() || len(s.servers()) != 2 {
		t.Errorf("left: %d %s %v", a.status, a.body, s.servers())
	}
	s.beginLab("store")
	s.call("POST", "/api/store/stop", "")
	if s.store().State != "away" {
		t.Fatalf("the store: %+v", s.store())
	}
	s.call("POST", "/api/labs/store/leave", "")
	s.beginLab("store")
	if s.store().State != "up" {
		t.Errorf("begun again: %+v", s.store())
	}
}
