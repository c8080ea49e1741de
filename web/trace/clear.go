package trace

import "time"

// shown are the traces of a seat that were not cleared.
func (s *seat) shown() []*kept { return s.traces[s.cleared:] }

// Hide clears a seat's traces so that Restore brings them back, until forget is called. When they are cleared twice,
// the second forget drops all of them, and the first does nothing. Hidden traces count as before: a full log drops
// them first, as they are the oldest.
func (l *Log) Hide(name string, at time.Time) (forget func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.seats[name]
	if s == nil {
		return func() {}
	}
	s.cleared = len(s.traces)
	s.clearings++
	s.clearedAt = at
	this := s.clearings
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if s.clearings == this {
			l.dropCleared(s)
		}
	}
}

// Restore brings back what Hide cleared last.
func (l *Log) Restore(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s := l.seats[name]; s != nil {
		s.cleared = 0
	}
}

// Hidden counts the traces that Restore brings back to the list, and says when they were cleared.
func (l *Log) Hidden(name string) (n int, at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s := l.seats[name]; s != nil {
		for _, k := range s.traces[:s.cleared] {
			if !k.trace.Quiet() {
				n++
			}
		}
		at = s.clearedAt
	}
	return n, at
}

func (l *Log) dropCleared(s *seat) {
	for s.cleared > 0 {
		l.dropOldest(s)
	}
}
