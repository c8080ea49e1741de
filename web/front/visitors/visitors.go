// Package visitors sends requests of made-up visitors to a room, so many a second: people who are
// logged in at a door and ask for its protected page. The front answers them as it answers
// everybody, so what becomes of them is decided by its balancer and by the servers.
//
// It knows the front as a handler, and a room by its name. Their traces are kept here, a few of
// each room, and stand in no list of anybody's. Start reading at Set; crowd.go has the visitors
// of one room, and visitor.go one of them.
package visitors

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"sync"
	"time"

	"twodoors/web/door"
	"twodoors/web/room"
	"twodoors/web/seat"
	"twodoors/web/trace"
)

// Bounds on visitors.
const (
	MostPerSecond = 50 // of one room
	Kept          = 60 // visits of one room, the newest
	people        = 4  // logged in at each door

	// Unwatched is how long they go on coming when nobody watches them.
	Unwatched = 10 * time.Second

	// Longest is how long they go on coming when nobody sets their number again.
	Longest = 10 * time.Minute
)

// Config is what visitors need of the site.
type Config struct {
	Front   http.Handler // answers their requests as it does everybody's
	Address string       // of the site, as "http://localhost:8080"
	Seats   *seat.Seats
	Open    func(room string) bool // reports whether a room has not ended
	Now     func() time.Time
}

// Room is one that visitors come to.
type Room interface {
	Name() string
	Asleep() bool
	Server(number int) (room.ServerStatus, bool)
}

// Visitors are those of all rooms.
type Visitors struct {
	Config
	turns   chan struct{} // held by each request under way, whichever room it is for
	running sync.WaitGroup
	ctx     context.Context
	stop    context.CancelFunc

	mu     sync.Mutex
	crowds map[string]*crowd // by room: those that somebody watches, or that come
}

// New returns visitors who do not come yet. Whoever has them closes them.
func New(c Config) *Visitors {
	v := &Visitors{Config: c, turns: make(chan struct{}, 2*max(2, runtime.NumCPU())), crowds: map[string]*crowd{}}
	v.ctx, v.stop = context.WithCancel(context.Background())
	return v
}

// Close ends all visits, and returns when none is under way.
func (v *Visitors) Close() {
	v.mu.Lock()
	v.stop() // no visit begins any more
	v.mu.Unlock()
	v.running.Wait()
}

// Visit is one request of a visitor.
type Visit struct {
	Number int // from 1, one more with each of the room
	Trace  *trace.Trace
}

// State is how a room is visited now.
type State struct {
	PerSecond int
	Fault     string  // why they stopped coming by themselves, a sentence; empty when they did not
	Visits    []Visit // the newest last
}

// Set sends that many visitors a second to a room, on behalf of a person at an address. The error is a
// Refusal of package room.
func (v *Visitors) Set(in Room, perSecond int, by door.Client) error {
	if perSecond < 0 || perSecond > MostPerSecond {
		return &room.Refusal{Kind: room.Invalid, Detail: fmt.Sprintf("per_second must be from 0 to %d.", MostPerSecond)}
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	c := v.crowd(in)
	if c.set(perSecond) && v.ctx.Err() == nil {
		v.running.Go(func() { v.run(c, by) })
	}
	v.forget(c)
	return nil
}

// Look tells how a room is visited now. Whoever looks watches.
func (v *Visitors) Look(in Room) State {
	v.mu.Lock()
	defer v.mu.Unlock()
	c := v.crowds[in.Name()]
	if c == nil {
		return State{}
	}
	return c.look()
}

// Trace returns the trace of a visit to a room, nil when it is not kept.
func (v *Visitors) Trace(in Room, id string) *trace.Trace {
	for _, visit := range v.Look(in).Visits {
		if visit.Trace.ID == id {
			return visit.Trace
		}
	}
	return nil
}

// Watch returns a channel that gets a value when somebody has visited a room, or how many come has
// changed. They come for as long as somebody watches. Whoever watches calls end.
func (v *Visitors) Watch(in Room) (news <-chan struct{}, end func()) {
	v.mu.Lock()
	defer v.mu.Unlock()
	c := v.crowd(in)
	watcher := c.watch()
	return watcher, func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		c.leave(watcher)
		v.forget(c)
	}
}

// run has a crowd come until nobody watches it.
func (v *Visitors) run(c *crowd, by door.Client) {
	c.come(v.ctx, by)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.forget(c)
}

// crowd returns that of a room. It is called with mu held.
func (v *Visitors) crowd(in Room) *crowd {
	c := v.crowds[in.Name()]
	if c == nil {
		c = newCrowd(v, in)
		v.crowds[in.Name()] = c
	}
	return c
}

// forget drops a crowd that neither comes nor is watched. It is called with mu held.
func (v *Visitors) forget(c *crowd) {
	if c.over() && v.crowds[c.in.Name()] == c {
		delete(v.crowds, c.in.Name())
	}
}
