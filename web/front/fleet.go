package front

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"twodoors/web/settings"
	"twodoors/web/trace"
)

// Fleet is the servers behind the front.
type Fleet struct {
	Executable string    // this program
	Arguments  []string  // that make it a server
	Output     io.Writer // gets what servers log
	Room       *Room     // where what happens is written down
	Settings   settings.Doors
	Store      *Store
	InPlace    func() error // nil while the database that the front opened is in its place

	choosing sync.Mutex // held by who reads settings to change them
	changing sync.Mutex // held while settings change, and while a server begins to serve
	version  int        // of the settings and keys: one more with each change
	adopted  atomic.Pointer[settings.Doors]
	secret   string
	now      func() time.Time
	servers  atomic.Pointer[[]*Server]
	counting sync.Mutex // held while servers are added or removed
	ctx      context.Context
	running  sync.WaitGroup
	stop     context.CancelFunc
}

// Start starts n servers and waits until all of them serve. Its error is one
// sentence for the person at the terminal.
func (f *Fleet) Start(n int, now func() time.Time) error {
	f.secret, f.now = rand.Text(), now
	f.adopted.Store(&f.Settings)
	f.Room.Memory = func() bool { return f.adopted.Load().Store == settings.StoreMemory }
	f.ctx, f.stop = context.WithCancel(context.Background())
	if f.Settings.Store == settings.StoreRedis {
		if err := f.openStore(); err != nil {
			return errors.New("the store did not start; the lines above say why")
		}
	}
	for range n {
		if _, err := f.Add(""); err != nil {
			return err
		}
	}
	deadline, cancel := context.WithTimeout(f.ctx, startTimeout)
	defer cancel()
	for _, s := range f.all() {
		if err := s.await(deadline, func() bool { return s.state == Ready || s.state == Away }); err != nil || s.serving() == nil {
			f.Stop()
			return fmt.Errorf("server %d did not start; the lines above say why", s.Number)
		}
	}
	return nil
}

// Stop lets every server finish its requests and ends it.
func (f *Fleet) Stop() {
	f.stop()
	f.running.Wait()
}

// MaxServers is how many there can be.
const MaxServers = 9

var (
	errTooMany = errors.New("there are as many servers as can be")
	errLast    = errors.New("it is the last server")
	errUnknown = errors.New("no server has that number")
)

// Add starts one server more for a seat, with the lowest number that is free.
func (f *Fleet) Add(by string) (*Server, error) {
	f.counting.Lock()
	defer f.counting.Unlock()
	servers := f.all()
	if len(servers) == MaxServers {
		return nil, errTooMany
	}
	number := 1
	for f.byNumber(number) != nil {
		number++
	}
	ctx, end := context.WithCancel(f.ctx)
	s := &Server{Number: number, fleet: f, state: Starting, askedBy: by, orders: make(chan order, 1), changed: make(chan struct{}), end: end, ended: make(chan struct{})}
	f.running.Go(func() { s.run(ctx) })
	servers = append(slices.Clone(servers), s)
	slices.SortFunc(servers, func(a, b *Server) int { return a.Number - b.Number })
	f.servers.Store(&servers)
	return s, nil
}

// Remove takes a server away for good, when its requests have ended, for a seat.
func (f *Fleet) Remove(number int, by string) error {
	s, err := f.takeOut(number)
	if err != nil {
		return err
	}
	s.end()
	<-s.ended
	f.Room.note(by, "removed", "Server "+s.label()+" was removed. "+f.Room.forgets())
	return nil
}

func (f *Fleet) takeOut(number int) (*Server, error) {
	f.counting.Lock()
	defer f.counting.Unlock()
	s, servers := f.byNumber(number), f.all()
	switch {
	case s == nil:
		return nil, errUnknown
	case len(servers) == 1:
		return nil, errLast
	}
	left := slices.DeleteFunc(slices.Clone(servers), func(other *Server) bool { return other == s })
	f.servers.Store(&left)
	return s, nil
}

// all returns the servers by their numbers.
func (f *Fleet) all() []*Server {
	if servers := f.servers.Load(); servers != nil {
		return *servers
	}
	return nil
}

func (f *Fleet) ready() []*Server {
	all := f.all()
	ready := make([]*Server, 0, len(all))
	for _, s := range all {
		if s.route() != nil {
			ready = append(ready, s)
		}
	}
	return ready
}

// missingServers are the reasons why no server is ready, by how they are missing: of the
// only one, and of all of several.
var missingServers = map[State]struct{ one, all trace.Why }{
	Away:    {trace.ServerAway, trace.ServersAway},
	Stopped: {trace.ServerStopped, trace.ServersStopped},
	Hung:    {trace.ServerHung, trace.ServersHung},
}

// whyNone tells why no server is ready, and how that can end: with all Stopped by an
// order, with some that are only Hung when they answer again, else (Away) by itself.
func (f *Fleet) whyNone() (why trace.Why, saw []trace.Fact, how State) {
	all, counts := f.all(), map[State]int{}
	for _, s := range all {
		how = s.missing()
		counts[how]++
	}
	servers := trace.Number("servers", len(all))
	switch {
	case len(all) == 1:
		return missingServers[how].one, []trace.Fact{trace.Number("server", all[0].Number)}, how
	case counts[how] == len(all):
		return missingServers[how].all, []trace.Fact{servers}, how
	case counts[Away] > 0:
		how = Away
	default:
		how = Hung
	}
	return trace.ServersMissing, []trace.Fact{
		servers, trace.Number("away", counts[Away]), trace.Number("stopped", counts[Stopped]), trace.Number("hung", counts[Hung]),
	}, how
}

// byNumber returns nil when there is no such server.
func (f *Fleet) byNumber(n int) *Server {
	for _, s := range f.all() {
		if s.Number == n {
			return s
		}
	}
	return nil
}
