package trace

import (
	"slices"
	"strings"
	"sync"
	"time"
)

// Bounds of a Log: what it holds at most, for one seat and in all.
const (
	MaxTracesPerSeat = 2_000
	MaxTraces        = 20_000
	MaxBytes         = 32 << 20 // of what the traces themselves hold
	MaxListeners     = 8        // open event streams of one seat
)

// Log keeps the newest traces of each seat and tells who listens. When a bound
// is reached the oldest trace goes, first the seat's own, then anybody's.
type Log struct {
	mu             sync.Mutex
	seats          map[string]*seat
	oldest, newest *kept
	count, bytes   int
}

type seat struct {
	traces    []*kept // oldest first
	listeners map[*Listener]struct{}
}

// kept is a trace in the row of all, from the oldest to the newest.
type kept struct {
	trace        *Trace
	bytes        int
	seat         string
	older, newer *kept
}

// NewLog returns an empty log.
func NewLog() *Log { return &Log{seats: map[string]*seat{}} }

// Add keeps a finished trace for a seat, and hands it to the seat's listeners.
// From then on nobody may change it.
func (l *Log) Add(name string, t *Trace) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.seat(name)
	k := &kept{trace: t, bytes: t.size(), seat: name}
	s.traces = append(s.traces, k)
	l.append(k)
	if len(s.traces) > MaxTracesPerSeat {
		l.dropOldest(s)
	}
	for l.count > MaxTraces || l.bytes > MaxBytes {
		l.dropOldest(l.seats[l.oldest.seat])
	}
	if t.Quiet() {
		return
	}
	for listener := range s.listeners {
		listener.tell(t)
	}
}

// Get returns a seat's trace, nil when this seat has none of that id.
func (l *Log) Get(name, id string) *Trace {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s := l.seats[name]; s != nil {
		if at := s.find(id); at >= 0 {
			return s.traces[at].trace
		}
	}
	return nil
}

// List returns up to n of a seat's traces, newest first, the quiet ones left
// out. With a door's name, those of that door only.
func (l *Log) List(name, door string, n int) []*Trace {
	l.mu.Lock()
	defer l.mu.Unlock()
	traces := []*Trace{}
	s := l.seats[name]
	if s == nil {
		return traces
	}
	for _, k := range slices.Backward(s.traces) {
		if len(traces) == n {
			break
		}
		if t := k.trace; !t.Quiet() && (door == "" || t.Door == door) {
			traces = append(traces, t)
		}
	}
	return traces
}

// Clear forgets a seat's traces.
func (l *Log) Clear(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.seats[name]
	for s != nil && len(s.traces) > 0 {
		l.dropOldest(s)
	}
}

// Others returns how many seats other than the one whose name ends so came back since
// a moment: those that sent more than one request, the last of them since then.
func (l *Log) Others(name string, since time.Time) (others int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for other, s := range l.seats {
		if n := len(s.traces); n > 1 && !strings.HasSuffix(other, name) && s.traces[n-1].trace.At.After(since) {
			others++
		}
	}
	return others
}

// ClearAll forgets everybody's traces.
func (l *Log) ClearAll() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.oldest != nil {
		l.dropOldest(l.seats[l.oldest.seat])
	}
}

// Quiet reports whether a trace is of a request that was for everybody: nothing
// was done to authorize it, no door was shut, and it changed nothing. It can be
// had by its id and is in no list.
func (t *Trace) Quiet() bool {
	if t.unlisted || t.aside && t.Status < 400 {
		return true
	}
	for _, step := range t.Steps {
		if step.Name.Actor() != Front {
			return false
		}
	}
	return (t.Outcome == Allowed || t.Door == "") && (t.Method == "GET" || t.Method == "HEAD")
}

// Unlisted returns the same trace as one that can be had by its id and is in no list:
// for a seat that did not send the request itself, but had an experiment send it.
func (t *Trace) Unlisted() *Trace {
	unlisted := *t
	unlisted.unlisted = true
	return &unlisted
}

func (l *Log) seat(name string) *seat {
	s := l.seats[name]
	if s == nil {
		s = &seat{listeners: map[*Listener]struct{}{}}
		l.seats[name] = s
	}
	return s
}

// find returns where a trace stands, -1 when it does not. It looks from the newest
// on: a seat keeps few enough, and what is asked for is mostly what just happened.
// An index would cost every request more.
func (s *seat) find(id string) int {
	for at, k := range slices.Backward(s.traces) {
		if k.trace.ID == id {
			return at
		}
	}
	return -1
}

func (l *Log) append(k *kept) {
	if k.older = l.newest; k.older == nil {
		l.oldest = k
	} else {
		k.older.newer = k
	}
	l.newest = k
	l.count++
	l.bytes += k.bytes
}

// dropOldest forgets the oldest trace of a seat. The oldest of all is the oldest of
// its seat.
func (l *Log) dropOldest(s *seat) {
	k := s.traces[0]
	s.traces[0], s.traces = nil, s.traces[1:]
	if k.older == nil {
		l.oldest = k.newer
	} else {
		k.older.newer = k.newer
	}
	if k.newer == nil {
		l.newest = k.older
	} else {
		k.newer.older = k.older
	}
	l.count--
	l.bytes -= k.bytes
	l.forgetIfEmpty(k.seat, s)
}

func (l *Log) forgetIfEmpty(name string, s *seat) {
	if len(s.traces) == 0 && len(s.listeners) == 0 {
		delete(l.seats, name)
	}
}

// size is about what a trace takes in memory, in bytes.
func (t *Trace) size() int {
	n := 2048 + len(t.Path) + len(t.User)
	if t.Credential != nil {
		n += len(t.Credential.Shown)
	}
	for _, step := range t.Steps {
		n += len(step.Saw)
	}
	return n
}
