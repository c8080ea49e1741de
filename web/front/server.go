package front

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"twodoors/web/relay"
)

// State is what a server is doing.
type State string

// The states of a server.
const (
	Starting State = "starting"
	Ready    State = "ready"
	Stopping State = "stopping"
	Away     State = "away"
	Stopped  State = "stopped" // by order, until another order
	Hung     State = "hung"    // its process does not answer, and no request goes to it until it does
)

// order is what somebody asked of a server.
type order string

const (
	restart    order = "restart" // finish the requests, then end and start again
	crash      order = "crash"   // end at once, then start again
	stop       order = "stop"    // finish the requests, then end
	startAgain order = "start"   // after a stop
)

// A server that keeps failing is started again after a growing pause.
const (
	firstPause = 100 * time.Millisecond
	maxPause   = 5 * time.Second
	settled    = 10 * time.Second // one that ran this long had not failed
)

// Server is one server of the fleet: a number whose processes come and go.
type Server struct {
	Number   int
	requests atomic.Int64
	sessions atomic.Int64 // in its memory, as it last reported

	fleet  *Fleet
	orders chan order
	busy   sync.RWMutex // held for reading by each request that is under way
	end    context.CancelFunc
	ended  chan struct{} // closed when it has been removed

	checking sync.Mutex // held while the process is probed
	answered time.Time  // a probe

	mu        sync.Mutex
	state     State
	process   *process
	way       *hop
	startedAt time.Time
	starts    int
	changed   chan struct{} // closed at the next change
	askedBy   string        // the seat whose order is carried out, or was the last
	since     time.Time     // of its state
}

// run keeps the server alive until ctx ends.
func (s *Server) run(ctx context.Context) {
	defer close(s.ended)
	pause, asked, left := time.Duration(0), order(""), s.fleet.now()
	for ctx.Err() == nil {
		p, err := s.startProcess()
		if err != nil {
			slog.Error("server did not start", "server", s.Number, "err", err)
			s.set(Away, nil)
			s.fleet.Room.note("", "did not start", "Server "+s.label()+" did not start. The log says why; it is tried again in "+nextPause(pause).String()+".")
			pause = nextPause(pause)
			wait(ctx, pause)
			continue
		}
		s.fleet.Room.started(s, asked, s.fleet.now().Sub(left))
		asked = s.attend(ctx, p)
		left = s.fleet.now()
		s.sessions.Store(0)
		if asked == stop {
			asked = s.rest(ctx)
			left = s.fleet.now()
		}
		if asked != "" || left.Sub(s.startedAt) > settled {
			pause = 0
			continue
		}
		wait(ctx, pause)
		pause = nextPause(pause)
	}
}

// attend waits until the process ends, by order or by itself.
func (s *Server) attend(ctx context.Context, p *process) (asked order) {
	select {
	case <-p.exited:
		slog.Error("server crashed", "server", s.Number, "pid", p.pid(), "how", p.how())
		s.set(Away, nil)
		s.fleet.Room.crashed(s, p)
		return ""
	case asked = <-s.orders:
		slog.Info(string(asked), "server", s.Number, "pid", p.pid())
	case <-ctx.Done():
		asked = restart
	}
	s.set(Stopping, nil)
	if asked == crash || p.hung.Load() || s.fleet.probe(p, probeTimeout) != nil {
		p.kill() // one that hangs finishes nothing
	} else {
		s.drain()
		p.finish()
	}
	return asked
}

// rest leaves the server stopped until it is to start again.
func (s *Server) rest(ctx context.Context) (asked order) {
	s.set(Stopped, nil)
	s.mu.Lock()
	by := s.askedBy
	s.mu.Unlock()
	s.fleet.Room.note(by, "stopped", "Server "+s.label()+" was stopped. "+s.fleet.Room.forgets())
	select {
	case asked = <-s.orders:
	case <-ctx.Done():
	}
	return asked
}

func (s *Server) startProcess() (*process, error) {
	s.set(Starting, nil)
	select {
	case <-s.orders: // to a process that ended by itself meanwhile
	default:
	}
	s.fleet.changing.Lock()
	version, chosen := s.fleet.version, *s.fleet.adopted.Load()
	s.fleet.changing.Unlock()
	if err := s.fleet.InPlace(); err != nil { // a server would open what lies there now
		return nil, err
	}
	s.mu.Lock()
	s.starts++
	orders := relay.Orders{Secret: s.fleet.secret, Number: s.Number, Start: s.starts, Settings: chosen, Redis: s.fleet.Store.at()}
	s.mu.Unlock()
	p, err := start(s.fleet.Executable, s.fleet.Arguments, orders, "server "+s.label(), s.fleet.Output)
	if err != nil {
		return nil, err
	}
	if err := s.admit(p, version); err != nil {
		p.kill()
		return nil, err
	}
	slog.Info("server ready", "server", s.Number, "pid", p.pid(), "start", orders.Start)
	return p, nil
}

// admit lets requests go to a process, which goes by the settings of a version:
// by then it goes by those that all others go by.
func (s *Server) admit(p *process, version int) error {
	s.fleet.changing.Lock()
	defer s.fleet.changing.Unlock()
	if err := s.fleet.InPlace(); err != nil {
		return err
	}
	if version != s.fleet.version {
		if err := s.catchUp(p); err != nil {
			return err
		}
	}
	s.set(Ready, p)
	return nil
}

// catchUp makes a process go by the settings that all others go by. It is called with
// changing held.
func (s *Server) catchUp(p *process) error {
	change := relay.Change{ID: rand.Text(), Settings: *s.fleet.adopted.Load(), Redis: s.fleet.Store.at()}
	one := &participant{server: s, process: p}
	if err := agree([]*participant{one}, change); err != nil {
		return err
	}
	return one.err // it was decided, and did not follow
}

func (s *Server) set(state State, p *process) {
	s.mu.Lock()
	s.process = p
	var way *hop
	if p != nil {
		way, s.startedAt = &hop{process: p}, s.fleet.now()
	}
	s.become(state, way)
}

// turn goes from one state to another with the same process, unless it has gone to
// a third meanwhile.
func (s *Server) turn(from, to State, p *process, way *hop) bool {
	s.mu.Lock()
	if s.state != from || s.process != p {
		s.mu.Unlock()
		return false
	}
	s.become(to, way)
	return true
}

// become ends a change of state. It is called with mu held, and releases it.
func (s *Server) become(state State, way *hop) {
	old := s.way
	s.state, s.way, s.since = state, way, s.fleet.now()
	close(s.changed)
	s.changed = make(chan struct{})
	s.mu.Unlock()
	if old != nil {
		old.close()
	}
	s.fleet.Room.changed()
}

// ask gives an order of a seat, unless one is being carried out already, and returns a
// function that waits until it is done: the server serves again, or is stopped.
func (s *Server) ask(o order, by string) (done func(context.Context) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.starts
	switch {
	case (s.state == Ready || s.state == Hung) && o != startAgain:
		s.state, s.askedBy = Stopping, by
		if s.way != nil {
			s.way.close()
			s.way = nil
		}
		s.orders <- o
	case s.state == Stopped && o != stop:
		s.state, s.askedBy = Starting, by
		s.orders <- startAgain
	default:
		before-- // its next start may be the one that has begun
	}
	return func(ctx context.Context) error {
		return s.await(ctx, func() bool {
			if o == stop {
				return s.state == Stopped
			}
			return s.state == Ready && s.starts > before
		})
	}
}

// stopped reports whether the server is stopped by order, of which seat and since when.
func (s *Server) stopped() (by string, since time.Time, is bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.askedBy, s.since, s.state == Stopped
}

// await waits until a condition holds, which is looked at with mu held.
func (s *Server) await(ctx context.Context, condition func() bool) error {
	for {
		s.mu.Lock()
		holds, changed := condition(), s.changed
		s.mu.Unlock()
		if holds {
			return nil
		}
		select {
		case <-changed:
		case <-s.ended:
			return errRemoved
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

var errRemoved = errors.New("the server was removed")

func (s *Server) label() string { return strconv.Itoa(s.Number) }

func nextPause(pause time.Duration) time.Duration { return min(max(2*pause, firstPause), maxPause) }

func wait(ctx context.Context, pause time.Duration) {
	select {
	case <-time.After(pause):
	case <-ctx.Done():
	}
}
