package lab

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"twodoors/web/request"
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

// Begin sets up what a lab needs, and begins it unless it has begun. Where others
// would notice, the visitor has to be sure.
func (l *Labs) Begin(ctx context.Context, seat string, lab *Lab, sure bool) error {
	if others := l.Others(seat); lab.Needs != "" && others > 0 && !sure {
		return &request.Fault{Status: http.StatusConflict, Detail: fmt.Sprintf(
			"This lab changes the settings for everybody, and %s at work here. Ask them, then begin with {\"sure\": true}.", seats(others))}
	}
	p, err := l.participant(ctx, seat)
	if err != nil {
		return err
	}
	begun, err := l.saveBegun(ctx, seat, lab, p)
	if err != nil {
		return err
	}
	if err := l.setUp(ctx, seat, lab); err != nil {
		return errors.Join(err, l.saveNotBegun(ctx, seat, lab, p))
	}
	p = l.keep(seat, p)
	p.mu.Lock()
	defer p.mu.Unlock()
	if progress := p.progress[lab.Name]; progress != nil {
		progress.goOn()
	} else {
		p.progress[lab.Name] = begun
	}
	return nil
}

// saveBegun keeps that a lab has begun, before the site is changed for it: whoever is
// told that it cannot be kept finds everything as it was.
func (l *Labs) saveBegun(ctx context.Context, seat string, lab *Lab, p *participant) (*Progress, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	progress := begin(l.Now())
	if already := p.progress[lab.Name]; already != nil {
		progress = already.copy()
	}
	progress.goOn()
	return progress, l.save(ctx, seat, lab, progress)
}

// saveNotBegun keeps how far the seat was before.
func (l *Labs) saveNotBegun(ctx context.Context, seat string, lab *Lab, p *participant) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if progress := p.progress[lab.Name]; progress != nil {
		return l.save(ctx, seat, lab, progress)
	}
	return l.Table.Drop(ctx, seat, lab.Name)
}

// Leave stops a lab half-way, and puts back what it had set up.
func (l *Labs) Leave(ctx context.Context, seat string, lab *Lab) error {
	p, err := l.participant(ctx, seat)
	if err != nil {
		return err
	}
	if err := l.saveLeft(ctx, seat, lab, p); err != nil {
		return err
	}
	return l.putBack(ctx, seat, lab.Name)
}

// saveLeft keeps that a lab was left, before anything is put back.
func (l *Labs) saveLeft(ctx context.Context, seat string, lab *Lab, p *participant) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	progress := p.progress[lab.Name]
	if !progress.Running() {
		return nil
	}
	left := progress.copy()
	left.Left = true
	if err := l.save(ctx, seat, lab, left); err != nil {
		return err
	}
	progress.Left = true
	return nil
}

// Forget starts over: one lab of a seat, with an empty lab name all of them, with
// an empty seat everybody's.
func (l *Labs) Forget(ctx context.Context, seat, lab string) error {
	if err := l.Table.Drop(ctx, seat, lab); err != nil {
		return err
	}
	l.mu.Lock()
	for name, p := range l.participants {
		if seat != "" && name != seat {
			continue
		}
		p.mu.Lock()
		if lab == "" {
			clear(p.progress)
		} else {
			delete(p.progress, lab)
		}
		p.mu.Unlock()
	}
	l.mu.Unlock()
	return l.putBack(ctx, seat, lab)
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
	s := SeenIn(t)
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

func seats(n int) string {
	if n == 1 {
		return "another seat is"
	}
	return fmt.Sprintf("%d other seats are", n)
}

// Handle is a short form of a seat's name, in small letters and digits.
func Handle(seat string) string {
	sum := sha256.Sum256([]byte(seat))
	return hex.EncodeToString(sum[:4])
}

func holder(seat, lab string) string { return seat + " " + lab }
