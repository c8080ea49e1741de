package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// faults is what visitors notice while one server after another is killed.
type faults struct {
	Store  string     `json:"store"`
	Killed int        `json:"killed"`
	Doors  []suffered `json:"doors"`
}

// suffered is how the requests at one door fared.
type suffered struct {
	Door     string   `json:"door"`
	Requests int      `json:"requests"`
	Failed   int      `json:"failed"`
	P50      float64  `json:"p50_ms"`
	P99      float64  `json:"p99_ms"`
	Max      float64  `json:"max_ms"`
	Why      []string `json:"why,omitempty"` // the first of each connection
}

const (
	faultsFor  = 30 * time.Second
	faultEvery = 2 * time.Second
)

// faults tries each store that several servers can share.
func (b *bench) faults(ctx context.Context) (all []faults, err error) {
	for _, store := range []string{"redis", "sqlite"} {
		f, err := b.killing(ctx, store)
		if err != nil {
			return nil, fmt.Errorf("faults, %s: %w", store, err)
		}
		all = append(all, f)
	}
	return all, nil
}

// killing keeps three servers busy, half of the connections at each door, and kills
// the next of them every two seconds.
func (b *bench) killing(ctx context.Context, store string) (f faults, err error) {
	s, err := b.openOn(filepath.Join(b.folder, "faults-"+store, "two.db"), "serve", store, "--servers=3", "--balance=round-robin")
	if err != nil {
		return f, err
	}
	defer s.stop()
	var over atomic.Bool
	var running sync.WaitGroup
	requests := map[string][]byte{"session": s.sessionRequest(s.address), "token": s.tokenRequest(s.address)}
	visitors := make([]*sufferer, b.Connections)
	for i := range visitors {
		visitors[i] = &sufferer{door: [...]string{"session", "token"}[i%2], address: s.address}
		running.Go(func() { visitors[i].visit(requests[visitors[i].door], &over) })
	}
	f.Store = store
	pids := map[int]bool{}
	for end := time.Now().Add(faultsFor); err == nil && ctx.Err() == nil && time.Now().Before(end); f.Killed++ {
		b.say("store %s: %d servers killed", store, f.Killed)
		pause(ctx, faultEvery)
		err = s.kill(f.Killed%3+1, pids)
	}
	over.Store(true)
	running.Wait()
	f.Doors = []suffered{suffer("session", visitors), suffer("token", visitors)}
	if err == nil {
		err = ctx.Err()
	}
	return f, err
}

// kill has a server crash, and waits for the next, which has to be a process that
// was not there before.
func (s *site) kill(number int, before map[int]bool) error {
	_, body, err := s.call("POST", fmt.Sprintf("/api/servers/%d/crash?wait=1", number), "")
	if err != nil {
		return err
	}
	var now struct{ PID int }
	if err := json.Unmarshal(body, &now); err != nil || now.PID == 0 || before[now.PID] {
		return fmt.Errorf("the crash answered %s", body)
	}
	before[now.PID] = true
	return nil
}

// sufferer is a visitor who goes on after a request that failed, on a new
// connection.
type sufferer struct {
	door, address string
	took          []time.Duration
	failed        int
	why           string
}

func (v *sufferer) visit(request []byte, over *atomic.Bool) {
	var c *client
	defer func() {
		if c != nil {
			c.conn.Close()
		}
	}()
	for !over.Load() {
		began := time.Now()
		var err error
		if c == nil {
			c, err = dial(v.address, request)
		}
		if err == nil {
			err = c.exchange()
		}
		v.took = append(v.took, time.Since(began))
		if err == nil {
			continue
		}
		if v.failed++; v.why == "" {
			v.why = err.Error()
		}
		if c != nil {
			c.conn.Close()
			c = nil
		}
	}
}

// suffer adds up the visitors of one door. A request that failed counts with the
// time that it took, too.
func suffer(door string, visitors []*sufferer) suffered {
	s := suffered{Door: door}
	var took []time.Duration
	for _, v := range visitors {
		if v.door != door {
			continue
		}
		took = append(took, v.took...)
		s.Failed += v.failed
		if v.why != "" {
			s.Why = append(s.Why, v.why)
		}
	}
	if s.Requests = len(took); s.Requests == 0 {
		return s
	}
	slices.Sort(took)
	at := func(share int) float64 { return milliseconds(took[(len(took)-1)*share/100]) }
	s.P50, s.P99, s.Max = at(50), at(99), at(100)
	return s
}
