package experiment

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"sync"
	"time"
)

// scenario is one cell being tried: the place that is set up for it, the admin who
// presses the buttons, and the visitor who is logged in.
type scenario struct {
	site           *Site // that the event ends; nil in a room
	credential     credential
	event          event
	admin, visitor *Client
	home           int // the number of the server that the visitor logged in at
}

// enter sets the place up and lets the visitor log in.
func enter(ctx context.Context, at place, c credential, e event) (*scenario, error) {
	s := &scenario{credential: c, event: e, admin: at.Client(adminName), visitor: at.Client(visitorName)}
	s.site, _ = at.(*Site)
	err := s.setUp(ctx)
	if err == nil {
		err = s.logIn(ctx)
	}
	if err != nil {
		s.leave()
	}
	return s, err
}

func (s *scenario) leave() {
	s.admin.Leave()
	s.visitor.Leave()
}

// setUp brings the place to where the event can happen, wherever the cell before has
// left it.
func (s *scenario) setUp(ctx context.Context) error {
	if s.event.redis || s.credential.settings["store"] == "redis" {
		if err := s.admin.Set(ctx, Settings{"store": "redis"}); err != nil {
			return err
		}
		if err := s.order(ctx, "POST", "/api/store/start"); err != nil {
			return err
		}
	}
	settings := Settings{"servers": s.event.servers, "balance": "sticky"}
	maps.Copy(settings, s.credential.settings)
	_, err := insist(ctx, func() (Answer, error) { return s.admin.Must(ctx, "PATCH", "/api/settings", settings, nil) })
	return err
}

// insist asks again while the answer is 503: the servers have yet to notice that Redis or the
// database is back.
func insist(ctx context.Context, ask func() (Answer, error)) (Answer, error) {
	answer, err := ask()
	for began := time.Now(); answer.Status == http.StatusServiceUnavailable && time.Since(began) < patience; {
		if err := pause(ctx, 10*between); err != nil {
			return answer, err
		}
		answer, err = ask()
	}
	return answer, err
}

func (s *scenario) logIn(ctx context.Context) error {
	login, err := insist(ctx, func() (Answer, error) { return s.visitor.LogIn(ctx, s.credential.Door) })
	if err != nil {
		return err
	}
	t, err := s.visitor.Trace(ctx, login)
	if err != nil {
		return err
	}
	s.home = t.Server
	before, err := s.visitor.Me(ctx, s.credential.Door)
	if err == nil && before.Status != http.StatusOK {
		err = fmt.Errorf("the visitor had logged in, and was answered with %d", before.Status)
	}
	return err
}

const (
	// patience is how long a yes or no is waited for after an event. Servers look for
	// a Redis that was away once a second.
	patience = 2 * time.Second
	// between is the time between an answer and the next question.
	between = time.Millisecond
)

// observe makes the event happen while the visitor asks without a break, until an
// answer decides what became of being logged in.
func (s *scenario) observe(ctx context.Context, cell *Cell) error {
	ctx, end := context.WithCancel(ctx)
	happened := make(chan error, 1)
	var event sync.WaitGroup
	event.Go(func() { happened <- s.event.cause(ctx, s) })
	defer event.Wait() // nothing of this cell goes on in the next
	defer end()

	var silent outage
	var over time.Time // when the event was; zero before
	for pause(ctx, between) == nil {
		select {
		case err := <-happened:
			if err != nil {
				return err
			}
			over = time.Now()
		default:
		}
		asked := time.Now()
		answer, err := s.visitor.Me(ctx, s.credential.Door)
		silent.note(err == nil && verdict(answer) != Unavailable, asked, time.Now())
		late := time.Since(over) > patience
		switch {
		case over.IsZero() || err != nil && !late:
			continue
		case err != nil:
			return err // the site itself does not answer: that is no verdict
		}
		if decided, err := s.decide(ctx, cell, answer, late); decided || err != nil {
			cell.Outage = silent.milliseconds()
			return err
		}
	}
	return ctx.Err()
}

// decide notes the verdict of an answer in the cell, if it is the one that decides.
// A yes or no does; when it is late, so does that there is none.
func (s *scenario) decide(ctx context.Context, cell *Cell, a Answer, late bool) (decided bool, err error) {
	v := verdict(a)
	if v == Unavailable && !late {
		return false, nil
	}
	t, err := s.visitor.Trace(ctx, a)
	if err != nil {
		return false, err
	}
	if s.event.elsewhere && t.Server == s.home {
		if late {
			err = errors.New("no other server answered")
		}
		return false, err
	}
	cell.Verdict, cell.Trace = v, t
	return true, nil
}

func verdict(a Answer) Verdict {
	switch a.Status {
	case http.StatusOK:
		return Kept
	case http.StatusUnauthorized:
		return Lost
	}
	return Unavailable
}

// outage is the time without an answer of yes or no: from the first question that
// got none until the first answer that was one.
type outage struct {
	from, until time.Time
	over        bool
}

// note takes one question, when it was asked and when that was over, and whether
// the answer was yes or no.
func (o *outage) note(answered bool, asked, ended time.Time) {
	if o.over || answered && o.from.IsZero() {
		return
	}
	if o.from.IsZero() {
		o.from = asked
	}
	o.until, o.over = ended, answered
}

// milliseconds is how long it lasted, rounded up.
func (o *outage) milliseconds() int64 {
	return int64((o.until.Sub(o.from) + time.Millisecond - 1) / time.Millisecond)
}
