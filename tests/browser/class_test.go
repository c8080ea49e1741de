package browser

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"sync"
	"testing"

	"github.com/go-json-experiment/json"

	"twodoors/tests/site"
)

// others are people of a class with programs in place of browsers.
const others = 40

// pupil is one of them: a seat, the cookies that the site gave it, and its token.
type pupil struct {
	t      *testing.T
	url    string
	client *http.Client
	token  string
}

// ask sends a request and reads the answer into a value, nil for none.
func (p *pupil) ask(method, path, body string, into any) (status int) {
	p.t.Helper()
	r, err := http.NewRequest(method, p.url+path, strings.NewReader(body))
	if err != nil {
		p.t.Error(err)
		return 0
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if p.token != "" && strings.HasPrefix(path, "/api/token/") {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	answer, err := p.client.Do(r)
	if err != nil {
		p.t.Error(err)
		return 0
	}
	defer answer.Body.Close()
	if into != nil && json.UnmarshalRead(answer.Body, into) != nil {
		p.t.Errorf("%s %s is no JSON", method, path)
	}
	return answer.StatusCode
}

// take does what somebody does at the beginning: takes a seat, joins, opens a room, logs in at both doors, calls them.
func (p *pupil) take(name string) {
	p.ask("GET", "/class", "", nil)
	for _, step := range []struct{ method, path, body string }{
		{"POST", "/api/class/join", fmt.Sprintf(`{"name":%q}`, name)},
		{"POST", "/api/rooms", ""},
		{"POST", "/api/session/login", `{"username":"ada","password":"lovelace"}`},
	} {
		if status := p.insist(step.method, step.path, step.body, nil); status >= 300 {
			p.t.Errorf("%s: %s %s is answered with %d", name, step.method, step.path, status)
		}
	}
	var login struct {
		Token string `json:"access_token"`
	}
	p.insist("POST", "/api/token/login", `{"username":"ada","password":"lovelace"}`, &login)
	p.token = login.Token
	p.call()
}

// insist asks again while the site is too busy, as a page does.
func (p *pupil) insist(method, path, body string, into any) (status int) {
	for range 20 {
		if status = p.ask(method, path, body, into); status != http.StatusServiceUnavailable {
			break
		}
	}
	return status
}

func (p *pupil) call() {
	p.ask("GET", "/api/session/me", "", nil)
	p.ask("GET", "/api/token/me", "", nil)
}

// pupils are others in the class, who have logged in.
func pupils(t *testing.T, at *site.Site) (all []*pupil) {
	t.Helper()
	var taking sync.WaitGroup
	for i := range others {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		p := &pupil{t: t, url: at.URL, client: &http.Client{Jar: jar}}
		all = append(all, p)
		taking.Go(func() { p.take(fmt.Sprintf("Pupil %02d", i+1)) })
	}
	taking.Wait()
	return all
}

func everybody(all []*pupil, do func(*pupil)) {
	var doing sync.WaitGroup
	for _, p := range all {
		doing.Go(func() { do(p) })
	}
	doing.Wait()
}

// A whole lesson: three windows, of a lecturer, of the wall and of a student on a phone, and forty others. People join, one
// does a lab, all say what they expect, the lecturer crashes every server, the wall shows what came of it; then the class
// is closed, and the next one knows nothing of it.
func TestLessonFromJoiningToTheNextGroup(t *testing.T) {
	t.Parallel()
	lecturer := openTab(t, append(shared, "--rooms=60")...)
	lecturer.patience = longPatience
	openClass(lecturer, "Web security, Tuesday")
	wall := lecturer.another()
	wall.patience = longPatience
	wall.screen(1280, 720)
	wall.visit("/wall")
	wall.untilText("#wall", "/class")
	wall.shoot("wall-join")

	student := openTabAt(t, lecturer.Site)
	student.patience = longPatience
	student.prefer("light", 390)
	joinAs(student, "Quail")
	everyone := pupils(t, lecturer.Site)
	lecturer.untilText("#board-counts", fmt.Sprint(others+1, " people"))
	wall.untilText("#wall", fmt.Sprint(others+1, " people joined"))
	lecturer.inspect("class-board")

	doRestart(student)
	lecturer.until("[...document.querySelectorAll('#board-rows tr')].some((row) => row.textContent.includes('Quail') && row.querySelector('.cell-finished'))")
	predictTogether(lecturer, wall, student, everyone)
	crashEverywhere(lecturer, wall, student, everyone)
	showOnTheWall(lecturer, wall, student)
	nextGroup(lecturer, student)
	lecturer.clean("status of 403")
	student.clean(unauthorized, "status of 409")
}

func openClass(lecturer *tab, name string) {
	lecturer.t.Helper()
	lecturer.visit("/class")
	lecturer.inspect("class-none")
	lecturer.click("main details:has(#passcode) > summary")
	lecturer.fill("#passcode", "open-sesame")
	lecturer.click("#enter")
	lecturer.until("document.querySelector('#class-name')")
	lecturer.fill("#class-name", name)
	lecturer.click("#open-class")
	lecturer.untilText("h1", name)
}

func joinAs(student *tab, name string) {
	student.t.Helper()
	student.visit("/class")
	student.until("document.querySelector('#name')")
	student.inspect("class-join")
	student.fill("#name", name)
	student.click("#join")
	student.untilText("h1", "You are "+name)
	student.inspect("class-joined")
}

func doRestart(student *tab) {
	student.t.Helper()
	student.begin("restart")
	student.doLab("restart")
}

func predictTogether(lecturer, wall, student *tab, everyone []*pupil) {
	t := lecturer.t
	t.Helper()
	student.visit("/labs")
	lecturer.click("#board-controls details:has(#ask-what) > summary")
	lecturer.click("#ask")
	student.until("document.querySelector('#class-answer-token')")
	student.inspect("class-asked")
	student.click("#class-answer-token")
	student.until("document.querySelector('#class-answer-token').getAttribute('aria-pressed') === 'true'")
	everybody(everyone, func(p *pupil) {
		if status := p.ask("POST", "/api/class/answer", `{"answer":"both"}`, nil); status != http.StatusNoContent {
			t.Errorf("an answer is answered with %d", status)
		}
	})
	wall.until(fmt.Sprintf("document.querySelector('.answer-bar-both .mono')?.textContent === '%d'", others))
	wall.shoot("wall-question")
	lecturer.until("document.querySelector('#question-card .answer-bar-token .mono')?.textContent === '1'")
}

func crashEverywhere(lecturer, wall, student *tab, everyone []*pupil) {
	lecturer.t.Helper()
	student.click("#leave-room")
	student.until(where + " === 'the stage'")
	student.visit("/")
	student.logInAtBoth()
	student.until(where + ".startsWith('Your room')")
	lecturer.click("#crash-all")
	lecturer.untilText("#question-card", "Then it happened")
	everybody(everyone, (*pupil).call)
	student.untilText("#class-bar", "It happened: Only the token door")
	student.inspect("class-outcome")
	lecturer.untilText("#question-card", fmt.Sprintf("0 kept · %d lost", others+1))
	lecturer.untilText("#question-card", fmt.Sprintf("%d kept · 0 lost", others+1))
	lecturer.untilText("#question-card", fmt.Sprintf("1/%d expected it", others+1))
	wall.untilText("#wall", fmt.Sprintf("%d kept · 0 lost", others+1))
	wall.shoot("wall-outcome")
	wall.inspect("class-wall")
}

func showOnTheWall(lecturer, wall, student *tab) {
	lecturer.t.Helper()
	student.visit("/inspector/" + student.traceOf("/api/session/me"))
	student.click("#offer")
	student.untilText("#share", "offered")
	lecturer.until("document.querySelector('#offers form button')")
	lecturer.click("#offers form button")
	wall.until("document.querySelector('.wall-trace')")
	if named := eval[bool](wall, "document.querySelector('#wall').textContent.includes('Quail')"); named {
		lecturer.t.Error("the wall names somebody who did not agree to it")
	}
	wall.shoot("wall-trace")
	lecturer.click("#board-rows tr:last-child th a")
	lecturer.until("document.querySelector('#person-card')")
	lecturer.inspect("class-board-person")
}

func nextGroup(lecturer, student *tab) {
	t := lecturer.t
	t.Helper()
	table := eval[string](lecturer, "fetch('/api/class.csv').then((answer) => answer.text())")
	if !strings.Contains(table, "Quail,") || !strings.Contains(table, ",restart,4,4,") {
		t.Errorf("the results are\n%s", table)
	}
	lecturer.click("#close-class")
	lecturer.click("#close-class-sure")
	lecturer.until("document.querySelector('#class-name')")
	lecturer.inspect("class-closed")
	lecturer.fill("#class-name", "Thursday")
	lecturer.click("#open-class")
	lecturer.untilText("h1", "Thursday")
	student.visit("/class/join")
	student.fill("#name", "Dipper")
	student.click("#join")
	student.untilText("h1", "You are Dipper")
	if done := eval[int](student, "fetch('/api/labs').then((answer) => answer.json()).then((labs) => labs.filter((lab) => lab.progress).length)"); done != 0 {
		t.Errorf("somebody new has progress in %d labs", done)
	}
}
