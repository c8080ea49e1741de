package room

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"twodoors/web/upstream"
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
	Asleep   State = "asleep"  // with its room, until that wakes
	Hung     State = "hung"    // its process does not answer, and no request goes to it until it does
)

// Server is one server of a room: a number whose processes come and go.
type Server struct {
	Number   int
	requests atomic.Int64
	sessions atomic.Int64 // in its memory, as it last reported

	room   *Room
	orders chan Action
	busy   sync.RWMutex // held for reading by each request that is under way
	end    context.CancelFunc
	ended  chan struct{} // closed when it has been removed

	checking sync.Mutex // held while the process is probed
	answered time.Time  // a probe

	mu        sync.Mutex
	state     State
	process   *process
	upstream  *upstream.Transport // to the process, nil while no request goes to it
	startedAt time.Time
	starts    int
	took      time.Duration // until the process served, after its predecessor had ended
	changed   chan struct{} // closed at the next change
	orderedBy string        // the seat whose order is carried out, or was the last
	since     time.Time     // of its state
}

func newServer(number int, r *Room, by string, end context.CancelFunc) *Server {
	return &Server{
		Number: number, room: r, state: Asleep, orderedBy: by, end: end,
		orders: make(chan Action, 1), changed: make(chan struct{}), ended: make(chan struct{}),
	}
}

// set goes to a state, with the process that is there in it, if any.
func (s *Server) set(state State, p *process) {
	s.mu.Lock()
	s.process = p
	var way *upstream.Transport
	if p != nil {
		way, s.startedAt = upstream.New(p.address), s.room.now()
	}
	s.become(state, way)
}

// turn goes from one state to another with the same process, unless it has gone to
// a third meanwhile.
func (s *Server) turn(from, to State, p *process, way *upstream.Transport) bool {
	s.mu.Lock()
	if s.state != from || s.process != p {
		s.mu.Unlock()
		return false
	}
	s.become(to, way)
	return true
}

// become ends a change of state. It is called with mu held, and releases it.
func (s *Server) become(state State, way *upstream.Transport) {
	old := s.upstream
	s.state, s.upstream, s.since = state, way, s.room.now()
	close(s.changed)
	s.changed = make(chan struct{})
	s.mu.Unlock()
	if old != nil {
		old.Close()
	}
	s.room.journal.wake()
}

// order gives an order of a seat, unless one is being carried out already, and returns a
// function that waits until it is done: the server serves again, or is stopped.
func (s *Server) order(what Action, by string) (done func(context.Context) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.starts
	switch {
	case (s.state == Ready || s.state == Hung) && what != Start:
		s.state, s.orderedBy = Stopping, by
		if s.upstream != nil {
			s.upstream.Close()
			s.upstream = nil
		}
		s.orders <- what
	case s.state == Stopped && what != Stop:
		s.state, s.orderedBy = Starting, by
		s.orders <- Start
	default:
		before-- // its next start may be the one that has begun
	}
	return func(ctx context.Context) error {
		return s.await(ctx, func() bool {
			if what == Stop {
				return s.state == Stopped
			}
			return s.state == Ready && s.starts > before
		})
	}
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

// hasStarted is a condition: the start after the room woke has succeeded or failed, or
// somebody had stopped the server before.
func (s *Server) hasStarted() bool { return s.state == Ready || s.state == Away || s.state == Stopped }

// isQuiet is a condition: the server has no process, and starts none while the room sleeps.
func (s *Server) isQuiet() bool { return s.state == Asleep || s.state == Stopped }

// failed reports whether the server tries in vain to start.
func (s *Server) failed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state == Away
}

// serving returns the process that requests go to, nil when there is none.
func (s *Server) serving() *process {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != Ready {
		return nil
	}
	return s.process
}

// way is where requests to the server go, nil while none do.
func (s *Server) way() (*upstream.Transport, *process) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.upstream, s.process
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

func (s *Server) label() string { return strconv.Itoa(s.Number) }
