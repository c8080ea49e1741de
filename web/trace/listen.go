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
	// to take them: it should come back with the last id that it has seen.
	C chan *Trace

	log     *Log
	seat    *seat
	network string
	closed  bool
}

// Listen returns what the seat has kept since the trace with the id after (all
// of it when that is unknown or empty), and a listener for what comes next:
// together every trace exactly once. It returns nil when as many listen already as
// may: at this seat, from this network, or in all. Close the listener when done.
func (l *Log) Listen(name, network, after string) ([]*Trace, *Listener) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.listeners >= MaxListenersAll || l.networks[network] >= MaxListenersNetwork {
		return nil, nil
	}
	s := l.seat(name)
	if len(s.listeners) >= MaxListeners {
		return nil, nil
	}
	var missed []*Trace
	for _, k := range s.traces[s.find(after)+1:] { // all of them when it is unknown
		if !k.trace.Quiet() {
			missed = append(missed, k.trace)
		}
	}
	listener := &Listener{C: make(chan *Trace, 256), log: l, seat: s, network: network}
	if s.listeners == nil {
		s.listeners = map[*Listener]struct{}{}
	}
	s.listeners[listener] = struct{}{}
	l.listeners++
	l.networks[network]++
	return missed, listener
}

// Close ends the listening.
func (n *Listener) Close() {
	n.log.mu.Lock()
	defer n.log.mu.Unlock()
	if _, open := n.seat.listeners[n]; !open {
		return
	}
	delete(n.seat.listeners, n)
	n.log.forgetIfEmpty(n.seat)
	n.log.listeners--
	if n.log.networks[n.network]--; n.log.networks[n.network] == 0 {
		delete(n.log.networks, n.network)
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
		n.closed = true
		close(n.C)
	}
}
