package process

import (
	"strings"
	"testing"
)

// lecturers are what only the lecturer may ask for. {id} is a person, {class} the class.
var lecturers = []struct{ method, path, body string }{
	{"GET", "/api/class", ""}, {"GET", "/api/class/events", ""}, {"GET", "/api/class/all", ""}, {"GET", "/api/class.csv", ""}, {"GET", "/api/class/grades.csv", ""}, {"GET", "/api/class/results", ""},
	{"GET", "/api/class/records", ""}, {"GET", "/api/class.csv?id={class}", ""}, {"GET", "/api/class/people/{id}", ""}, {"DELETE", "/api/class/people/{id}", ""},
	{"POST", "/api/class/people/{id}/word", ""}, {"POST", "/api/class/open", `{"name":"x"}`}, {"POST", "/api/class/close", `{}`}, {"POST", "/api/class/steps", `{"paused":true}`},
	{"POST", "/api/class/question", `{"lab":"restart","task":2}`}, {"POST", "/api/class/everywhere", `{"do":"crash"}`}, {"POST", "/api/class/wall", `{}`}, {"DELETE", "/api/class/{class}", ""},
	{"GET", "/wall", ""}, {"GET", "/class/events", ""}, {"GET", "/class/people/{id}", ""}, {"POST", "/class/close", ""}, {"POST", "/class/steps", ""}, {"POST", "/class/wall", ""},
	{"POST", "/class/open", ""}, {"POST", "/class/question", ""}, {"POST", "/class/everywhere", ""}, {"POST", "/class/people/{id}/remove", ""}, {"POST", "/class/people/{id}/word", ""}, {"POST", "/class/{class}/delete", ""},
}

// A12: where others can reach the site, only those who know the passcode see the class, whether they are in it or not.
func TestOnlyTheLecturerSeesTheClass(t *testing.T) {
	t.Parallel()
	lecturer := open(t, "--listen=0.0.0.0:0", "--passcode=open-sesame")
	if a := lecturer.enter("open-sesame"); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	lecturer.must(204, "POST", "/api/class/open", `{"name":"Tuesday"}`)
	student, stranger := lecturer.student("Zebedee"), lecturer.other()
	now := lecturer.class()
	in := strings.NewReplacer("{id}", now.People[0].ID, "{class}", now.ID)
	for _, who := range []*visit{lecturer.student("Ada"), stranger} {
		for _, ask := range lecturers {
			a := who.call(ask.method, in.Replace(ask.path), ask.body)
			if a.status != 403 || !strings.Contains(a.body, "passcode") || strings.Contains(a.body, "Zebedee") {
				t.Errorf("%s %s: %d", ask.method, ask.path, a.status)
			}
		}
		for _, page := range []string{"/", "/class", "/class/join", "/bars", "/labs", "/inspector", "/servers", "/api/servers", "/api/labs", "/api/traces"} {
			if a := who.call("GET", page, ""); strings.Contains(a.body, "Zebedee") {
				t.Errorf("%s names another person", page)
			}
		}
	}
	after := lecturer.class()
	if len(after.People) != 2 || after.Steps.Paused || after.ID != now.ID {
		t.Errorf("somebody changed the class: %+v", after)
	}
	if page := student.must(200, "GET", "/class", "").body; !strings.Contains(page, "Zebedee") {
		t.Error("the student's own page does not say the name")
	}
}

// A12, I3: people in a class see nothing of each other's work, and take nothing of it as theirs. The lecturer, who looks,
// sees no credential.
func TestPeopleInAClassSeeNothingOfEachOther(t *testing.T) {
	t.Parallel()
	lecturer := openClass(t)
	zoe, ada := lecturer.student("Zoë"), lecturer.student("Ada")
	zoe.logIn()
	trace := zoe.tokenMe().header.Get("Trace-Id")
	zoe.beginLab("roles")
	if ada.begun("roles") {
		t.Error("one has the other's progress")
	}
	ada.must(404, "GET", "/api/traces/"+trace, "")
	ada.must(404, "GET", "/inspector/"+trace, "")
	ada.must(404, "POST", "/api/class/offer", `{"trace":"`+trace+`","named":true}`)
	if list := ada.must(200, "GET", "/api/traces", "").body; strings.Contains(list, trace) {
		t.Error("the trace is in the other's list")
	}
	for _, p := range lecturer.people() {
		seen := lecturer.must(200, "GET", "/api/class/people/"+p.ID, "").body
		if strings.Contains(seen, trace) != (p.Name == "Zoë") {
			t.Errorf("%s: is the trace there?", p.Name)
		}
		for _, secret := range []string{zoe.token, zoe.seat(), ada.seat(), "lovelace"} {
			if strings.Contains(seen, secret) {
				t.Errorf("the lecturer sees a secret of %s", p.Name)
			}
		}
	}
	lecturer.must(404, "GET", "/api/traces/"+trace, "")
}

// A12: the wall names nobody who did not say so, and shows nothing when the person has left.
func TestWallNamesOnlyThoseWhoAgree(t *testing.T) {
	t.Parallel()
	lecturer := openClass(t)
	zoe := lecturer.student("Zebedee")
	trace := zoe.sessionMe().header.Get("Trace-Id")
	id := lecturer.people()[0].ID
	show := asJSON(map[string]string{"person": id, "trace": trace})
	for _, named := range []string{"", "false", "true"} {
		if named != "" {
			zoe.must(204, "POST", "/api/class/offer", `{"trace":"`+trace+`","named":`+named+`}`)
		}
		lecturer.must(204, "POST", "/api/class/wall", show)
		page := lecturer.must(200, "GET", "/wall", "").body
		if !strings.Contains(page, "/api/session/me") || strings.Contains(page, "Zebedee") != (named == "true") {
			t.Errorf("named %q: the trace is not there, or the name is", named)
		}
	}
	zoe.must(204, "DELETE", "/api/class/join", "")
	if now := lecturer.class(); now.Wall != "" || len(now.Offers) != 0 {
		t.Errorf("after they left: %+v", now)
	}
}
