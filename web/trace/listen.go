package trace

import "sync"

// Bounds of listening.
const (
	MaxListeners        = 8     // of one seat
	MaxListenersNetwork = 1_000 // of one network: a class behind one address
	MaxListenersAll     = 2_000
)

// Listener receives a seat's traces as they are kept.
type Listener struct {
	// C carries them, oldest first. It is closed when the listener was too slow
	// to take them, and when it has to give way to another one: it should come back
	// with the number of the last that it has seen.
	C chan *Trace

	among    *Listeners
	audience *audience
	network  string
	closed   bool
}

// Listeners are all who listen in this process. When too many do, some have to give way.
type Listeners struct {
	mu       sync.Mutex
	seats    map[string]*audience // that anybody listens to
	all      map[*Listener]struct{}
	networks map[string]int
}

// audience is who listens to one seat.
type audience struct {
	name      string
	takesPart bool // somebody was let in there, or it has a room
	listeners map[*Listener]struct{}
}

// NewListeners returns nobody.
func NewListeners() *Listeners {
	return &Listeners{seats: map[string]*audience{}, all: map[*Listener]struct{}{}, networks: map[string]int{}}
}

// Join adds a listener to a seat's traces. It returns nil when as many listen already as may, at this seat, from this
// network or in all, and none of them gives way. Close the listener when done.
func (l *Listeners) Join(name, network string, takesPart bool) *Listener {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := l.seats[name]
	if a == nil {
		a = &audience{name: name, listeners: map[*Listener]struct{}{}}
	}
	a.takesPart = a.takesPart || takesPart
	if len(a.listeners) >= MaxListeners || !l.makePlace(a, network) {
		return nil
	}
	n := &Listener{C: make(chan *Trace, 256), among: l, audience: a, network: network}
	a.listeners[n] = struct{}{}
	l.seats[name] = a // where it gave way to itself, it was taken out
	l.all[n] = struct{}{}
	l.networks[network]++
	return n
}

// Tell hands a trace to who listens to its seat.
func (l *Listeners) Tell(name string, t *Trace) {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := l.seats[name]
	if a == nil || t.Quiet() {
		return
	}
	a.takesPart = a.takesPart || t.TakesPart()
	for n := range a.listeners {
		n.tell(t)
	}
}

// Seats are the names of those that anybody listens to.
func (l *Listeners) Seats() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	names := make([]string, 0, len(l.seats))
	for name := range l.seats {
		names = append(names, name)
	}
	return names
}

// Count is how many listen.
func (l *Listeners) Count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.all)
}

// Close ends the listening.
func (n *Listener) Close() {
	n.among.mu.Lock()
	defer n.among.mu.Unlock()
	if _, open := n.among.all[n]; open {
		n.among.remove(n)
	}
}

// remove takes a listener out.
func (l *Listeners) remove(n *Listener) {
	delete(l.all, n)
	if delete(n.audience.listeners, n); len(n.audience.listeners) == 0 {
		delete(l.seats, n.audience.name)
	}
	if l.networks[n.network]--; l.networks[n.network] == 0 {
		delete(l.networks, n.network)
	}
}

// makePlace reports whether one more may listen. When all places are taken, another one may
// have to give way.
func (l *Listeners) makePlace(a *audience, network string) bool {
	within := ""
	switch {
	case l.networks[network] >= MaxListenersNetwork:
		within = network
	case len(l.all) < MaxListenersAll:
		return true
	}
	var least *Listener
	for n := range l.all {
		if (within == "" || n.network == within) && l.wants(a, network, n).above(l.claim(n)) && (least == nil || l.claim(least).above(l.claim(n))) {
			least = n
		}
	}
	if least == nil {
		return false
	}
	l.remove(least)
	least.end()
	return true
}

// claim is what decides who gives way where too many listen. Seats are free to make, so one
// that takes part comes first: somebody was let in there, or it has a room. Then come networks
// that have fewer listeners, and then seats that have fewer.
type claim struct {
	takesPart bool
	ofNetwork int
	ofSeat    int
}

func (l *Listeners) claim(n *Listener) claim {
	return claim{n.audience.takesPart, l.networks[n.network], len(n.audience.listeners)}
}

// wants is the claim of one more listener, in the place of another one.
func (l *Listeners) wants(a *audience, network string, instead *Listener) claim {
	ofNetwork := l.networks[network]
	if network != instead.network {
		ofNetwork++
	}
	return claim{a.takesPart, ofNetwork, len(a.listeners) + 1}
}

func (c claim) above(other claim) bool {
	switch {
	case c.takesPart != other.takesPart:
		return c.takesPart
	case c.ofNetwork != other.ofNetwork:
		return c.ofNetwork < other.ofNetwork
	}
	return c.ofSeat < other.ofSeat
}

// end tells the listener that nothing comes any more.
func (n *Listener) end() {
	if !n.closed {
		n.closed = true
		close(n.C)
	}
}

// tell is called with all listeners locked.
func (n *Listener) tell(t *Trace) {
	if n.closed {
		return
	}
	select {
	case n.C <- t:
	default:
		n.end()
	}
}
