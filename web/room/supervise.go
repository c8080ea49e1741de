package room

import (
	"cmp"
	"context"
	"crypto/rand"
	"log/slog"
	"time"

	"twodoors/web/relay"
)

// A server that keeps failing is started again after a growing pause.
const (
	firstPause = 100 * time.Millisecond
	maxPause   = 5 * time.Second
	settled    = 10 * time.Second // one that ran this long had not failed
)

// run keeps the server alive until ctx ends.
func (s *Server) run(ctx context.Context) {
	defer close(s.ended)
	pause, ordered, left := time.Duration(0), Action(""), s.room.now()
	for ctx.Err() == nil {
		if asleep, changed := s.room.sleep.now(); asleep {
			s.doze(ctx, changed)
			pause, ordered, left = 0, woken, s.room.now()
			continue
		}
		s.set(Starting, nil)
		if !s.room.program.Starts.take(ctx, s.room.sleep.begins()) {
			continue
		}
		p, err := s.startProcess()
		s.room.program.Starts.give()
		if err != nil {
			slog.Error("server did not start", "server", s.Number, "err", err)
			s.set(Away, nil)
			pause = nextPause(pause)
			why := cmp.Or(s.room.obstacle(), "The log says why.")
			s.room.journal.note("", NotBegun, "Server "+s.label()+" did not start; the next attempt is in "+pause.String()+". "+why)
			s.wait(ctx, pause)
			continue
		}
		s.room.noteStarted(s, ordered, s.room.now().Sub(left))
		ordered = s.attend(ctx, p)
		left = s.room.now()
		s.sessions.Store(0)
		if ordered == Stop {
			ordered = s.rest(ctx)
			left = s.room.now()
		}
		if ordered != "" || left.Sub(s.startedAt) > settled {
			pause = 0
			continue
		}
		s.wait(ctx, pause)
		pause = nextPause(pause)
	}
}

// woken and dozed are what a room does to its servers; nobody orders them.
const (
	woken Action = "wake"
	dozed Action = "sleep"
)

// attend waits until the process ends, by order or by itself.
func (s *Server) attend(ctx context.Context, p *process) (ordered Action) {
	napping := s.room.sleep.begins()
	select {
	case <-p.exited:
		slog.Error("server crashed", "server", s.Number, "pid", p.pid(), "how", p.how())
		s.set(Away, nil)
		s.room.noteCrashed(s, p)
		return ""
	case ordered = <-s.orders:
		slog.Info(string(ordered), "server", s.Number, "pid", p.pid())
	case <-napping:
		ordered = dozed
	case <-ctx.Done():
		ordered = Restart
	}
	s.set(Stopping, nil)
	if ordered == Crash || p.hung.Load() || s.room.probe(p, probeTimeout) != nil {
		p.kill() // one that hangs finishes nothing
	} else {
		s.drain()
		p.finish()
	}
	return ordered
}

// doze leaves the server without a process until its room wakes.
func (s *Server) doze(ctx context.Context, changed <-chan struct{}) {
	s.set(Asleep, nil)
	select {
	case <-changed:
	case <-ctx.Done():
	}
}

// rest leaves the server stopped until it is to start again.
func (s *Server) rest(ctx context.Context) (ordered Action) {
	s.set(Stopped, nil)
	s.mu.Lock()
	by := s.orderedBy
	s.mu.Unlock()
	s.room.journal.note(by, Halted, "Server "+s.label()+" was stopped. "+s.room.forgets())
	select {
	case ordered = <-s.orders:
	case <-ctx.Done():
	}
	return ordered
}

func (s *Server) startProcess() (*process, error) {
	select {
	case <-s.orders: // to a process that ended by itself meanwhile
	default:
	}
	s.room.changing.Lock()
	version, doors := s.room.version, *s.room.doors.Load()
	s.room.changing.Unlock()
	if err := s.room.database.InPlace(); err != nil { // a server would open what lies there now
		return nil, err
	}
	s.mu.Lock()
	s.starts++
	config := s.room.startConfig()
	config.Number, config.Start, config.Settings = s.Number, s.starts, doors
	s.mu.Unlock()
	p, err := s.room.program.start(s.room.program.Server, config, "server "+s.label())
	if err != nil {
		return nil, err
	}
	if err := s.admit(p, version); err != nil {
		p.kill()
		return nil, err
	}
	slog.Info("server ready", "server", s.Number, "pid", p.pid(), "start", config.Start)
	return p, nil
}

// startConfig is what all of the room's servers are started with.
func (r *Room) startConfig() relay.StartConfig {
	config := relay.StartConfig{
		Secret: r.secret, Site: r.site, Title: r.title, Database: r.database.Path(), Redis: r.redis.at(),
		Disposable: r.small.Disposable, MemoryLimit: r.small.Memory, MaxSessions: r.small.Sessions,
	}
	if r.kind != Stage {
		config.Room = r.name
	}
	return config
}

// admit lets requests go to a process, which goes by the settings of a version:
// by then it goes by those that all others go by.
func (s *Server) admit(p *process, version int) error {
	s.room.changing.Lock()
	defer s.room.changing.Unlock()
	if err := s.room.database.InPlace(); err != nil {
		return err
	}
	if version != s.room.version {
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
	change := relay.Change{ID: rand.Text(), Settings: *s.room.doors.Load(), Redis: s.room.redis.at()}
	one := &participant{server: s, process: p}
	if err := agree([]*participant{one}, change); err != nil {
		return err
	}
	return one.err // it was decided, and did not follow
}

// drain waits, within a bounded time, until no request is under way; those that
// come meanwhile go elsewhere. So ending the process fails none.
func (s *Server) drain() {
	drained := make(chan struct{})
	go func() {
		s.busy.Lock()
		defer s.busy.Unlock()
		close(drained)
	}()
	select {
	case <-drained:
	case <-time.After(finishTimeout):
	}
}

func nextPause(pause time.Duration) time.Duration { return min(max(2*pause, firstPause), maxPause) }

// wait lets some time pass before the next start, unless the room falls asleep.
func (s *Server) wait(ctx context.Context, pause time.Duration) {
	select {
	case <-time.After(pause):
	case <-s.room.sleep.begins():
	case <-ctx.Done():
	}
}

func wait(ctx context.Context, pause time.Duration) {
	select {
	case <-time.After(pause):
	case <-ctx.Done():
	}
}
