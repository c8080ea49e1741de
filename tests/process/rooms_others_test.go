package process

import (
	"regexp"
	"strings"
	"testing"
)

// adaAlone is the name, and not some letters of another word.
var adaAlone = regexp.MustCompile(`\bada\b`)

// A11: another seat can neither read the traces of my room, nor end it, nor use it by its
// name, nor by what it issued to me, in no way.
func TestNobodyUsesTheRoomOfAnother(t *testing.T) {
	t.Parallel()
	s := open(t, "--listen=0.0.0.0:0", "--passcode=open-sesame")
	room := s.openRoom()
	s.logIn()
	seen := s.sessionMe().header.Get("Trace-Id")
	cookies := "session-" + room.Name + "=" + s.cookie("session-"+room.Name)
	bearer := "Bearer " + s.token
	before := s.servers()
	for where, prepare := range map[string]func(*visit){
		"on the stage":          func(v *visit) { v.call("GET", "/", "") },
		"in a room of its own":  func(v *visit) { v.openRoom() },
		"in a lab":              func(v *visit) { v.call("GET", "/", ""); v.beginLab("restart") },
		"in a lab with clients": func(v *visit) { v.call("GET", "/", ""); v.beginLab("theft") },
	} {
		t.Run(where, func(t *testing.T) {
			thief := s.other()
			prepare(thief)
			at := thief.mine().Name
			for _, test := range []struct {
				what, method, path string
				status             int // wanted
				headers            []string
			}{
				{"a session under its room's name", "GET", "/api/session/me", 401, []string{"Cookie", cookies}},
				{"a session under the thief's room's name", "GET", "/api/session/me", 401, []string{"Cookie", "session-" + at + "=" + s.cookie("session-"+room.Name)}},
				{"a session under the stage's name", "GET", "/api/session/me", 401, []string{"Cookie", "session=" + s.cookie("session-"+room.Name)}},
				{"a token", "GET", "/api/token/me", 401, []string{"Authorization", bearer}},
				{"the header Room", "GET", "/api/session/me", 409, []string{"Room", room.Name}},
				{"the header Room, and a press", "POST", "/api/servers/1/crash", 409, []string{"Room", room.Name}},
				{"the header Room, by a timer", "DELETE", "/api/rooms/mine", 409, []string{"Room", room.Name + ";by=timer"}},
				{"a path below its name", "GET", "/r/" + room.Name + "/api/session/me", 404, []string{"Authorization", bearer}},
				{"its servers", "GET", "/r/" + room.Name + "/servers", 404, nil},
				{"its keys, changed", "POST", "/r/" + room.Name + "/.well-known/jwks.json", 405, nil},
				{"its name for a seat", "GET", "/api/traces/" + seen, 404, []string{"Seat", room.Name}},
				{"its trace", "GET", "/api/traces/" + seen, 404, nil},
				{"its trace on a page", "GET", "/inspector/" + seen, 404, nil},
				{"a room by its name", "DELETE", "/api/rooms/" + room.Name, 404, nil},
				{"all rooms", "GET", "/api/rooms", 403, nil},
			} {
				a := thief.call(test.method, test.path, "", test.headers...)
				if a.status != test.status || adaAlone.MatchString(a.body) {
					t.Errorf("%s: %d %s", test.what, a.status, a.body)
				}
			}
			if a := thief.call("POST", "/api/inspect/token", `{"token":"`+s.token+`"}`); !strings.Contains(a.body, "issued in another room, "+room.Name) {
				t.Errorf("its token, decoded: %s", a.body)
			}
			if at != "" {
				thief.call("POST", "/api/servers/1/crash?wait=1", "")
				thief.call("DELETE", "/api/rooms/mine", "")
			}
		})
	}
	if now := s.servers(); now[0].PID != before[0].PID || s.mine() != room || s.sessionMe().status != 200 || s.tokenMe().status != 200 {
		t.Errorf("the room is another: %+v, %+v", s.mine(), now)
	}
	if list := s.call("GET", "/api/traces", "").body; strings.Contains(list, "/r/"+room.Name) {
		t.Error("what others sent is among my traces")
	}
}
