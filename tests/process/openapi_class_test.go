package process

import (
	"fmt"
	"strings"
)

// askClass opens a class, takes part in it, and closes it.
func (d *described) askClass() {
	d.t.Helper()
	d.askNoClass()
	for _, body := range []string{`{"name":"Tuesday"}`, `{"name":"Wednesday"}`, `{"name":""}`, `{"name":7}`} {
		d.ask("POST", "/api/class/open", body)
	}
	d.ask("GET", "/api/class", "")
	for _, body := range []string{`{"name":"Zoë"}`, `{"name":"Zoë B."}`, `{"name":"a\u202eb"}`, `{"nick":"Zoë"}`} {
		d.ask("POST", "/api/class/join", body)
	}
	d.ask("POST", "/api/class/join", "name=x", "Content-Type", "text/plain")
	for _, body := range []string{`{"paused":true}`, `{"paused":false,"open_to":3,"minutes":10,"hold_answers":true,"stuck_after":9,"active_within":2}`, `{"open_to":99}`, `{"minutes":"x"}`} {
		d.ask("POST", "/api/class/steps", body)
	}
	d.askTogether()
	d.askPerson()
	d.askKept()
}

// askNoClass asks for what needs an open class, before one is.
func (d *described) askNoClass() {
	d.t.Helper()
	for _, path := range []string{"/api/class", "/api/class/all", "/api/class.csv", "/api/class/grades.csv", "/api/class/results?id=none", "/api/class/records", "/api/class/people/none"} {
		d.ask("GET", path, "")
	}
	d.ask("DELETE", "/api/class/people/none", "")
	d.ask("DELETE", "/api/class/join", "")
	d.ask("DELETE", "/api/class/none", "")
	d.ask("POST", "/api/class/people/none/word", "")
	for path, body := range map[string]string{
		"open": `{"id":"none"}`, "close": `{}`, "steps": `{"paused":true}`, "question": `{"lab":"restart","task":2}`, "everywhere": `{"do":"crash"}`, "wall": `{}`,
		"join": `{"name":"Zoë"}`, "rejoin": `{"word":"bababa"}`, "answer": `{"answer":"both"}`, "offer": `{"trace":"none"}`,
	} {
		d.ask("POST", "/api/class/"+path, body)
	}
}

// askTogether asks the class a question, has every server crashed, and shows on the wall what came of it.
func (d *described) askTogether() {
	d.t.Helper()
	for _, body := range []string{`{"lab":"restart","task":2}`, `{"lab":"restart","task":1}`, `{"lab":2}`} {
		d.ask("POST", "/api/class/question", body)
	}
	for _, body := range []string{`{"answer":"token"}`, `{"answer":"perhaps"}`, `{"answer":1}`} {
		d.ask("POST", "/api/class/answer", body)
	}
	d.ask("POST", "/api/class/everywhere", `{"do":"crash"}`) // on the stage
	d.ask("POST", "/api/labs/restart/begin", "")
	d.ask("POST", "/api/session/login", ada)
	for _, body := range []string{`{"do":"crash"}`, `{"do":"restart"}`, `{}`, `{`} {
		d.ask("POST", "/api/class/everywhere", body)
	}
	called := d.ask("GET", "/api/session/me", "")
	for _, body := range []string{`{"end":true}`, `{"lab":"restart","task":2}`, `{"end":true}`} {
		d.ask("POST", "/api/class/question", body)
	}
	offered := called.header.Get("Trace-Id")
	for _, body := range []string{`{"trace":"` + offered + `","named":true}`, `{"trace":"none"}`, `{"trace":7}`} {
		d.ask("POST", "/api/class/offer", body)
	}
	id := d.people()[0].ID
	for _, body := range []string{`{"person":"` + id + `","trace":"` + offered + `"}`, `{"person":"none","trace":"` + offered + `"}`, `{"question":true}`, `{}`, `{"show":1}`} {
		d.ask("POST", "/api/class/wall", body)
		d.ask("GET", "/api/class?sort=help", "")
	}
	d.ask("POST", "/api/labs/restart/leave", "")
}

// askPerson looks at the one who joined, lets them in again, and removes them.
func (d *described) askPerson() {
	d.t.Helper()
	id := d.people()[0].ID
	d.ask("GET", "/api/class/people/"+id, "")
	var told struct{ Word string }
	d.ask("POST", "/api/class/people/"+id+"/word", "").into(d.t, &told)
	for _, body := range []string{`{"word":"` + told.Word + `"}`, `{"word":7}`, `{`} {
		d.ask("POST", "/api/class/rejoin", body)
	}
	for range 12 {
		d.ask("POST", "/api/class/rejoin", `{"word":"wrong"}`)
	}
	for _, path := range []string{"/api/class/results", "/api/class.csv", "/api/class/grades.csv", "/api/class/records"} {
		d.ask("GET", path, "")
	}
	for _, of := range []string{id, id} {
		d.ask("DELETE", "/api/class/people/"+of, "")
	}
	d.ask("POST", "/api/class/join", `{"name":"Zoë"}`)
	d.ask("DELETE", "/api/class/join", "")
}

// askKept closes the class, and does with the closed one what can be done.
func (d *described) askKept() {
	d.t.Helper()
	d.ask("POST", "/api/class/close", `{"now":true}`)
	d.ask("POST", "/api/class/close", `{}`)
	var kept []struct{ ID string }
	d.ask("GET", "/api/class/all", "").into(d.t, &kept)
	if len(kept) != 1 {
		d.t.Fatalf("%d classes are kept", len(kept))
	}
	id := kept[0].ID
	for _, path := range []string{"/api/class/results?id=", "/api/class.csv?id=", "/api/class/grades.csv?id=", "/api/class/records?id="} {
		d.ask("GET", path+id, "")
	}
	d.ask("POST", "/api/class/open", fmt.Sprintf(`{"id":%q}`, id))
	d.ask("DELETE", "/api/class/"+id, "")
	d.ask("POST", "/api/class/close", `{}`)
	if a := d.ask("DELETE", "/api/class/"+id, ""); a.status != 204 || strings.Contains(d.ask("GET", "/api/class/all", "").body, id) {
		d.t.Errorf("deleting it: %d", a.status)
	}
}
