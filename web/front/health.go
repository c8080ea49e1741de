package front

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/http"
	"time"

	"twodoors/web/relay"
	"twodoors/web/trace"
)

// How a server that hangs is told from one that is slow.
//
// The slowest honest request is a login while 64 others wait for their passwords to be
// hashed: two seconds where a hash takes 30 milliseconds, six where it takes a hundred,
// and up to five more when another program writes to the database. So a request has ten
// seconds; but already after two a server that hangs is found out, as it does not answer
// a probe either, which asks for nothing that others could keep waiting.
const (
	answerTimeout = 10 * time.Second        // until an answer begins, whichever servers are asked for it
	patience      = 2 * time.Second         // until a server that was asked is probed, and between its probes
	probeTimeout  = 2 * time.Second         // until a server that does not answer a probe is taken to hang
	lease         = patience + probeTimeout // for a server to begin with a request; until then none is given up
	probePause    = 250 * time.Millisecond  // between the probes of a server that hangs and breaks them off
)

var (
	errHung = errors.New("it answers neither the request nor a probe")
	errSlow = fmt.Errorf("the answer has not begun within %s", answerTimeout)
)

// awaitAnswer waits until an answer begins to come to a request that was sent at a time,
// but not beyond another. It fails as soon as the process turns out to hang.
func (s *Server) awaitAnswer(l *link, p *process, sent, until time.Time) error {
	for {
		_, err := l.in.Peek(1)
		switch {
		case err == nil && time.Since(sent) > patience/2:
			return l.SetDeadline(time.Now().Add(patience)) // for the rest of its head
		case !timedOut(err):
			return err
		case s.hangs(p) && time.Since(sent) >= lease:
			return errHung
		case !time.Now().Before(until):
			return errSlow
		}
		l.SetDeadline(earlier(time.Now().Add(patience), until))
	}
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// suspect looks whether a process hangs after it let a request wait in vain.
func (s *Server) suspect(p *process, err error) {
	if timedOut(err) {
		s.hangs(p)
	}
}

func timedOut(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout()
}

// hangs reports whether a process that keeps a request waiting hangs. No request goes
// to it any more then, until it answers again. Requests that wait at the same time share
// a probe.
func (s *Server) hangs(p *process) bool {
	s.checking.Lock()
	defer s.checking.Unlock()
	if p.hung.Load() || time.Since(s.answered) < patience/2 {
		return p.hung.Load()
	}
	if err := s.fleet.probe(p, probeTimeout); !timedOut(err) { // it answers, or is ending
		s.answered = time.Now()
		return false
	}
	p.hung.Store(true)
	s.suspend(p)
	return true
}

// probe asks a process whether it lives, over a connection of its own that is like those
// over which requests go to it.
func (f *Fleet) probe(p *process, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.address+"/healthz", nil)
	if err != nil {
		return err
	}
	l, err := (&hop{process: p}).take(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	l.SetDeadline(time.Now().Add(timeout))
	if err := l.send(r, nil, relay.Passage{Secret: f.secret, TraceID: trace.NewID(), BeginBy: math.MaxInt64}); err != nil {
		return err
	}
	answer, err := l.receive(r)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = errors.New("the probe was answered with " + answer.Status)
	}
	return err
}

// suspend lets no request go to a process that hangs. It is not ended: what it has in its
// memory may be of use again.
func (s *Server) suspend(p *process) {
	if !s.turn(Ready, Hung, p, nil) {
		return // it is being ended
	}
	slog.Warn("server does not answer", "server", s.Number, "pid", p.pid())
	s.fleet.Room.hung(s, p)
	go s.revive(p, time.Now())
}

// revive probes a process that hangs until it answers, and lets requests go to it again.
// A probe waits for its answer, so there are few of them, and one that answers is noticed
// at once. A process that cannot take the settings yet, as when the database is locked,
// is asked again later: what it has in its memory is not given up for that.
func (s *Server) revive(p *process, since time.Time) {
	for {
		err := s.fleet.probe(p, answerTimeout)
		if err == nil {
			err = s.readmit(p, since)
		}
		if err == nil {
			return
		}
		slog.Debug("server is left out", "server", s.Number, "pid", p.pid(), "err", err)
		select {
		case <-p.exited:
			return
		case <-time.After(probePause):
		}
	}
}

// readmit lets requests go again to a process that had hung, unless it is being ended.
// Settings and keys may have been changed meanwhile, so it is told what all others go by.
func (s *Server) readmit(p *process, since time.Time) error {
	s.fleet.changing.Lock()
	defer s.fleet.changing.Unlock()
	if err := s.catchUp(p); err != nil {
		return err
	}
	p.hung.Store(false)
	if s.turn(Hung, Ready, p, &hop{process: p}) {
		slog.Info("server answers again", "server", s.Number, "pid", p.pid())
		s.fleet.Room.revived(s, time.Since(since))
	}
	return nil
}

// missing is how a server is missing that is not ready: Stopped, Hung, or Away for a
// moment.
func (s *Server) missing() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state == Stopped || s.state == Hung {
		return s.state
	}
	return Away
}
