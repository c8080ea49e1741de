package process

import (
	"encoding/csv"
	"path/filepath"
	"strings"
	"testing"
)

// results are the rows of the CSV of a class.
func (s *visit) results(query string) [][]string {
	s.t.Helper()
	rows, err := csv.NewReader(strings.NewReader(s.must(200, "GET", "/api/class.csv"+query, "").body)).ReadAll()
	if err != nil {
		s.t.Fatal(err)
	}
	return rows
}

// A12: nothing is left of somebody who was removed: name, answers, progress, traces.
func TestNothingIsLeftOfWhoWasRemoved(t *testing.T) {
	t.Parallel()
	lecturer := openClass(t)
	zoe := lecturer.student("Zebedee")
	lecturer.must(204, "POST", "/api/class/question", `{"lab":"restart","task":2}`)
	zoe.must(204, "POST", "/api/class/answer", `{"answer":"both"}`)
	zoe.beginLab("roles")
	trace := zoe.sessionMe().header.Get("Trace-Id")
	zoe.must(204, "POST", "/api/class/offer", `{"trace":"`+trace+`","named":true}`)
	id := lecturer.people()[0].ID
	lecturer.must(204, "POST", "/api/class/wall", asJSON(map[string]string{"person": id, "trace": trace}))
	lecturer.must(204, "DELETE", "/api/class/people/"+id, "")

	if now := lecturer.class(); len(now.People) != 0 || len(now.Offers) != 0 || now.Wall != "" || now.Question.Bars[2].People != 0 {
		t.Errorf("the class has %+v", now)
	}
	for _, path := range []string{"/class", "/wall", "/api/class", "/api/class.csv", "/api/class/results", "/api/class/all"} {
		if a := lecturer.must(200, "GET", path, ""); strings.Contains(a.body, "Zebedee") || strings.Contains(a.body, id) {
			t.Errorf("%s names them", path)
		}
	}
	lecturer.must(404, "GET", "/api/class/people/"+id, "")
	if zoe.begun("roles") {
		t.Error("the progress is there")
	}
	zoe.must(404, "GET", "/api/traces/"+trace, "")
	zoe.must(404, "GET", "/api/rooms/mine", "")
	zoe.must(409, "POST", "/api/class/answer", `{"answer":"both"}`)
}

// Who comes to the next class with the same browser begins as somebody new there. The earlier class has all it had, and
// has it again when it is opened again.
func TestNextClassBeginsAfresh(t *testing.T) {
	t.Parallel()
	lecturer := openClass(t)
	zoe := lecturer.student("Zebedee")
	zoe.beginLab("roles")
	first, seat := lecturer.class().ID, zoe.seat()
	lecturer.must(409, "POST", "/api/class/open", `{"name":"Wednesday"}`)
	lecturer.must(204, "POST", "/api/class/close", `{}`)
	lecturer.must(409, "GET", "/api/class", "")
	zoe.must(409, "POST", "/api/class/join", `{"name":"Zebedee"}`)
	zoe.must(404, "GET", "/api/rooms/mine", "")

	lecturer.must(204, "POST", "/api/class/open", `{"name":"Wednesday"}`)
	zoe.join("Zebedee", 204)
	if zoe.seat() == seat || zoe.begun("roles") {
		t.Error("the seat or the progress of the earlier class is there")
	}
	if people := lecturer.people(); len(people) != 1 || people[0].Name != "Zebedee" || len(people[0].Labs) != 0 {
		t.Errorf("%+v", people)
	}
	if rows := lecturer.results("?id=" + first); len(rows) != 2 || rows[1][0] != "Zebedee" || rows[1][3] != "roles" {
		t.Errorf("the results of the earlier class: %q", rows)
	}
	lecturer.must(204, "POST", "/api/class/close", `{}`)
	lecturer.must(204, "POST", "/api/class/open", `{"id":"`+first+`"}`)
	again := lecturer.people()
	if len(again) != 1 || again[0].Name != "Zebedee" || len(again[0].Labs) != 1 || again[0].Labs[0].State != "left" {
		t.Errorf("opened again: %+v", again)
	}
	var told struct{ Word string }
	lecturer.must(200, "POST", "/api/class/people/"+again[0].ID+"/word", "").into(t, &told)
	zoe.must(204, "POST", "/api/class/rejoin", `{"word":"`+told.Word+`"}`)
	if zoe.seat() != seat || !zoe.begun("roles") {
		t.Error("the word did not bring the seat of the earlier class")
	}
}

// A class that is deleted takes all of it away; the open one is not.
func TestDeletedClassIsGone(t *testing.T) {
	t.Parallel()
	lecturer := openClass(t)
	zoe := lecturer.student("Zebedee")
	zoe.beginLab("roles")
	id := lecturer.class().ID
	lecturer.must(409, "DELETE", "/api/class/"+id, "")
	lecturer.must(204, "POST", "/api/class/close", `{}`)
	lecturer.must(204, "DELETE", "/api/class/"+id, "")
	lecturer.must(404, "DELETE", "/api/class/"+id, "")
	lecturer.must(404, "GET", "/api/class.csv?id="+id, "")
	lecturer.must(404, "POST", "/api/class/open", `{"id":"`+id+`"}`)
	if zoe.begun("roles") {
		t.Error("the progress is there")
	}
}

// What a class has outlives the program, however that ends.
func TestClassOutlivesTheProgram(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "t.db")
	lecturer := openOn(t, db)
	lecturer.must(204, "POST", "/api/class/open", `{"name":"Tuesday"}`)
	zoe := lecturer.student("Zoë")
	lecturer.must(204, "POST", "/api/class/steps", `{"open_to":3,"paused":true}`)
	lecturer.must(204, "POST", "/api/class/question", `{"lab":"restart","task":2}`)
	zoe.must(204, "POST", "/api/class/answer", `{"answer":"both"}`)
	before := lecturer.class()
	lecturer.Cmd.Process.Kill()
	lecturer.Ended(t)

	lecturer = openOn(t, db)
	again := lecturer.other()
	again.client.Jar = zoe.client.Jar
	after := lecturer.class()
	if after.ID != before.ID || len(after.People) != 1 || after.People[0].ID != before.People[0].ID || after.People[0].Name != "Zoë" {
		t.Errorf("%+v", after)
	}
	if after.Steps.OpenTo != 3 || !after.Steps.Paused || after.Question.Bars[2].Name != "both" || after.Question.Bars[2].People != 1 {
		t.Errorf("%+v", after)
	}
	again.must(409, "POST", "/api/session/login", ada)
	again.must(204, "POST", "/api/class/answer", `{"answer":"token"}`)
}
