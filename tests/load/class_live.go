package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

const (
	actsEvery = 2 * time.Second // one person
	actsFor   = time.Minute
	stuckFor  = time.Minute + 2*time.Second // more than the lecturer's shortest time without a task done
	eventLate = 2 * time.Second             // how long an event is waited for when all is over
	worksIn   = "restart"                   // the lab that half of the class is in
)

// What those do who are in a lab, and those who are not: by turns.
var (
	inLab    = []string{"/api/session/me", "/api/token/me"}
	outOfLab = []string{"/labs", "/api/session/me", "/inspector", "/api/token/me", "/labs/restart", "/api/session/me"}
)

// live has the whole class do something every two seconds, half of it in the room of a lab, and looks how soon a board shows
// it. Everybody has a page open. Those in a lab count as stuck, as then each request changes their row of the page.
func (r *classRun) live(ctx context.Context) ([]figure, error) {
	ctx, end := context.WithCancel(ctx)
	defer end()
	if err := r.begin(ctx); err != nil {
		return nil, err
	}
	boards, err := r.watch(ctx)
	if err != nil {
		return nil, err
	}
	before, err := cpu([]int{r.site.pid()})
	if err != nil {
		return nil, err
	}
	began := time.Now()
	failed, late, err := r.work(ctx, boards)
	if err != nil {
		return nil, err
	}
	took := time.Since(began)
	after, err := cpu([]int{r.site.pid()})
	pause(ctx, eventLate)
	busy := fmt.Sprintf("; the front takes %.0f %% of a processor; %d requests failed, %d were sent late", 100*float64(after-before)/float64(took), failed, late)
	what := fmt.Sprintf("while %d do something every %v, a change is in ", len(r.students), actsEvery)
	return []figure{boards.program.figure(what+"/api/class/events after, at most", busy), boards.page.figure(what+"/class/events, for the page, after, at most", "")}, err
}

// work has everybody do something by turns, and counts what failed and what was sent too late, as the machine had no time for it.
func (r *classRun) work(ctx context.Context, boards *boards) (failed, late int64, err error) {
	var failures, delays atomic.Int64
	n, began := len(r.students), time.Now()
	err = each(ctx, n, n, func(i int) error {
		for turn := range int(actsFor / actsEvery) {
			comes := began.Add(actsEvery*time.Duration(turn) + actsEvery*time.Duration(i)/time.Duration(n))
			pause(ctx, time.Until(comes))
			if time.Since(comes) > actsEvery/2 {
				delays.Add(1)
			}
			if i == 0 {
				r.say("at work for %v", time.Since(began).Round(time.Second))
			}
			if err := r.act(ctx, boards, i, turn); err != nil {
				failures.Add(1)
				r.say("%v\n", err)
			}
		}
		return nil
	})
	return failures.Load(), delays.Load(), err
}

// begin has half of the class begin a lab and log in there, and the rest log in on the stage. Then it waits until those in the lab
// count as stuck.
func (r *classRun) begin(ctx context.Context) error {
	if _, err := r.lecturer.call(ctx, "POST", "/api/class/steps", `{"stuck_after":1,"active_within":10}`); err != nil {
		return err
	}
	n := len(r.students)
	err := each(ctx, n, atOnce, func(i int) error {
		r.say("%d of %d begin", i+1, n)
		s := r.students[i]
		if s.works(i) {
			if _, err := s.call(ctx, "POST", "/api/labs/"+worksIn+"/begin", ""); err != nil {
				return err
			}
		}
		if err := s.use(ctx); err != nil {
			return err
		}
		return s.listen(ctx, "/api/traces/events", func(string, string) {})
	})
	if err != nil {
		return err
	}
	r.say("waiting until they are stuck")
	pause(ctx, stuckFor)
	return r.find(ctx)
}

// works reports whether the student of a number is in a lab.
func (s *student) works(number int) bool { return number%2 == 0 }

// act is what a student does in one turn.
func (r *classRun) act(ctx context.Context, boards *boards, number, turn int) error {
	s, does := r.students[number], outOfLab
	if s.works(number) {
		does = inLab
	}
	path, c := does[turn%len(does)], change{sent: time.Now()}
	if s.works(number) {
		s.tries++
		c.tries = s.tries
	}
	_, err := s.call(ctx, "GET", path, "")
	c.answered = time.Now()
	if err != nil || !strings.HasPrefix(path, "/api/") { // pages change nothing on a board
		return err
	}
	boards.program.add(s.id, c)
	if s.works(number) {
		boards.page.add(s.id, c)
	}
	return nil
}

// percent is the value that so many percent of values do not exceed.
func percent(values []float64, share int) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[(len(sorted)-1)*share/100]
}
