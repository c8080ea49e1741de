package process

import (
	"strings"
	"testing"
)

// A room that cannot wake says why on its pages and to every press, and can be left.
func TestRoomThatCannotWakeCanBeLeft(t *testing.T) {
	t.Parallel()
	const full = "This machine has no memory for another room. Try again in a minute."
	s := open(t, "--rooms=1")
	s.openRoom()
	second := s.other()
	second.openRoom() // nothing was asked of the first, so it sleeps at once
	second.sessionMe()
	s.call("GET", "/api/session/me", "").refused(t, "a call", 503, full)
	s.call("POST", "/api/servers/1/crash", "").refused(t, "a press", 503, full)
	s.call("GET", "/session/login", "", "Accept", "text/html").refused(t, "a page of its servers", 503, full)
	for _, path := range []string{"/servers", "/labs", "/inspector"} {
		if a := s.call("GET", path, "", "Accept", "text/html"); a.status != 200 || !strings.Contains(a.body, full) || !strings.Contains(a.body, "/rooms/leave") {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if a := s.call("DELETE", "/api/rooms/mine", ""); a.status != 204 || s.sessionMe().status != 401 {
		t.Errorf("left: %d %s", a.status, a.body)
	}
	if got := second.mine(); got.State != "awake" {
		t.Errorf("the other is %+v", got)
	}
}
