package trace

// Listener receives a seat's traces as they are kept.
type Listener struct {
	// C carries them, oldest first. It is closed when the listener was too slow
	// to take them: it should come back with the last id that it has seen.
	C chan *Trace

	log    *Log
	seat   string
	closed bool
}

// Listen returns what the seat has kept since the trace with the id after (all
// of it when that is unknown or empty), and a listener for what comes next:
// together every trace exactly once. It returns nil when the seat has
// MaxListeners open already. Close the listener when done.
func (l *Log) Listen(name, after string) ([]*Trace, *Listener) {
	l.mu.Lock()
	defer l.mu.Unlock()
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
	listener := &Listener{C: make(chan *Trace, 256), log: l, seat: name}
	s.listeners[listener] = struct{}{}
	return missed, listener
}

// Close ends the listening.
func (n *Listener) Close() {
	n.log.mu.Lock()
	defer n.log.mu.Unlock()
	if s := n.log.seats[n.seat]; s != nil {
		delete(s.listeners, n)
		n.log.forgetIfEmpty(n.seat, s)
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
