package process

import (
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// from is a visitor at another address of this machine: Linux has all of 127.0.0.0/8.
func (s *visit) from(address string) *visit {
	other := s.other()
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	other.client.Transport = &http.Transport{DialContext: dialer.DialContext}
	s.t.Cleanup(other.client.CloseIdleConnections)
	return other
}

// A room sleeps when another address has none and its own has more than a share. What a page
// asks by itself is told so; the next press wakes it, with the sessions in its database and
// without those in memory.
func TestRoomSleepsForAnother(t *testing.T) {
	t.Parallel()
	s := open(t, "--rooms=3")
	first := s.openRoom()
	neighbours := []*visit{s.other(), s.other()}
	for _, neighbour := range neighbours {
		neighbour.openRoom()
	}
	stranger := s.from("127.0.0.2")
	stranger.call("GET", "/", "")
	crowd := func() { // the first is the one of them that was unused for longest
		t.Helper()
		for _, neighbour := range neighbours {
			neighbour.sessionMe()
		}
		if a := stranger.call("POST", "/api/rooms", ""); a.status != 201 {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	s.patch(`{"store":"sqlite"}`)
	s.logIn()
	crowd()
	timer := []string{"Room", first.Name + ";by=timer"}
	for _, asked := range [][3]string{
		{"GET", "/api/session/me"}, {"PATCH", "/api/settings", `{"alg":"ES256"}`}, {"POST", "/api/servers"}, {"POST", "/api/servers/1/restart"},
	} {
		s.call(asked[0], asked[1], asked[2], timer...).refused(t, "by itself, "+asked[1], 503, `"state":"asleep"`)
	}
	if a := s.call("GET", "/api/servers", "", timer...); !strings.Contains(a.body, `"state":"asleep"`) {
		t.Errorf("its servers are %s", a.body)
	}
	stranger.call("DELETE", "/api/rooms/mine", "")
	began := time.Now()
	if a := s.sessionMe(); a.status != 200 {
		t.Errorf("woken, a session in the database: %d %s", a.status, a.body)
	}
	t.Logf("it woke within %v", time.Since(began))
	s.patch(`{"store":"memory"}`)
	s.logIn()
	crowd()
	stranger.call("DELETE", "/api/rooms/mine", "")
	a := s.sessionMe()
	if a.status != 401 || s.trace(a).Reason != "session.find" || s.tokenMe().status != 200 {
		t.Errorf("woken, a session in memory: %d %s", a.status, a.body)
	}
}
