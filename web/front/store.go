package front

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"sync"
	"time"

	"twodoors/web/redisd"
	"twodoors/web/redisio"
	"twodoors/web/settings"
	"twodoors/web/trace/tell"
)

// Store is the Redis that keeps sessions: one outside, or one that the front runs
// as a child, on a port that it keeps so that no server has to be told when it is
// brought back.
type Store struct {
	Outside    string    // URL of a Redis that is not ours, empty when the front runs one
	Executable string    // this program
	Output     io.Writer // gets what the store's process logs
	Room       *Room

	password string
	asked    chan bool // whether it is to run
	running  sync.WaitGroup

	mu       sync.Mutex
	wanted   bool
	askedBy  string    // the seat that wanted it so
	since    time.Time // it is wanted so
	process  *process
	kind     string // which of the two kinds it is
	port     int
	fault    *redisio.Fault // why it cannot be used, nil when it can or is away
	replaced *process       // that hangs, and is to be ended for another one
	changed  chan struct{}  // closed at the next change
}

// endTimeout is how long a Redis may take to end.
const endTimeout = time.Second

// errOutside says that a Redis is not ours to stop.
var errOutside = errors.New("not ours")

// Run keeps the store as it is wanted, until ctx ends.
func (s *Store) Run(ctx context.Context) {
	s.password, s.asked, s.changed = rand.Text(), make(chan bool, 1), make(chan struct{})
	s.running.Go(func() { s.watch(ctx) })
	if s.Outside == "" {
		s.running.Go(func() { s.attend(ctx) })
	}
}

// Wait waits until the store has ended, after the context of Run has.
func (s *Store) Wait() { s.running.Wait() }

func (s *Store) attend(ctx context.Context) {
	pause, wanted := time.Duration(0), false
	for ctx.Err() == nil {
		if !wanted {
			select {
			case wanted = <-s.asked:
			case <-ctx.Done():
			}
			continue
		}
		p, err := s.startProcess()
		if err != nil {
			slog.Error("store did not start", "err", err)
			s.Room.note("", "did not start", "The store did not start. The log says why; it is tried again.")
			pause = nextPause(pause)
			wait(ctx, pause)
			continue
		}
		began := time.Now()
		select {
		case wanted = <-s.asked:
			end(p)
			s.Room.note(s.asker(), "stopped", "The store "+whyEnded(wanted)+": the sessions that it kept are gone with it.")
		case <-p.exited:
			slog.Error("store crashed", "pid", p.pid(), "how", p.how())
			s.Room.note("", "crashed", fmt.Sprintf("The store ended by itself (pid %d, %s). It is started again, and is empty.", p.pid(), p.how()))
		case <-ctx.Done():
			end(p)
		}
		s.set(nil, "", 0)
		if time.Since(began) > settled {
			pause = 0
		}
		if wanted && pause > 0 {
			wait(ctx, pause)
		}
		pause = nextPause(pause)
	}
}

func (s *Store) startProcess() (*process, error) {
	s.mu.Lock()
	orders := redisd.Orders{Port: s.port, Password: s.password}
	s.mu.Unlock()
	p, err := start(s.Executable, []string{"redis"}, orders, "store", s.Output)
	if err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(p.address)
	number, invalid := strconv.Atoi(port)
	if err := errors.Join(err, invalid); err != nil {
		p.kill()
		return nil, fmt.Errorf("the store's address: %w", err)
	}
	s.set(p, p.kind, number)
	s.Room.note(s.asker(), "started", "The store runs: "+kindInWords(p.kind)+".")
	return p, nil
}

func whyEnded(wanted bool) string {
	if wanted {
		return "did not answer and is replaced"
	}
	return "was taken away"
}

// end ends a Redis: it has nothing to finish. A process that hangs does not notice that
// it is asked to.
func end(p *process) {
	p.input.Close()
	select {
	case <-p.exited:
	case <-time.After(endTimeout):
		p.kill()
	}
}

func kindInWords(kind string) string {
	if kind == redisd.StandIn {
		return "a stand-in for Redis, as this machine has no redis-server"
	}
	return "this machine's redis-server"
}

func (s *Store) set(p *process, kind string, port int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.process, s.fault = p, nil
	if p != nil {
		s.kind, s.port = kind, port
	}
	close(s.changed)
	s.changed = make(chan struct{})
}

// ask brings the store, or takes it away, for a seat, and returns when that is done. To
// bring one that hangs is to replace it.
func (s *Store) ask(ctx context.Context, run bool, by string) error {
	if s.Outside != "" {
		return errOutside
	}
	s.mu.Lock()
	var hangs *process
	if run && s.fault != nil && !s.fault.Refuses {
		hangs = s.process
	}
	if s.wanted != run || hangs != nil && s.replaced != hangs {
		s.replaced = hangs
		s.wanted, s.askedBy, s.since = run, by, time.Now()
		select {
		case <-s.asked: // has not been heard yet
		default:
		}
		s.asked <- run
	}
	s.mu.Unlock()
	for {
		s.mu.Lock()
		done, changed := (s.process != nil) == run && (hangs == nil || s.process != hangs), s.changed
		s.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// open makes sure that there is a store, and returns its URL.
func (s *Store) open(ctx context.Context) (string, error) {
	if s.Outside != "" {
		return s.Outside, nil
	}
	s.mu.Lock()
	known := s.port != 0
	s.mu.Unlock()
	if !known {
		if err := s.ask(ctx, true, ""); err != nil {
			return "", err
		}
	}
	return s.at(), nil
}

// takenAway reports whether somebody took the store away, who and since when.
func (s *Store) takenAway() (by string, since time.Time, is bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.askedBy, s.since, s.port != 0 && !s.wanted
}

func (s *Store) asker() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.askedBy
}

// at is the URL where the servers find it, empty while there has been none.
func (s *Store) at() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.Outside != "":
		return s.Outside
	case s.port == 0:
		return ""
	}
	return "redis://:" + s.password + "@" + net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) + "/0"
}

// status is the store as GET /api/servers tells it.
func (s *Store) status() storeStatus {
	s.mu.Lock()
	defer s.mu.Unlock()
	status := storeStatus{Kind: settings.StoreRedis, State: "away", Program: s.kind}
	switch {
	case s.Outside != "":
		status.State, status.Program = "outside", "outside"
		if known, err := url.Parse(s.Outside); err == nil {
			status.Address = known.Host
		}
	case s.port != 0:
		status.Address = net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port))
		if s.process != nil {
			status.State = "up"
		}
	}
	if s.fault != nil {
		status.State, status.Fault = "away", tell.Redis(s.fault.Code)
		if s.fault.Refuses {
			status.State = "refusing"
		}
	}
	return status
}
