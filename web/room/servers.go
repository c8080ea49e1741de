package room

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"twodoors/web/trace"
)

// MaxServers is how many there can be in any room.
const MaxServers = 9

// Action is what somebody orders a server to do.
type Action string

// The actions.
const (
	Restart Action = "restart" // finish the requests, then end and start again
	Crash   Action = "crash"   // end at once, then start again
	Stop    Action = "stop"    // finish the requests, then end
	Start   Action = "start"   // after a stop
)

// Order has a server do something, for a seat. Done waits until it is done; its error is a
// Refusal when that takes too long.
func (r *Room) Order(by string, number int, what Action) (done func(context.Context) error, err error) {
	s := r.byNumber(number)
	if s == nil {
		return nil, errNoSuchServer
	}
	wait := s.order(what, by)
	return func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, finishTimeout+servesTimeout)
		defer cancel()
		if wait(ctx) != nil {
			return &Refusal{Kind: Unavailable, After: maxPause,
				Detail: "The server is not back yet. " + cmp.Or(r.obstacle(), "The log says why; look again in a moment.")}
		}
		return nil
	}, nil
}

// Add adds a server, for a seat, and waits until it serves. One that does not start is
// taken out again.
func (r *Room) Add(ctx context.Context, by string) (ServerStatus, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), servesTimeout)
	defer cancel()
	s, err := r.grow(ctx, by)
	if _, refused := errors.AsType[*Refusal](err); refused {
		return ServerStatus{}, err
	}
	if err != nil {
		return ServerStatus{}, unchanged(err.Error())
	}
	return s.status(), nil
}

// Remove takes a server away for good, for a seat, when its requests have ended.
func (r *Room) Remove(by string, number int) error {
	s, err := r.takeOut(number)
	if err != nil {
		return err
	}
	s.end()
	<-s.ended
	if !r.Asleep() {
		r.give(1)
	}
	r.journal.note(by, Removed, "Server "+s.label()+" was removed. "+r.forgets())
	return nil
}

func (r *Room) grow(ctx context.Context, by string) (*Server, error) {
	s, err := r.add(by)
	if err != nil {
		return nil, err
	}
	s.await(ctx, s.hasStarted)
	if s.serving() != nil {
		return s, nil
	}
	if r.byNumber(s.Number) == s {
		r.takeOut(s.Number)
		s.end()
		r.give(1)
	}
	return nil, fmt.Errorf("server %d did not start and was removed again; the log says why", s.Number)
}

// resize adds or removes servers until there are n. It takes the highest numbers away, and
// waits until those that it adds serve.
func (r *Room) resize(n int) error {
	ctx, cancel := context.WithTimeout(context.Background(), servesTimeout)
	defer cancel()
	for len(r.all()) > n {
		all := r.all()
		if err := r.Remove("", all[len(all)-1].Number); err == errLast {
			return err
		}
	}
	for len(r.all()) < n {
		if _, err := r.grow(ctx, ""); err != nil { // whoever changed the setting is told of
			return err
		}
	}
	return nil
}

// add adds a server, and lets it run.
func (r *Room) add(by string) (*Server, error) {
	if err := r.take(1); err != nil {
		return nil, err
	}
	s := r.append(by)
	if s == nil {
		r.give(1)
		return nil, tooMany(r.max)
	}
	return s, nil
}

// append adds a server with the lowest number that is free. It is nil when there are as many
// as can be.
func (r *Room) append(by string) *Server {
	r.counting.Lock()
	defer r.counting.Unlock()
	servers := r.all()
	if len(servers) >= r.max {
		return nil
	}
	number := 1
	for r.byNumber(number) != nil {
		number++
	}
	ctx, end := context.WithCancel(r.ctx)
	s := newServer(number, r, by, end)
	r.running.Go(func() { s.run(ctx) })
	servers = append(slices.Clone(servers), s)
	slices.SortFunc(servers, func(a, b *Server) int { return a.Number - b.Number })
	r.servers.Store(&servers)
	return s
}

func (r *Room) takeOut(number int) (*Server, error) {
	r.counting.Lock()
	defer r.counting.Unlock()
	s, servers := r.byNumber(number), r.all()
	switch {
	case s == nil:
		return nil, errNoSuchServer
	case len(servers) == 1:
		return nil, errLast
	}
	left := slices.DeleteFunc(slices.Clone(servers), func(other *Server) bool { return other == s })
	r.servers.Store(&left)
	return s, nil
}

// all returns the servers by their numbers.
func (r *Room) all() []*Server {
	if servers := r.servers.Load(); servers != nil {
		return *servers
	}
	return nil
}

// ready returns the servers that requests go to.
func (r *Room) ready() []*Server {
	all := r.all()
	ready := make([]*Server, 0, len(all))
	for _, s := range all {
		if way, _ := s.way(); way != nil {
			ready = append(ready, s)
		}
	}
	return ready
}

// byNumber returns nil when there is no such server.
func (r *Room) byNumber(n int) *Server {
	for _, s := range r.all() {
		if s.Number == n {
			return s
		}
	}
	return nil
}

// missingServers are the reasons why no server is ready, by how they are missing: of the
// only one, and of all of several.
var missingServers = map[State]struct{ one, all trace.Why }{
	Away:    {trace.ServerAway, trace.ServersAway},
	Stopped: {trace.ServerStopped, trace.ServersStopped},
	Hung:    {trace.ServerHung, trace.ServersHung},
}

// Absence is why a request gets no answer from a server.
type Absence struct {
	Why   trace.Why
	Facts []trace.Fact
	How   State // all Stopped: until an order; Hung: until they answer again; Away: for a moment
}

// Absence tells why no server is ready.
func (r *Room) Absence() Absence {
	all, counts, how := r.all(), map[State]int{}, Away
	for _, s := range all {
		how = s.missing()
		counts[how]++
	}
	servers := trace.Number("servers", len(all))
	switch {
	case len(all) == 1:
		return all[0].Absence()
	case counts[how] == len(all):
		return Absence{missingServers[how].all, []trace.Fact{servers}, how}
	case counts[Away] > 0:
		how = Away
	default:
		how = Hung
	}
	return Absence{trace.ServersMissing, []trace.Fact{
		servers, trace.Number("away", counts[Away]), trace.Number("stopped", counts[Stopped]), trace.Number("hung", counts[Hung]),
	}, how}
}

// Absence tells why a server that was asked is not ready.
func (s *Server) Absence() Absence {
	how := s.missing()
	return Absence{missingServers[how].one, []trace.Fact{trace.Number("server", s.Number)}, how}
}
