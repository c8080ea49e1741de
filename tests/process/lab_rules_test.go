package process

import (
	"net/http"
	"net/http/cookiejar"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// other is another browser at the same site.
func (s *visit) other() *visit {
	jar, _ := cookiejar.New(nil)
	return &visit{Site: s.Site, t: s.t, client: &http.Client{Jar: jar, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

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
	if a := s.call("POST", "/api/labs/forgery/begin", `{"sure":true}`); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	for _, id := range []string{``, `no id`, `bm90IGFu\nIGlk`, `bm90IGFu\r\nIGlk`} { // the last two are base64url but for the end of a line
		if a := s.call("POST", "/api/labs/forgery/fixed", `{"id":"`+id+`"}`); a.status != 422 {
			t.Errorf("fixed %q: %d %s", id, a.status, a.body)
		}
	}
}

// A lab that changes the site asks first when others are at work, says so when one of
// them changes something, and puts back what was before when the last one leaves.
func TestLabsShareTheSite(t *testing.T) {
	t.Parallel()
	s := open(t, "--store=sqlite", "--alg=ES256")
	other := s.other()
	other.logIn()
	other.sessionMe()
	if a := s.call("POST", "/api/labs/restart/begin", ""); a.status != 409 || !strings.Contains(a.body, "another seat is at work") {
		t.Errorf("begun without asking: %d %s", a.status, a.body)
	}
	if now := s.chosen(); now.Store != "sqlite" {
		t.Errorf("it has changed the site all the same: %+v", now)
	}
	for _, seat := range []*visit{s, other} {
		if a := seat.call("POST", "/api/labs/restart/begin", `{"sure":true}`); a.status != 200 {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	if now := s.chosen(); now.Store != "memory" || now.Alg != "HS256" {
		t.Errorf("set up: %+v", now)
	}
	other.patch(`{"keys":"per-server"}`)
	if page := s.call("GET", "/labs/restart", "").body; !strings.Contains(page, "Somebody else changed the site") || !strings.Contains(page, "Set the lab up again") {
		t.Error("the page does not say that somebody else has changed the site")
	}
	if page := other.call("GET", "/labs/restart", "").body; strings.Contains(page, "Somebody else changed the site") {
		t.Error("who changed the site is told that somebody else did")
	}
	s.call("POST", "/api/labs/restart/leave", "")
	if now := s.chosen(); now.Store != "memory" {
		t.Errorf("put back while another lab needs it: %+v", now)
	}
	other.call("DELETE", "/api/labs/restart", "")
	if now := s.chosen(); now.Store != "sqlite" || now.Alg != "ES256" || now.Keys != "shared" {
		t.Errorf("not put back: %+v", now)
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

// Who begins a second lab in another tab is told in the first that it changed the site.
func TestLabSaysThatAnotherWasSetUp(t *testing.T) {
	t.Parallel()
	s := open(t)
	says := func(lab string) bool {
		return strings.Contains(s.call("GET", "/labs/"+lab, "").body, "You have set up another lab since")
	}
	s.beginLab("restart")
	s.beginLab("servers")
	if !says("restart") || says("servers") {
		t.Error("the lab that was overtaken does not say so, or the other one does")
	}
	s.beginLab("restart")
	if says("restart") || !says("servers") {
		t.Error("the lab was set up again and still says that another was, or the other one does not")
	}
}

// Where others can reach the site, a lab that changes it is for who knows the
// passcode; one that does not is for everybody.
func TestLabsThatChangeTheSiteNeedThePasscode(t *testing.T) {
	t.Parallel()
	s := open(t, "--listen=0.0.0.0:0", "--passcode=open-sesame")
	if a := s.call("POST", "/api/labs/restart/begin", ""); a.status != 403 || !strings.Contains(a.body, "passcode") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if page := s.call("GET", "/labs/restart", "").body; strings.Contains(page, `id="begin"`) || !strings.Contains(page, "Enter the passcode") {
		t.Error("the page offers to begin it")
	}
	if a := s.call("POST", "/api/labs/over", `{"what":"room"}`); a.status != 403 {
		t.Errorf("the room is forgotten without the passcode: %d", a.status)
	}
	s.beginLab("roles")
	s.enter("open-sesame")
	s.beginLab("restart")
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
	<-s.Exited
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
