package process

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// ownRoom is a room as the API tells it.
type ownRoom struct {
	Name, Kind, Lab, State string
	Servers                int
}

// openRoom opens a room of one's own.
func (s *visit) openRoom() (opened ownRoom) {
	s.t.Helper()
	s.call("GET", "/api/token/me", "") // brings the seat
	a := s.call("POST", "/api/rooms", "")
	if a.status != 201 {
		s.t.Fatalf("%d %s", a.status, a.body)
	}
	a.into(s.t, &opened)
	return opened
}

// mine is the room that answers, without a name on the stage.
func (s *visit) mine() (mine ownRoom) {
	s.t.Helper()
	if a := s.call("GET", "/api/rooms/mine", ""); a.status == 200 {
		a.into(s.t, &mine)
	}
	return mine
}

// refused fails the test unless an answer refuses, with a sentence.
func (a answer) refused(t *testing.T, what string, status int, says string) {
	t.Helper()
	if a.status != status || !strings.Contains(a.body, says) {
		t.Errorf("%s: %d %s", what, a.status, a.body)
	}
}

// Where others can reach the site, everybody opens a room and presses every button in it, and
// nothing of that reaches the stage, whose buttons need the passcode.
func TestEverybodyHasTheButtonsOfTheirRoom(t *testing.T) {
	t.Parallel()
	s := open(t, "--listen=0.0.0.0:0", "--passcode=open-sesame")
	s.call("POST", "/api/servers/1/crash", "").refused(t, "on the stage", 403, "passcode")
	stage := s.servers()[0].PID
	room := s.openRoom()
	if room.Kind != "own" || room.State != "awake" || room.Servers != 1 || s.mine() != room {
		t.Errorf("opened %+v, mine is %+v", room, s.mine())
	}
	if a := s.call("POST", "/api/rooms", ""); a.status != 200 || !strings.Contains(a.body, room.Name) {
		t.Errorf("opened twice: %d %s", a.status, a.body)
	}
	s.logIn()
	for _, press := range [][3]string{
		{"POST", "/api/servers/1/restart?wait=1"}, {"POST", "/api/servers/1/crash?wait=1"}, {"POST", "/api/servers"}, {"DELETE", "/api/servers/1"},
		{"PATCH", "/api/settings", `{"store":"redis","alg":"ES256","revocation":"on"}`}, {"POST", "/api/keys/rotate", `{"retire":true}`},
		{"POST", "/api/store/stop"}, {"POST", "/api/store/start"}, {"POST", "/api/servers/2/stop?wait=1"}, {"POST", "/api/servers/2/start?wait=1"},
	} {
		if a := s.call(press[0], press[1], press[2]); a.status >= 300 {
			t.Errorf("%v: %d %s", press, a.status, a.body)
		}
	}
	s.call("PATCH", "/api/settings", `{"servers":4}`).refused(t, "a fourth server", 422, "servers must be from 1 to 3 here.")
	other := s.other()
	if now := other.chosen(); now.Store != "memory" || now.Alg != "HS256" || other.servers()[0].PID != stage {
		t.Errorf("the stage is another: %+v", now)
	}
	other.call("GET", "/api/rooms", "").refused(t, "all rooms", 403, "passcode")
	other.enter("open-sesame")
	if a := other.call("GET", "/api/rooms", ""); a.status != 200 || !strings.Contains(a.body, `"name":"`+room.Name+`"`) {
		t.Errorf("all rooms, with the passcode: %d %s", a.status, a.body)
	}
}

// Who brings no seat could not come back to a room, so none opens, and a sentence says what to
// do. Who has none is told so; who leaves is on the stage.
func TestRoomsBelongToASeat(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.call("POST", "/api/rooms", "").refused(t, "without a seat", 409, "A room belongs to a seat, and this request carried none")
	for _, method := range []string{"GET", "DELETE"} {
		s.call(method, "/api/rooms/mine", "").refused(t, method, 404, "You are on the stage")
	}
	s.openRoom()
	if a := s.call("DELETE", "/api/rooms/mine", ""); a.status != 204 || s.mine() != (ownRoom{}) {
		t.Errorf("%d %s, now in %+v", a.status, a.body, s.mine())
	}
	s.beginLab("restart")
	s.call("POST", "/api/rooms", "").refused(t, "in a lab", 409, "Leave that lab first.")
	none := open(t, "--rooms=0")
	none.call("GET", "/", "")
	none.call("POST", "/api/rooms", "").refused(t, "without rooms", 409, "Start it with --rooms to change that.")
	none.call("POST", "/api/labs/restart/begin", "").refused(t, "a lab without rooms", 409, "Start it with --rooms to change that.")
}

// A11: the cookies of a room are deleted when it ends, and whenever a browser still brings some.
func TestCookiesExpireWithTheirRoom(t *testing.T) {
	t.Parallel()
	s := open(t)
	room := s.openRoom()
	s.logIn()
	want := []string{"refresh-" + room.Name, "session-" + room.Name, "sticky-" + room.Name}
	expired := func(a answer) (names []string) {
		response := http.Response{Header: a.header}
		for _, cookie := range response.Cookies() {
			if cookie.MaxAge < 0 {
				names = append(names, cookie.Name)
			}
		}
		slices.Sort(names)
		return names
	}
	if got := expired(s.sessionMe()); len(got) > 0 {
		t.Errorf("while it is open %v expire", got)
	}
	if got := expired(s.call("DELETE", "/api/rooms/mine", "")); !slices.Equal(got, want) {
		t.Errorf("when it ends %v expire", got)
	}
	if got := expired(s.call("GET", "/api/session/me", "", "Cookie", "session-"+room.Name+"=x")); !slices.Equal(got, want) {
		t.Errorf("brought later, %v expire", got)
	}
}

// The keys of a room have an address for everybody; when it has ended that says so.
func TestKeysOfARoomAreForEverybody(t *testing.T) {
	t.Parallel()
	s := open(t, "--alg=ES256")
	room, stranger := s.openRoom(), s.other()
	keys := stranger.call("GET", "/r/"+room.Name+"/.well-known/jwks.json", "")
	if keys.status != 200 || !strings.Contains(keys.body, `"kid"`) || keys.header.Get("Set-Cookie") != "" {
		t.Errorf("%d %v %s", keys.status, keys.header, keys.body)
	}
	if stage := s.call("GET", "/.well-known/jwks.json", ""); stage.status != 200 || stage.body == keys.body {
		t.Errorf("those of the stage: %d %s", stage.status, stage.body)
	}
	s.call("DELETE", "/api/rooms/mine", "")
	for _, visitor := range []*visit{s, stranger} {
		visitor.call("GET", "/r/"+room.Name+"/.well-known/jwks.json", "").refused(t, "when it has ended", 404, "There is no room with that name, or it has ended")
	}
}

// A terminal that sends its browser's seat is in its browser's room, and a browser in which
// the code of a seat is entered as well.
func TestOneSeatIsInOneRoom(t *testing.T) {
	t.Parallel()
	s := open(t)
	room := s.openRoom()
	terminal, second := s.other(), s.other()
	if a := terminal.call("GET", "/api/rooms/mine", "", "Seat", s.cookie("seat")); a.status != 200 || !strings.Contains(a.body, room.Name) {
		t.Errorf("a terminal: %d %s", a.status, a.body)
	}
	code := seatCode.FindStringSubmatch(s.call("GET", "/labs", "").body)[1]
	if a := second.call("POST", "/labs/seat", "code="+code, "Content-Type", "application/x-www-form-urlencoded"); a.status != 303 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	second.patch(`{"alg":"ES256"}`)
	if second.mine().Name != room.Name || s.chosen().Alg != "ES256" {
		t.Errorf("a second browser is in %+v", second.mine())
	}
	second.call("DELETE", "/api/rooms/mine", "")
	if got := s.mine(); got.Name != "" {
		t.Errorf("the second browser has ended it, and the first is in %+v", got)
	}
}
