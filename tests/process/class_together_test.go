package process

import (
	"maps"
	"path/filepath"
	"strings"
	"testing"
)

// While the lecturer has paused the class, people in it change nothing, and everything goes on afterwards. Others notice
// nothing of it.
func TestPausedClassChangesNothing(t *testing.T) {
	t.Parallel()
	lecturer := openClass(t)
	zoe, stranger := lecturer.student("Zoë"), lecturer.other()
	lecturer.must(204, "POST", "/api/class/steps", `{"paused":true}`)
	for _, ask := range []struct{ method, path, body string }{
		{"POST", "/api/session/login", ada}, {"POST", "/api/labs/restart/begin", ""}, {"POST", "/api/rooms", ""},
		{"PATCH", "/api/settings", `{"store":"database"}`}, {"POST", "/api/servers/1/crash", ""},
	} {
		if a := zoe.call(ask.method, ask.path, ask.body); a.status != 409 || !strings.Contains(a.body, "paused") {
			t.Errorf("%s %s: %d %s", ask.method, ask.path, a.status, a.body)
		}
	}
	zoe.must(401, "GET", "/api/session/me", "")
	stranger.must(200, "POST", "/api/session/login", ada)
	lecturer.must(204, "POST", "/api/class/question", `{"lab":"restart","task":2}`)
	zoe.must(204, "POST", "/api/class/answer", `{"answer":"token"}`)
	lecturer.must(204, "POST", "/api/class/steps", `{"paused":false}`)
	zoe.must(200, "POST", "/api/session/login", ada)
}

// Labs that the lecturer has not opened cannot be begun by people in the class. What changes is told to their pages.
func TestLabsOpenOneByOne(t *testing.T) {
	t.Parallel()
	lecturer := openClass(t)
	zoe, stranger := lecturer.student("Zoë"), lecturer.other()
	sees, board := zoe.hears("/api/traces/events"), lecturer.hears("/api/class/events")
	lecturer.must(204, "POST", "/api/class/steps", `{"open_to":1}`)
	sees(`{"kind":"steps"}`)
	board(`"open_to":1`)
	var labs []labState
	zoe.must(200, "GET", "/api/labs", "").into(t, &labs)
	second := labs[1].Name
	zoe.must(409, "POST", "/api/labs/"+second+"/begin", "")
	if zoe.begun(second) {
		t.Error("it is begun")
	}
	stranger.beginLab(second)
	zoe.beginLab(labs[0].Name)
	board(`"lab":"` + labs[0].Name + `"`)
	lecturer.must(204, "POST", "/api/class/steps", `{"open_to":0}`)
	sees(`{"kind":"steps"}`)
	zoe.beginLab(second)
}

// Answers that the lecturer holds back are shown to nobody in the class, on the page or for asking.
func TestAnswersAreHeldBack(t *testing.T) {
	t.Parallel()
	lecturer := openClass(t)
	zoe, stranger := lecturer.student("Zoë"), lecturer.other()
	const answer, ask = "Press “Log in at both doors”, then", `{"task":1,"hint":3}`
	for _, student := range []*visit{zoe, stranger} {
		student.beginLab("restart")
	}
	lecturer.must(204, "POST", "/api/class/steps", `{"hold_answers":true}`)
	if page := zoe.must(200, "GET", "/labs/restart", "").body; strings.Contains(page, answer) {
		t.Error("the answer is on the page")
	}
	zoe.must(409, "POST", "/api/labs/restart/hint", ask)
	if page := stranger.must(200, "GET", "/labs/restart", "").body; !strings.Contains(page, answer) {
		t.Error("the answer is held back from others")
	}
	lecturer.must(204, "POST", "/api/class/steps", `{"hold_answers":false}`)
	if page := zoe.must(200, "GET", "/labs/restart", "").body; !strings.Contains(page, answer) {
		t.Error("the answer does not come back")
	}
}

// The class says what it expects, every room's server is crashed, and the calls of everybody at both doors are counted.
// Whoever is on the stage keeps their server. The count outlives the program.
func TestCrashInEveryRoomIsCounted(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "t.db")
	lecturer := openOn(t, db)
	lecturer.must(204, "POST", "/api/class/open", `{"name":"Tuesday"}`)
	stage := lecturer.servers()[0]
	zoe, bea, onStage := lecturer.student("Zoë"), lecturer.student("Bea"), lecturer.student("Cem")
	for _, student := range []*visit{zoe, bea} {
		student.beginLab("restart")
		student.logIn()
	}
	lecturer.must(409, "POST", "/api/class/everywhere", `{"do":"crash"}`) // nobody was asked
	sees := zoe.hears("/api/traces/events")
	lecturer.must(204, "POST", "/api/class/question", `{"lab":"restart","task":2}`)
	sees(`{"kind":"question"}`)
	for student, answer := range map[*visit]string{zoe: "token", bea: "both", onStage: "neither"} {
		student.must(422, "POST", "/api/class/answer", `{"answer":"perhaps"}`)
		student.must(204, "POST", "/api/class/answer", `{"answer":"`+answer+`"}`)
	}
	if got, want := lecturer.bars(), map[string]int{"session": 0, "token": 1, "both": 1, "neither": 1}; !maps.Equal(got, want) {
		t.Errorf("%v", got)
	}
	lecturer.must(204, "POST", "/api/class/everywhere", `{"do":"crash"}`)
	sees(`{"kind":"everywhere"}`)
	zoe.must(409, "POST", "/api/class/answer", `{"answer":"both"}`)
	for _, student := range []*visit{zoe, bea} {
		student.must(401, "GET", "/api/session/me", "")
		student.tokenMe()
		student.logIn()
		student.sessionMe() // the first call counts
	}
	want := tallied{SessionsLost: 2, TokensKept: 2, Right: 1, Predicted: 2}
	lecturer.until("all calls are counted", func() bool { return lecturer.class().Question.Tally == want })
	if q := lecturer.class().Question; q.Rooms != 2 || q.Ended == "" || lecturer.servers()[0].PID != stage.PID {
		t.Errorf("%+v", q)
	}
	if wall := lecturer.must(200, "GET", "/wall", "").body; !strings.Contains(wall, "2 lost") || strings.Contains(wall, "Zoë") {
		t.Errorf("the wall: %s", wall)
	}
	lecturer.Cmd.Process.Kill()
	lecturer.Ended(t)
	if q := openOn(t, db).class().Question; q.Tally != want || q.Rooms != 2 {
		t.Errorf("after the program started again: %+v", q)
	}
}

// bars are how many people gave each answer.
func (s *visit) bars() map[string]int {
	s.t.Helper()
	bars := map[string]int{}
	for _, bar := range s.class().Question.Bars {
		bars[bar.Name] = bar.People
	}
	return bars
}
