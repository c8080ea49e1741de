package trace

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
	// with the last id that it has seen.
	C chan *Trace

	log     *Log
	seat    *seat
	network string
	closed  bool
}

// Listen returns what the seat has kept since the trace with the id after (all
// of it when that is unknown or empty), and a listener for what comes next:
// together every trace exactly once. It returns nil when as many listen already as
// may, at this seat, from this network or in all, and none of them gives way. Close the
// listener when done.
func (l *Log) Listen(name, network, after string) ([]*Trace, *Listener) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.seat(name)
	if len(s.listeners) >= MaxListeners || !l.makePlace(s, network) {
		l.forgetIfEmpty(s)
		return nil, nil
	}
	var missed []*Trace
	for _, k := range s.shown()[s.find(after)+1:] { // all of them when it is unknown
		if !k.trace.Quiet() {
			missed = append(missed, k.trace)
		}
	}
	listener := &Listener{C: make(chan *Trace, 256), log: l, seat: s, network: network}
	if s.listeners == nil {
		s.listeners = map[*Listener]struct{}{}
	}
	s.listeners[listener] = struct{}{}
	l.listeners[listener] = struct{}{}
	l.networks[network]++
	return missed, listener
}

// Close ends the listening.
func (n *Listener) Close() {
	n.log.mu.Lock()
	defer n.log.mu.Unlock()
	if _, open := n.seat.listeners[n]; open {
		n.log.remove(n)
	}
}

// remove takes a listener out.
func (l *Log) remove(n *Listener) {
	delete(n.seat.listeners, n)
	l.forgetIfEmpty(n.seat)
	delete(l.listeners, n)
	if l.networks[n.network]--; l.networks[n.network] == 0 {
		delete(l.networks, n.network)
	}
}

// makePlace reports whether one more may listen. When all places are taken, another one may
// have to give way.
func (l *Log) makePlace(s *seat, network string) bool {
	within := ""
	switch {
	case l.networks[network] >= MaxListenersNetwork:
		within = network
	case len(l.listeners) < MaxListenersAll:
		return true
	}
	var least *Listener
	for n := range l.listeners {
		if (within == "" || n.network == within) && l.wants(s, network, n).above(l.claim(n)) && (least == nil || l.claim(least).above(l.claim(n))) {
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

func (l *Log) claim(n *Listener) claim {
	return claim{n.seat.takesPart, l.networks[n.network], len(n.seat.listeners)}
}

// wants is the claim of one more listener, in the place of another one.
func (l *Log) wants(s *seat, network string, instead *Listener) claim {
	ofNetwork := l.networks[network]
	if network != instead.network {
		ofNetwork++
	}
	return claim{s.takesPart, ofNetwork, len(s.listeners) + 1}
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

// tell is called with the log locked.
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
