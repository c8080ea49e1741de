package process

import (
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// other is another browser at the same site.
func (s *visit) other() *visit { return visiting(s.t, s.Site) }

// chosen are the settings of the site.
func (s *visit) chosen() (settings struct{ Store, Alg, Keys string }) {
	s.t.Helper()
	var v struct {
		Settings *struct{ Store, Alg, Keys string }
	}
	v.Settings = &settings
	s.call("GET", "/api/servers", "").into(s.t, &v)
	return settings
}

// What a lab cannot answer it refuses, on the page and through the API.
func TestLabsRefuseWhatCannotBe(t *testing.T) {
	t.Parallel()
	s := open(t)
	for _, path := range []string{"/labs/nothing", "/api/labs/nothing", "/api/labs/nothing/record"} {
		if a := s.call("GET", path, ""); a.status != 404 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if a := s.call("GET", "/api/labs/restart/record", ""); a.status != 409 || !strings.Contains(a.body, "not finished") {
		t.Errorf("the record of a lab that was not begun: %d %s", a.status, a.body)
	}
	if a := s.call("POST", "/api/labs/over", `{"what":"house"}`); a.status != 422 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := s.call("POST", "/api/labs/forgery/begin", ""); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	for _, id := range []string{``, `no id`, `bm90IGFu\nIGlk`, `bm90IGFu\r\nIGlk`} { // the last two are base64url but for the end of a line
		if a := s.call("POST", "/api/labs/forgery/fixed", `{"id":"`+id+`"}`); a.status != 422 {
			t.Errorf("fixed %q: %d %s", id, a.status, a.body)
		}
	}
}

// A lab has a room of its own with what it needs: neither the stage nor another lab's room
// changes with it, and nobody there is logged out.
func TestLabsHaveRoomsOfTheirOwn(t *testing.T) {
	t.Parallel()
	s := open(t, "--store=sqlite", "--alg=ES256")
	s.logIn()
	first, second := s.other(), s.other()
	first.beginLab("restart")
	second.beginLab("restart")
	if now := first.chosen(); now.Store != "memory" || now.Alg != "HS256" {
		t.Errorf("set up: %+v", now)
	}
	first.patch(`{"keys":"per-server"}`)
	first.call("POST", "/api/servers/1/crash?wait=1", "")
	if now := second.chosen(); now.Keys != "shared" || second.servers()[0].Starts != 1 {
		t.Errorf("another seat's lab: %+v", now)
	}
	if now := s.chosen(); now.Store != "database" || now.Alg != "ES256" || s.servers()[0].Starts != 1 {
		t.Errorf("the stage: %+v", now)
	}
	if a := s.sessionMe(); a.status != 200 {
		t.Errorf("on the stage: %d %s", a.status, a.body)
	}
	s.beginLab("restart")
	if a := s.sessionMe(); a.status != 401 {
		t.Errorf("in the room of a lab, with a session of the stage: %d %s", a.status, a.body)
	}
	s.call("POST", "/api/labs/restart/leave", "")
	if a := s.sessionMe(); a.status != 200 {
		t.Errorf("back on the stage: %d %s", a.status, a.body)
	}
}

// A server that crashes in the middle of a lab, and that nobody there has crashed, is
// told of on its page. To go on the lab is set up again.
func TestLabSaysThatAServerCrashed(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.beginLab("restart")
	says := func() bool {
		return strings.Contains(s.call("GET", "/labs/restart", "").body, "Server 1 ended by itself")
	}
	s.call("POST", "/api/servers/1/crash?wait=1", "")
	if says() {
		t.Error("the visitor crashed the server, and is told that it ended by itself")
	}
	if err := kill(s.servers()[0].PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	s.until("the lab says that a server crashed", says)
	s.beginLab("restart")
	if says() {
		t.Error("the lab was set up again, and still says that a server crashed")
	}
}

// Who begins a second lab leaves the first: its room ends, and its progress stays.
func TestOneLabAtATime(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.beginLab("restart")
	s.paste(s.commands("/labs/restart")[:3]) // the preamble and the first task
	if page := s.call("GET", "/labs/servers", "").body; !strings.Contains(page, "If you begin this one, that room closes") {
		t.Error("the page does not say that the room of the other lab ends")
	}
	s.beginLab("servers")
	if n := len(s.servers()); n != 3 {
		t.Errorf("the second lab has %d servers, want its three", n)
	}
	if page := s.call("GET", "/labs/restart", "").body; !strings.Contains(page, "Continue this lab") {
		t.Error("the first lab is not left")
	}
	s.beginLab("restart")
	if got := s.lab("restart"); len(got.Progress.Ticks) != 1 || len(s.servers()) != 1 {
		t.Errorf("the first lab again: %+v, with %d servers", got, len(s.servers()))
	}
}

// Labs need no passcode where others can reach the site: they change nothing for others. What
// everybody shares needs it.
func TestLabsNeedNoPasscode(t *testing.T) {
	t.Parallel()
	s := open(t, "--listen=0.0.0.0:0", "--passcode=open-sesame")
	s.call("GET", "/", "") // brings the seat
	if a := s.call("PATCH", "/api/settings", `{"alg":"ES256"}`); a.status != 403 {
		t.Errorf("the stage is changed without the passcode: %d", a.status)
	}
	if a := s.call("POST", "/api/labs/over", `{"what":"room"}`); a.status != 403 {
		t.Errorf("everybody's labs are reset without the passcode: %d", a.status)
	}
	s.beginLab("restart")
	s.patch(`{"alg":"ES256"}`)
	if now := s.other().chosen(); now.Alg != "HS256" {
		t.Errorf("the stage goes by the settings of a lab: %+v", now)
	}
}

// Progress survives a front that is killed, and what comes after it counts.
func TestProgressSurvivesTheFront(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "t.db")
	s := openOn(t, db)
	s.beginLab("restart")
	s.paste(s.commands("/labs/restart")[:3]) // the preamble and the first task
	if got := s.lab("restart"); len(got.Progress.Ticks) != 1 {
		t.Fatalf("%+v", got)
	}
	s.Cmd.Process.Kill()
	s.Ended(t)
	again := openOn(t, db)
	again.client = s.client // the same browser, with its seat
	if got := again.lab("restart"); len(got.Progress.Ticks) != 1 {
		t.Fatalf("after the kill: %+v", got)
	}
	again.beginLab("restart")
	again.paste(again.commands("/labs/restart"))
	if got := again.lab("restart"); got.Progress.Finished == "" {
		t.Errorf("it does not go on: %+v", got)
	}
}

var seatCode = regexp.MustCompile(`seat-code">([A-Z2-7-]{39})<`)

// C2: progress belongs to a seat, whose code takes it to another browser; a code that
// was never shown does not. Starting over forgets what it says and no more.
func TestProgressBelongsToASeat(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.beginLab("restart")
	s.paste(s.commands("/labs/restart")[:3])
	other := s.other()
	if got := other.lab("restart"); len(got.Progress.Ticks) != 0 {
		t.Fatalf("another seat sees %+v", got)
	}
	found := seatCode.FindStringSubmatch(s.call("GET", "/labs", "").body)
	if found == nil {
		t.Fatal("the page shows no code")
	}
	enter := func(code string) int {
		return other.call("POST", "/labs/seat", "code="+code, "Content-Type", "application/x-www-form-urlencoded").status
	}
	for _, wrong := range []string{"", "AAAA-AAAA", strings.Repeat("A", 32), "B" + found[1][1:], found[1][:38]} {
		if wrong != found[1] && enter(wrong) != 422 {
			t.Errorf("%q is taken for the code of a seat", wrong)
		}
	}
	if status := enter(strings.ToLower(strings.ReplaceAll(found[1], "-", " "))); status != 303 {
		t.Fatalf("the code: %d", status)
	}
	if got := other.lab("restart"); len(got.Progress.Ticks) != 1 {
		t.Errorf("with the code it sees %+v", got)
	}
	third := s.other()
	third.beginLab("roles")
	if a := s.call("POST", "/api/labs/over", `{"what":"seat"}`); a.status != 204 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if got := s.lab("restart"); len(got.Progress.Ticks) != 0 || s.call("GET", "/api/traces", "").body != "[]\n" {
		t.Errorf("the seat is not forgotten: %+v", got)
	}
	if a := third.call("GET", "/api/labs/roles", ""); !strings.Contains(a.body, `"begun"`) {
		t.Errorf("another seat is forgotten as well: %s", a.body)
	}
	s.call("POST", "/api/labs/over", `{"what":"room"}`)
	if a := third.call("GET", "/api/labs/roles", ""); strings.Contains(a.body, `"begun"`) {
		t.Errorf("the room is not forgotten: %s", a.body)
	}
}
