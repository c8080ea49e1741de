package visitors

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"twodoors/web/door"
	"twodoors/web/trace"
)

// crowd is the visitors of one room.
type crowd struct {
	all     *Visitors
	in      Room
	changed chan struct{} // gets a value when another number of them is to come

	mu        sync.Mutex
	perSecond int
	coming    bool
	fault     string
	visits    []Visit
	number    int // of the newest visit
	watchers  map[chan struct{}]struct{}
	pressed   time.Time // when the number was set last
	watched   time.Time // last
}

func newCrowd(all *Visitors, in Room) *crowd {
	return &crowd{all: all, in: in, changed: make(chan struct{}, 1), watchers: map[chan struct{}]struct{}{}}
}

// set changes the number of visitors a second. It reports whether the caller has to start them.
func (c *crowd) set(perSecond int) (begins bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.perSecond, c.fault, c.pressed, c.watched = perSecond, "", c.all.Now(), c.all.Now()
	begins = !c.coming && perSecond > 0
	c.coming = c.coming || begins
	select {
	case c.changed <- struct{}{}:
	default:
	}
	c.tell()
	return begins
}

// come has visitors come, from where the one is who pressed first, until nobody watches them, the room
// sleeps or ends, they cannot log in, or it has gone on for long enough.
func (c *crowd) come(ctx context.Context, by door.Client) {
	visiting, end := context.WithCancel(ctx)
	var underWay sync.WaitGroup
	defer underWay.Wait()
	defer end()
	visitors, turn := c.visitors(by), 0
	for last := time.Now(); c.goesOn(visiting); {
		if !c.pause(visiting, &last) {
			continue
		}
		if turn%len(visitors) == 0 {
			mix(visitors)
		}
		v := visitors[turn%len(visitors)]
		turn++
		if !v.begin() {
			continue // its last request, or too many of others, are still under way
		}
		underWay.Go(func() {
			defer v.end()
			c.note(v.visit(visiting))
		})
	}
}

// visitors are people at each door, none of them logged in.
func (c *crowd) visitors(by door.Client) (all []*visitor) {
	for range people {
		all = append(all, newVisitor(c, door.Session, by), newVisitor(c, door.Token, by))
	}
	return all
}

// mix puts visitors into a random order in which each two of them come to both doors. In a
// fixed order, servers that take turns would always see the same ones.
func mix(visitors []*visitor) {
	rand.Shuffle(len(visitors), func(i, j int) { visitors[i], visitors[j] = visitors[j], visitors[i] })
	for at := range visitors {
		if at%2 == 1 && visitors[at].door == visitors[at-1].door {
			other := at + slices.IndexFunc(visitors[at:], func(v *visitor) bool { return v.door != visitors[at].door })
			visitors[at], visitors[other] = visitors[other], visitors[at]
		}
	}
}

// pause waits until the next visitor is to come after the last one, and reports false when
// something else has to be looked at first.
func (c *crowd) pause(ctx context.Context, last *time.Time) bool {
	c.mu.Lock()
	perSecond := c.perSecond
	c.mu.Unlock()
	wait := time.Second
	if perSecond > 0 {
		wait = time.Until(last.Add(time.Second / time.Duration(perSecond)))
	}
	select {
	case <-ctx.Done():
		return false
	case <-c.changed:
		return false
	case <-time.After(wait):
		*last = time.Now()
		return perSecond > 0
	}
}

// goesOn reports whether more may come: somebody watches, the room is there and awake, nothing has kept
// them from logging in, and somebody has pressed lately. When it reports false they have stopped.
func (c *crowd) goesOn(ctx context.Context) bool {
	there := ctx.Err() == nil && !c.in.Asleep() && c.all.Open(c.in.Name())
	c.mu.Lock()
	defer c.mu.Unlock()
	watched := len(c.watchers) > 0 || c.all.Now().Sub(c.watched) < Unwatched
	if c.fault == "" && c.all.Now().Sub(c.pressed) > Longest {
		c.fault = "They have come for ten minutes. Move the slider to have them come again."
	}
	if there && watched && c.fault == "" {
		return true
	}
	c.perSecond, c.coming = 0, false
	c.tell()
	return false
}

// note keeps a visit, and ends them all when one says why they cannot go on.
func (c *crowd) note(t *trace.Trace, fault string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if fault != "" {
		c.fault = fault
	}
	if t != nil {
		c.number++
		c.visits = append(c.visits[max(0, len(c.visits)-Kept+1):], Visit{c.number, t})
	}
	c.tell()
}

func (c *crowd) look() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.watched = c.all.Now()
	return State{c.perSecond, c.fault, slices.Clone(c.visits)}
}

func (c *crowd) watch() chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	watcher := make(chan struct{}, 1)
	watcher <- struct{}{} // to see what is so already
	c.watchers[watcher] = struct{}{}
	return watcher
}

func (c *crowd) leave(watcher chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.watchers, watcher)
	c.watched = c.all.Now()
}

// over reports whether nobody comes and nobody watches.
func (c *crowd) over() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.coming && len(c.watchers) == 0
}

// tell wakes those who watch. It is called with mu held.
func (c *crowd) tell() {
	for watcher := range c.watchers {
		select {
		case watcher <- struct{}{}:
		default: // it has not looked yet, and will see this as well
		}
	}
}
