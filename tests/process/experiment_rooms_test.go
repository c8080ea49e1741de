package process

import (
	"runtime"
	"strings"
	"testing"
)

// start starts an experiment with options, from the seat of the visitor.
func (s *visit) start(name, options string) answer {
	s.t.Helper()
	s.call("GET", "/api/experiments/"+name, "") // which brings a seat
	a := s.call("POST", "/api/experiments/"+name, options)
	if a.status != 202 {
		s.t.Fatalf("%s: %d %s", name, a.status, a.body)
	}
	return a
}

// standing is how far an experiment of a visitor is.
type standing struct {
	State, Fault string
	Before       *int
	Done, Total  int
	Result       survival
}

func (s *visit) standing(name string) (now standing) {
	s.t.Helper()
	s.call("GET", "/api/experiments/"+name, "").into(s.t, &now)
	return now
}

// Experiments of two seats run in rooms: neither touches the other, nor the stage, where nobody
// is logged out. As many run at once as the machine has processors but one; whoever waits is
// told its place, and runs in the end.
func TestExperimentsOfSeveralSeats(t *testing.T) {
	t.Parallel()
	s := open(t, "--alg=ES256", "--access-lifetime=7m")
	s.logIn()
	before, settings := s.servers(), s.call("GET", "/api/servers", "").body
	var all []*visit
	for range runtime.NumCPU() + 2 {
		one := s.other()
		one.start("survive", `{"only":"sqlite,crash,removed"}`)
		all = append(all, one)
	}
	last := all[len(all)-1]
	if now := last.standing("survive"); now.State != "waiting" || now.Before == nil || *now.Before < 1 {
		t.Errorf("the last one: %+v", now)
	}
	if page := last.call("GET", "/servers/survive", "").body; !strings.Contains(page, "ahead of you.") {
		t.Error("the page does not say that it waits")
	}
	if now := s.standing("survive"); now.State != "new" || len(now.Result.Cells) > 0 {
		t.Errorf("somebody who started none: %+v", now)
	}
	for _, one := range all {
		one.findsAllKept()
	}
	if s.sessionMe().status != 200 || s.tokenMe().status != 200 {
		t.Error("somebody on the stage was logged out")
	}
	if now := s.servers(); now[0].PID != before[0].PID || !strings.Contains(settings, `"alg":"ES256"`) || s.setting("alg") != "ES256" {
		t.Errorf("the stage is another one: %+v", now)
	}
	if rooms := s.call("GET", "/api/rooms", "").body; strings.TrimSpace(rooms) != "[]" {
		t.Errorf("rooms are left: %s", rooms)
	}
}

// findsAllKept waits for the end of “What survives”, which has tried two cells.
func (s *visit) findsAllKept() {
	s.t.Helper()
	var now standing
	s.until("the experiment ends", func() bool { now = s.standing("survive"); return now.State == "done" || now.State == "failed" })
	if now.State != "done" || len(now.Result.Cells) != 2 || now.Result.Cells[0].Verdict != "kept" || now.Result.Cells[1].Verdict != "kept" {
		s.t.Fatalf("%+v", now)
	}
	if a := s.call("GET", "/api/traces/"+now.Result.Cells[0].Trace.ID, ""); a.status != 200 {
		s.t.Errorf("the trace that decided: %d", a.status)
	}
}

// setting is a setting of the room that one is in.
func (s *visit) setting(name string) any {
	s.t.Helper()
	var now struct{ Settings map[string]any }
	s.call("GET", "/api/servers", "").into(s.t, &now)
	return now.Settings[name]
}

// What a seat may start: not the same one twice at a time, not three at once, and nothing
// without a seat. Where others can reach the site, no passcode is asked for.
func TestStartingExperiments(t *testing.T) {
	t.Parallel()
	s := open(t, "--listen=0.0.0.0:0", "--passcode=open-sesame")
	refused := func(status int, says string, a answer) {
		t.Helper()
		if a.status != status || !strings.Contains(a.body, says) {
			t.Errorf("%d %s, not %d", a.status, a.body, status)
		}
	}
	refused(409, "carried none", s.call("POST", "/api/experiments/survive", ""))
	refused(404, "no experiment with that name", s.call("POST", "/api/experiments/growth", ""))
	refused(422, "only must be some of", s.call("POST", "/api/experiments/survive", `{"only":"disk"}`))
	refused(422, "requests must be from 1 to 10000", s.call("POST", "/api/experiments/balance", `{"requests":0}`))
	refused(422, "only is no option", s.call("POST", "/api/experiments/steal", `{"only":"redis"}`))
	refused(400, "unknown", s.call("POST", "/api/experiments/steal", `{"colour":"red"}`))
	s.start("steal", "")
	refused(409, "already started “What stops a thief”", s.call("POST", "/api/experiments/steal", ""))
	s.start("survive", `{"only":"sqlite,crash"}`)
	refused(409, "two experiments", s.call("POST", "/api/experiments/balance", ""))
}

// “What a request costs” runs alone: it waits until no other experiment runs, and the next
// ones wait for it. It says what others did meanwhile.
func TestCostRunsAlone(t *testing.T) {
	t.Parallel()
	s, other, third := open(t), (*visit)(nil), (*visit)(nil)
	other, third = s.other(), s.other()
	other.start("survive", `{"only":"sqlite,crash"}`)
	if a := other.call("POST", "/api/rooms", ""); a.status != 201 {
		t.Fatalf("a room: %d %s", a.status, a.body)
	}
	s.start("cost", "")
	third.start("survive", `{"only":"sqlite,crash"}`)
	if third.standing("survive").State != "waiting" {
		t.Error("one that came later does not wait")
	}
	s.until("it measures", func() bool {
		now := s.standing("cost")
		if running := other.standing("survive").State; now.State == "running" && (running == "running" || running == "waiting") {
			t.Fatalf("it runs while another one is %s", running)
		}
		return now.State == "running" && now.Done > 0
	})
	for range 10 {
		other.sessionMe()
	}
	if now := third.standing("survive"); now.State != "waiting" || *now.Before != 0 {
		t.Errorf("one that came later: %+v", now)
	}
	var told struct {
		State  string
		Result struct{ Meanwhile struct{ Rooms, Requests int } }
	}
	s.until("it has measured", func() bool {
		s.call("GET", "/api/experiments/cost", "").into(t, &told)
		return told.State != "running"
	})
	if m := told.Result.Meanwhile; told.State != "done" || m.Rooms != 1 || m.Requests < 11 {
		t.Errorf("%+v", told)
	}
	third.until("the next one ends", func() bool { return third.standing("survive").State == "done" })
}
