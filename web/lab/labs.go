package lab

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"sync"
	"time"

	"twodoors/web/settings"
	"twodoors/web/trace"
)

// Labs runs the labs of all seats.
type Labs struct {
	Config

	mu           sync.RWMutex
	participants map[string]*participant // by the seat's name
	needs        map[string]time.Time    // whose labs have changed the site's settings, by seat and lab, and when
	before       *settings.Settings
	site         sync.Mutex // held while the site is set up or put back
}

// Open returns the labs of all seats, and goes on with those that were under way when the
// program ended.
func Open(ctx context.Context, c Config) (*Labs, error) {
	l := &Labs{Config: c, participants: map[string]*participant{}, needs: map[string]time.Time{}}
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

// Observe is told of each request as it is answered.
func (l *Labs) Observe(seat string, t *trace.Trace) {
	l.mu.RLock()
	p := l.participants[seat]
	l.mu.RUnlock()
	if p == nil {
		return
	}
	if t.Quiet() && t.Path != "/.well-known/jwks.json" { // which authorizes nobody, and is what a verifier does
		return
	}
	s := FromTrace(t)
	s.Settings = l.circumstances()
	l.Note(seat, s)
}

// Note adds something to the history of each lab that the seat is in.
func (l *Labs) Note(seat string, s Seen) {
	l.mu.RLock()
	p := l.participants[seat]
	l.mu.RUnlock()
	if p == nil {
		return
	}
	var finished []string
	p.mu.Lock()
	p.touched = l.Now()
	for name, progress := range p.progress {
		lab := l.ByName(name)
		if lab == nil || !progress.Running() || !progress.add(lab, s) {
			continue
		}
		if err := l.save(context.Background(), seat, lab, progress); err != nil {
			slog.Error("progress is not kept", "lab", name, "err", err)
		}
		if !progress.Running() {
			finished = append(finished, name)
		}
	}
	p.mu.Unlock()
	for _, name := range finished {
		go func() { // it tells servers, and the request that finished the lab has yet to be answered
			if err := l.putBack(context.Background(), seat, name); err != nil {
				slog.Error("settings are not put back", "lab", name, "err", err)
			}
		}()
	}
}

// Others is how many other seats were at work within the last ten minutes.
func (l *Labs) Others(seat string) int {
	return l.Traces.Others(seat, l.Now().Add(-10*time.Minute))
}

// Handle is a short form of a seat's name, in small letters and digits.
func Handle(seat string) string {
	sum := sha256.Sum256([]byte(seat))
	return hex.EncodeToString(sum[:4])
}

func holder(seat, lab string) string { return seat + " " + lab }
