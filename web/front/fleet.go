package front

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"twodoors/web/settings"
)

// Fleet is the servers behind the front.
type Fleet struct {
	Executable string   // this program
	Arguments  []string // that make it a server
	Room       *Room    // where what happens is written down
	Settings   settings.Doors

	choosing sync.Mutex // held by who reads settings to change them
	changing sync.Mutex // held while settings change, and while a server begins to serve
	version  int        // of the settings and keys: one more with each change
	adopted  atomic.Pointer[settings.Doors]
	secret   string
	now      func() time.Time
	servers  []*Server
	buffers  buffers
	onLost   func(http.ResponseWriter, *http.Request, *Server, error)
	running  sync.WaitGroup
	stop     context.CancelFunc
}

// Start starts n servers and waits until all of them serve. Its error is one
// sentence for the person at the terminal.
func (f *Fleet) Start(n int, now func() time.Time) error {
	f.secret, f.now = rand.Text(), now
	f.adopted.Store(&f.Settings)
	ctx, stop := context.WithCancel(context.Background())
	f.stop = stop
	for number := 1; number <= n; number++ {
		s := &Server{Number: number, fleet: f, state: Starting, orders: make(chan order, 1), changed: make(chan struct{})}
		f.servers = append(f.servers, s)
		f.running.Go(func() { s.run(ctx) })
	}
	deadline, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for _, s := range f.servers {
		if err := s.await(deadline); err != nil {
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

// await waits until the server serves for the first time, or failed to.
func (s *Server) await(ctx context.Context) error {
	for {
		s.mu.Lock()
		state, changed := s.state, s.changed
		s.mu.Unlock()
		switch state {
		case Ready:
			return nil
		case Away:
			return fmt.Errorf("away")
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (f *Fleet) ready() []*Server {
	ready := make([]*Server, 0, len(f.servers))
	for _, s := range f.servers {
		if s.route() != nil {
			ready = append(ready, s)
		}
	}
	return ready
}

func (f *Fleet) whyNone() string {
	if len(f.servers) == 1 {
		return "server 1 is away"
	}
	return fmt.Sprintf("all %d servers are away", len(f.servers))
}

// byNumber returns nil when there is no such server.
func (f *Fleet) byNumber(n int) *Server {
	for _, s := range f.servers {
		if s.Number == n {
			return s
		}
	}
	return nil
}
