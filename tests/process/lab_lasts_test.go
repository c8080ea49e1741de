package process

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"twodoors/data/sqlite"
)

var linkedTrace = regexp.MustCompile(`/inspector/([A-Z2-7]{26})`)

// linksToTraces are the requests that a page links to, which have to be there, by the page and by the API.
func (s *visit) linksToTraces(page string) (n int) {
	s.t.Helper()
	for _, link := range linkedTrace.FindAllStringSubmatch(page, -1) {
		for _, path := range []string{link[0], "/api/traces/" + link[1]} {
			if a := s.call("GET", path, ""); a.status != 200 {
				s.t.Errorf("%s: %d %s", path, a.status, a.body)
			}
		}
		n++
	}
	return n
}

// isKept waits until a trace of the seat is in the database.
func (s *visit) isKept(db, id string) {
	s.t.Helper()
	beside, err := sqlite.OpenExisting(s.t.Context(), db)
	if err != nil {
		s.t.Fatal(err)
	}
	defer beside.Close()
	seat := s.cookieFor("/", "seat")[22:]
	s.until("what was done is in the database", func() bool {
		record, err := beside.Progress.Trace(s.t.Context(), seat, id)
		return err == nil && strings.Contains(string(record), id)
	})
}

// What was done within a task counts though the program is killed before it is done, and what
// the page links to is there when the program is started again, for its own seat.
func TestHalfATaskOutlivesTheProgram(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "t.db")
	s := openOn(t, db)
	s.call("GET", "/labs", "")
	s.beginLab("roles")
	half := s.call("GET", "/api/session/admin", "").header.Get("Trace-Id")
	s.isKept(db, half)
	s.Cmd.Process.Kill()
	s.Ended(t)

	again := openOn(t, db)
	again.client.Jar = s.client.Jar
	page := again.call("GET", "/labs/roles", "").body
	if n := again.linksToTraces(page); n == 0 || !strings.Contains(page, half) || !strings.Contains(page, "opens empty at your next press") {
		t.Errorf("%d links to traces, in %s", n, page)
	}
	if a := again.newSeat().call("GET", "/api/traces/"+half, ""); a.status != 404 {
		t.Errorf("another seat: %d %s", a.status, a.body)
	}
	again.call("GET", "/api/token/admin", "")
	if done := again.lab("roles").Progress.Ticks; len(done) != 1 || done[0].Traces[0] != half {
		t.Errorf("the other half alone: %+v", done)
	}
	again.call("POST", "/inspector/clear", "")
	if a := again.call("POST", "/api/labs/roles/leave", ""); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	left := again.call("GET", "/labs/roles", "")
	if n := again.linksToTraces(left.body); left.status != 200 || n < 2 || !strings.Contains(left.body, "not finished") {
		t.Errorf("%d links to traces of a lab that was left, %d %s", n, left.status, left.body)
	}
	again.call("DELETE", "/api/labs/roles", "")
	if a := again.call("GET", "/api/traces/"+half, ""); a.status != 404 {
		t.Errorf("after it was forgotten: %d %s", a.status, a.body)
	}
}
