package trace

import (
	"slices"
	"sync"
	"time"
)

// Bounds of a Log: what it holds at most, for one seat and in all.
const (
	MaxTracesPerSeat = 2_000
	MaxTraces        = 20_000
	MaxBytes         = 32 << 20 // of what the traces themselves hold
	MaxTracesOnce    = 500      // of seats that came once, beside the others
	MaxBytesOnce     = 1 << 20
)

// regularAfter is how many requests have to bring a seat to make it a regular one. The
// others give way first, as long as they hold more than maxBytesRecent.
const (
	regularAfter   = 10
	maxBytesRecent = MaxBytes / 4
)

// Log keeps the newest traces of each seat, by the name of the seat, and tells who listens. It has three rows
// of traces: of seats that came once, which may be no more than requests without a
// cookie and have little room of their own; of recent seats, of which anybody can have
// many; and of regular ones. When all is full the recent ones lose their oldest trace,
// and then the seat that holds most loses its oldest.
type Log struct {
	mu                    sync.Mutex
	seats                 map[string]*seat
	once, recent, regular row
	sizes                 sizes // of the regular seats
	dropped               int64 // traces, to make room for others
	number                int64 // of the newest trace

	listeners *Listeners
}

type seat struct {
	name      string
	requests  int  // that brought it
	takesPart bool // somebody was let in there, or it has a room
	row       *row
	traces    []*kept // oldest first
	cleared   int     // how many of them, the oldest, are shown no more and can be had back
	clearings int
	clearedAt time.Time // the last time
	bytes     int

	level          int // in sizes, with the others of its level
	previous, next *seat
}

// NewLog returns an empty log.
func NewLog() *Log {
	return &Log{seats: map[string]*seat{}, listeners: NewListeners()}
}

// Add keeps a finished trace for the seat that its request brought, and hands it to
// the seat's listeners. From then on nobody may change it.
func (l *Log) Add(name string, t *Trace) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.seat(name)
	s.requests++
	switch {
	case s.requests == regularAfter:
		l.move(s, &l.regular)
	case s.row == &l.once:
		l.move(s, &l.recent)
	}
	l.keep(s, t)
}

// AddNew does the same for a seat that was made for the request, as that brought none.
func (l *Log) AddNew(name string, t *Trace) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.seat(name)
	if s.requests == 0 {
		s.row = &l.once
	}
	l.keep(s, t)
}

func (l *Log) keep(s *seat, t *Trace) {
	k := &kept{trace: t, bytes: t.size(), seat: s}
	l.number = max(l.number+1, t.At.UnixMicro())
	t.number = l.number
	s.takesPart = s.takesPart || t.TakesPart()
	s.traces = append(s.traces, k)
	s.bytes += k.bytes
	s.row.append(k)
	if len(s.traces) > MaxTracesPerSeat {
		s.dropOldest()
		l.dropped++
	}
	if s.row == &l.regular {
		l.sizes.put(s)
	}
	l.makeRoom()
	l.listeners.Tell(s.name, t)
}

// makeRoom keeps the log within its bounds.
func (l *Log) makeRoom() {
	for l.once.count > MaxTracesOnce || l.once.bytes > MaxBytesOnce {
		l.dropOldest(l.once.oldest.seat)
		l.dropped++
	}
	for l.recent.count+l.regular.count > MaxTraces || l.recent.bytes+l.regular.bytes > MaxBytes {
		if l.recent.bytes > maxBytesRecent || l.regular.count == 0 {
			l.dropOldest(l.recent.oldest.seat)
		} else {
			l.dropOldest(l.sizes.largest())
		}
		l.dropped++
	}
}

// Kept is how many traces the log holds, and how many it has dropped to make room for others.
func (l *Log) Kept() (kept int, dropped int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.once.count + l.recent.count + l.regular.count, l.dropped
}

// Streams is how many listen.
func (l *Log) Streams() int { return l.listeners.Count() }

// Listen returns what the seat has kept since the trace of a number (all of it when that is newer than any, or 0), up
// to which number that goes, and a listener for what comes next: together every trace exactly once. The listener is
// nil when too many listen already.
func (l *Log) Listen(name, network string, after int64) (missed []*Trace, upTo int64, next *Listener) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.seats[name]
	next = l.listeners.Join(name, network, s != nil && s.takesPart)
	if next == nil || s == nil {
		return nil, l.number, next
	}
	for _, k := range s.shown() {
		if (k.trace.number > after || after > l.number) && !k.trace.Quiet() {
			missed = append(missed, k.trace)
		}
	}
	return missed, l.number, next
}

// Get returns a seat's trace, nil when this seat has none of that id.
func (l *Log) Get(name, id string) *Trace {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s := l.seats[name]; s != nil {
		if at := s.find(id); at >= 0 {
			return s.shown()[at].trace
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
	for _, k := range slices.Backward(s.shown()) {
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

// Others returns how many seats other than the one of that name came back since
// a moment: those that sent more than one request, the last of them since then.
func (l *Log) Others(name string, since time.Time) (others int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for other, s := range l.seats {
		if n := len(s.traces); n > 1 && other != name && s.traces[n-1].trace.At.After(since) {
			others++
		}
	}
	return others
}

// ClearAll forgets everybody's traces.
func (l *Log) ClearAll() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range l.seats {
		for len(s.traces) > 0 {
			l.dropOldest(s)
		}
	}
}

func (l *Log) seat(name string) *seat {
	s := l.seats[name]
	if s == nil {
		s = &seat{name: name, row: &l.recent}
		l.seats[name] = s
	}
	return s
}

// find returns where a trace stands among those that are shown, -1 when it does not. It looks from the newest
// on: a seat keeps few enough, and what is asked for is mostly what just happened.
// An index would cost every request more.
func (s *seat) find(id string) int {
	for at, k := range slices.Backward(s.shown()) {
		if k.trace.ID == id {
			return at
		}
	}
	return -1
}

// move puts what a seat has in another row.
func (l *Log) move(s *seat, to *row) {
	for _, k := range s.traces {
		s.row.remove(k)
		to.append(k)
	}
	s.row = to
}

// dropOldest forgets the oldest trace of a seat, and the seat when that was all.
func (l *Log) dropOldest(s *seat) {
	s.dropOldest()
	if s.row == &l.regular {
		l.sizes.put(s)
	}
	l.forgetIfEmpty(s)
}

func (s *seat) dropOldest() {
	k := s.traces[0]
	s.cleared = max(0, s.cleared-1)
	s.traces[0], s.traces = nil, s.traces[1:]
	s.bytes -= k.bytes
	s.row.remove(k)
}

func (l *Log) forgetIfEmpty(s *seat) {
	if len(s.traces) == 0 {
		delete(l.seats, s.name)
	}
}

// size is about what a trace takes in memory, in bytes.
func (t *Trace) size() int {
	n := 2048 + len(t.Path) + len(t.User)
	if t.Credential != nil {
		n += len(t.Credential.Shown)
	}
	for _, step := range t.Steps {
		n += len(step.Where) + maxFact*len(step.Facts)
	}
	return n
}
