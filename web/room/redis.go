package room

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"time"

	"twodoors/web/redisd"
	"twodoors/web/redisio"
)

// redis is the Redis that keeps sessions: one outside, or one that the room runs as a
// child, on a port that it keeps so that no server has to be told when it is brought back.
type redis struct {
	outside  string          // URL of a Redis that is not ours, empty when the room runs one
	client   *redisio.Client // of that
	probe    string          // a key that is asked for, and never there
	program  Program
	memory   int64 // that ours holds itself to, in bytes; 0 for its default
	journal  *journal
	password string
	asked    chan bool // whether it is to run
	end      context.CancelFunc
	running  sync.WaitGroup

	mu       sync.Mutex
	wanted   bool
	napping  bool      // it was wanted when the room fell asleep
	askedBy  string    // the seat that wanted it so
	since    time.Time // it is wanted so
	process  *process
	kind     string // which of the two kinds it is
	port     int
	fault    *redisio.Fault // why it cannot be used, nil when it can or is away
	replaced *process       // that hangs, and is to be ended for another one
	changed  chan struct{}  // closed at the next change
}

// How long a Redis may take to start, and to end.
const (
	redisTimeout = 10 * time.Second
	endTimeout   = time.Second
)

// newRedis returns a Redis of a site that is kept as it is wanted, until it is closed. Ours
// runs when somebody asks for it.
func newRedis(outside, site string, program Program, memory int64, journal *journal) *redis {
	s := &redis{
		outside: outside, probe: "twodoors:session:" + site + ":probe", program: program, memory: memory, journal: journal, password: rand.Text(),
		asked: make(chan bool, 1), changed: make(chan struct{}),
	}
	if outside != "" {
		s.client, _ = redisio.Open(outside, redisio.Bounds{Attempt: watchTimeout, Attempts: 2}) // the command line has checked the URL
	}
	var ctx context.Context
	ctx, s.end = context.WithCancel(context.Background())
	s.running.Go(func() { s.watch(ctx) })
	if outside == "" {
		s.running.Go(func() { s.attend(ctx) })
	}
	return s
}

// close ends ours, and the watch over it.
func (s *redis) close() {
	s.end()
	s.running.Wait()
	if s.client != nil {
		s.client.Close()
	}
}

func (s *redis) attend(ctx context.Context) {
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
			s.journal.note("", NotBegun, "Redis did not start and is being tried again. The log says why.")
			pause = nextPause(pause)
			wait(ctx, pause)
			continue
		}
		began := time.Now()
		select {
		case wanted = <-s.asked:
			endRedis(p)
			s.journal.note(s.asker(), Halted, "Redis "+whyEnded(wanted)+", and its sessions are gone.")
		case <-p.exited:
			slog.Error("store crashed", "pid", p.pid(), "how", p.how())
			s.journal.note("", Crashed, fmt.Sprintf("Redis ended by itself (pid %d, %s) and is being restarted, without its sessions.", p.pid(), p.how()))
		case <-ctx.Done():
			endRedis(p)
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

func (s *redis) startProcess() (*process, error) {
	s.mu.Lock()
	config := redisd.Config{Port: s.port, Password: s.password, MaxMemory: s.memory}
	s.mu.Unlock()
	p, err := s.program.start(s.program.Redis, config, "store")
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
	s.journal.note(s.asker(), Began, "Redis is running: "+kindInWords(p.kind)+".")
	return p, nil
}

func whyEnded(wanted bool) string {
	if wanted {
		return "did not answer and was replaced"
	}
	return "was stopped"
}

// endRedis ends one: it has nothing to finish. A process that hangs does not notice that
// it is asked to.
func endRedis(p *process) {
	p.input.Close()
	select {
	case <-p.exited:
	case <-time.After(endTimeout):
		p.kill()
	}
}

func kindInWords(kind string) string {
	if kind == redisd.StandIn {
		return "a stand-in, because this machine has no redis-server"
	}
	return "this machine's redis-server"
}

func (s *redis) set(p *process, kind string, port int) {
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
func (s *redis) ask(ctx context.Context, run bool, by string) error {
	if s.outside != "" {
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

// wake starts the Redis with its room: when the sessions are to be in it and nobody has taken
// it away, or when it ran as the room fell asleep.
func (s *redis) wake(ctx context.Context, used bool) error {
	if s.processes(used) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, redisTimeout)
	defer cancel()
	s.mu.Lock()
	s.napping = false
	s.mu.Unlock()
	return s.ask(ctx, true, "")
}

// processes is how many start when the room wakes.
func (s *redis) processes(used bool) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.outside == "" && (s.napping || used && s.port == 0) {
		return 1
	}
	return 0
}

// nap ends the Redis while its room sleeps.
func (s *redis) nap(ctx context.Context) error {
	s.mu.Lock()
	runs := s.wanted
	s.napping = s.napping || runs
	s.mu.Unlock()
	if !runs {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, redisTimeout)
	defer cancel()
	return s.ask(ctx, false, "")
}

func (s *redis) asker() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.askedBy
}

// at is the URL where the servers find it, empty while there has been none.
func (s *redis) at() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.outside != "":
		return s.outside
	case s.port == 0:
		return ""
	}
	return "redis://:" + s.password + "@" + net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) + "/0"
}
