package lab

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"sync"

	"twodoors/web/seat"
	"twodoors/web/trace"
)

// Labs runs the labs of all seats.
type Labs struct {
	Config

	mu           sync.RWMutex
	participants map[string]*participant // by the seat's name

	saving  sync.Mutex // held by whoever changes the table
	unsaved *unsaved
	closing chan struct{} // closed by Close
	saved   chan struct{} // closed when nobody saves any more
}

// Open returns the labs of all seats, and goes on with those that were under way when the
// program ended. Whoever has them closes them.
func Open(ctx context.Context, c Config) (*Labs, error) {
	l := &Labs{Config: c, participants: map[string]*participant{}, unsaved: newUnsaved(), closing: make(chan struct{}), saved: make(chan struct{})}
	seats, err := l.Table.Recent(ctx)
	if err != nil {
		return nil, err
	}
	for _, seat := range seats[:min(len(seats), maxParticipants)] {
		if _, err := l.participant(ctx, seat); err != nil {
			return nil, err
		}
	}
	go l.saveSoon()
	return l, nil
}

// ByName returns nil when there is no such lab.
func (l *Labs) ByName(name string) *Lab {
	for _, lab := range l.All {
		if lab.Name == name {
			return lab
		}
	}
	return nil
}

// Progress returns how far a seat has come, by lab.
func (l *Labs) Progress(ctx context.Context, seat string) (map[string]*Progress, error) {
	p, err := l.participant(ctx, seat)
	if err != nil {
		return nil, err
	}
	all := p.copy()
	for name, progress := range all {
		if what := l.disturbance(seat, name); what != "" && progress.Running() {
			progress.Disturbed = what
		}
	}
	return all, nil
}

// Observe is told of each request as it is answered. What is done in the room of a lab counts
// for that lab.
func (l *Labs) Observe(seat string, t *trace.Trace) {
	if l.Rooms.Lab(seat) == "" || l.Rooms.NameOf(seat) != t.Room {
		return
	}
	s := FromTrace(t)
	if t.Quiet() && s.Path != keysPath { // which authorizes nobody, and is what a verifier does
		l.attach(seat, t)
		return
	}
	s.Settings = l.circumstances(seat)
	l.Note(seat, s)
}

// Note adds something to the history of the lab that the seat is in. A task that is done by it
// is kept before anybody is told, all else soon.
func (l *Labs) Note(seat string, s Seen) {
	lab := l.ByName(l.Rooms.Lab(seat))
	if lab == nil {
		return
	}
	ticked := l.update(seat, lab, func(p *Progress) bool { return p.Running() && p.add(lab, s) })
	if ticked {
		l.saveAll(context.Background()) // which logs what fails, and is tried again
	}
}

// attach keeps the trace of something that a lab has found out already.
func (l *Labs) attach(seat string, t *trace.Trace) {
	if lab := l.ByName(l.Rooms.Lab(seat)); lab != nil {
		l.update(seat, lab, func(p *Progress) bool { return p.attach(t) })
	}
}

// AddTrace adds a finished trace to those of a seat that did not send the request itself.
func (l *Labs) AddTrace(s seat.Seat, t *trace.Trace) {
	l.Traces.Add(s.Name(), t)
	l.attach(s.Name(), t)
}

// update changes progress of a seat in memory, and has it saved soon.
func (l *Labs) update(seat string, lab *Lab, do func(*Progress) bool) (done bool) {
	l.mu.RLock()
	p := l.participants[seat]
	l.mu.RUnlock()
	if p == nil {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.touched = l.Now()
	progress := p.progress[lab.Name]
	if progress == nil {
		return false
	}
	done = do(progress)
	if progress.unsaved {
		l.unsaved.add(seat, p)
	}
	return done
}

// Handle is a short form of a seat's name, in small letters and digits.
func Handle(seat string) string {
	sum := sha256.Sum256([]byte(seat))
	return hex.EncodeToString(sum[:4])
}
