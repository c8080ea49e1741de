package room

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"time"

	"twodoors/web/door"
	"twodoors/web/relay"
	"twodoors/web/trace"
	"twodoors/web/upstream"
)

// How a server that hangs is told from one that is slow: a request may wait for long, but
// one that hangs does not answer a probe either, which asks for nothing that others could
// keep waiting.
const (
	patience     = 2 * time.Second         // until a server that was asked is probed, and between its probes
	probeTimeout = 2 * time.Second         // until a server that does not answer a probe is taken to hang
	lease        = patience + probeTimeout // for a server to begin with a request; until then none is given up
	longProbe    = 10 * time.Second        // of a server that hangs
	probePause   = 250 * time.Millisecond  // between those, when it breaks them off
)

var (
	errHung = errors.New("it answers neither the request nor a probe")
	errSlow = errors.New("the answer has not begun in time")
)

// waits is how long a process may keep a request waiting that was sent at a time, but
// not beyond another: it is given up as soon as the process turns out to hang.
func (s *Server) waits(p *process, sent, until time.Time) upstream.Patience {
	return func(waited time.Duration) (time.Duration, error) {
		if waited > 0 && s.hangs(p) && time.Since(sent) >= lease {
			return 0, errHung
		}
		left := time.Until(until)
		if left <= 0 {
			return 0, errSlow
		}
		return min(patience, left), nil
	}
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
	if err := s.room.probe(p, probeTimeout); !upstream.TimedOut(err) { // it answers, or is ending
		s.answered = time.Now()
		return false
	}
	p.hung.Store(true)
	s.suspend(p)
	return true
}

// probe asks a process whether it lives, over a connection of its own that is like those
// over which requests go to it.
func (r *Room) probe(p *process, timeout time.Duration) error {
	answer, err := r.get(context.Background(), p, "/healthz", timeout)
	if err != nil {
		return err
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return errors.New("the probe was answered with " + answer.Status)
	}
	return nil
}

// get asks a process for something on behalf of the front itself.
func (r *Room) get(ctx context.Context, p *process, path string, timeout time.Duration) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.address+path, nil)
	if err != nil {
		return nil, err
	}
	relay.Forwarded{Secret: r.secret, TraceID: trace.NewID(), BeginBy: math.MaxInt64, Client: door.Client{Address: "127.0.0.1"}}.Send(request.Header)
	alone := upstream.New(p.address)
	alone.Close() // its connection ends with the answer
	begun := time.Now()
	return alone.Send(request, func(time.Duration) (time.Duration, error) {
		left := timeout - time.Since(begun)
		if left <= 0 {
			return 0, context.DeadlineExceeded
		}
		return left, nil
	})
}

// suspend lets no request go to a process that hangs. It is not ended: what it has in its
// memory may be of use again.
func (s *Server) suspend(p *process) {
	if !s.turn(Ready, Hung, p, nil) {
		return // it is being ended
	}
	slog.Warn("server does not answer", "server", s.Number, "pid", p.pid())
	s.room.noteHung(s, p)
	go s.revive(p, time.Now())
}

// revive probes a process that hangs until it answers, and lets requests go to it again.
// A probe waits for its answer, so there are few of them, and one that answers is noticed
// at once. A process that cannot take the settings yet, as when the database is locked,
// is asked again later: what it has in its memory is not given up for that.
func (s *Server) revive(p *process, since time.Time) {
	for {
		err := s.room.probe(p, longProbe)
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
	s.room.changing.Lock()
	defer s.room.changing.Unlock()
	if err := s.catchUp(p); err != nil {
		return err
	}
	p.hung.Store(false)
	if s.turn(Hung, Ready, p, upstream.New(p.address)) {
		slog.Info("server answers again", "server", s.Number, "pid", p.pid())
		s.room.noteRevived(s, time.Since(since))
	}
	return nil
}
