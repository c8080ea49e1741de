package lab

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"sync"

	"twodoors/web/trace"
)

// Labs runs the labs of all seats.
type Labs struct {
	Config

	mu           sync.RWMutex
	participants map[string]*participant // by the seat's name
}

// Open returns the labs of all seats, and goes on with those that were under way when the
// program ended.
func Open(ctx context.Context, c Config) (*Labs, error) {
	l := &Labs{Config: c, participants: map[string]*participant{}}
	seats, err := l.Table.Recent(ctx)
	if err != nil {
		return nil, err
	}
	for _, seat := range seats[:min(len(seats), maxParticipants)] {
		if _, err := l.participant(ctx, seat); err != nil {
			return nil, err
		}
	}
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
		return
	}
	s.Settings = l.circumstances(seat)
	l.Note(seat, s)
}

// Note adds something to the history of the lab that the seat is in.
func (l *Labs) Note(seat string, s Seen) {
	lab := l.ByName(l.Rooms.Lab(seat))
	l.mu.RLock()
	p := l.participants[seat]
	l.mu.RUnlock()
	if p == nil || lab == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.touched = l.Now()
	progress := p.progress[lab.Name]
	if !progress.Running() || !progress.add(lab, s) {
		return
	}
	if err := l.save(context.Background(), seat, lab, progress); err != nil {
		slog.Error("progress is not kept", "lab", lab.Name, "err", err)
	}
}

// Handle is a short form of a seat's name, in small letters and digits.
func Handle(seat string) string {
	sum := sha256.Sum256([]byte(seat))
	return hex.EncodeToString(sum[:4])
}
