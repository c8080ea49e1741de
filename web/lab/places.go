package lab

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
)

// place is what one seat has done.
type place struct {
	mu       sync.Mutex
	progress map[string]*Progress // by lab
	touched  time.Time
}

// copy returns progress that nobody changes any more, by lab.
func (p *place) copy() map[string]*Progress {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := map[string]*Progress{}
	for name, progress := range p.progress {
		all[name] = progress.copy()
	}
	return all
}

// Bounds of what is kept in memory, and how long a lab may be left alone before
// what it set up is put back.
const (
	maxPlaces = 1000
	patience  = 30 * time.Minute
)

// place returns what a seat has done, from memory or from the table.
func (l *Labs) place(ctx context.Context, seat string) (*place, error) {
	l.mu.RLock()
	p := l.places[seat]
	l.mu.RUnlock()
	if p != nil {
		return p, nil
	}
	states, err := l.Table.Load(ctx, seat)
	if err != nil {
		return nil, fmt.Errorf("load progress: %w", err)
	}
	p = &place{progress: map[string]*Progress{}, touched: l.Now()}
	for name, state := range states {
		progress := new(Progress)
		if err := json.Unmarshal(state, progress); err != nil {
			return nil, fmt.Errorf("read progress in %s: %w", name, err)
		}
		p.progress[name] = progress
	}
	if len(p.progress) == 0 {
		return p, nil // who only looks takes no room
	}
	return l.keep(seat, p), nil
}

// keep keeps a seat's place in memory, unless there is one already.
func (l *Labs) keep(seat string, p *place) *place {
	l.mu.Lock()
	defer l.mu.Unlock()
	if already := l.places[seat]; already != nil {
		return already
	}
	l.makeRoom()
	l.miss(seat, p)
	l.places[seat] = p
	return p
}

// miss notes what a seat's labs had set up and is not there any more: the program was
// started anew since. It is called with mu held.
func (l *Labs) miss(seat string, p *place) {
	for name, progress := range p.progress {
		lab := l.ByName(name)
		if lab != nil && lab.Needs != "" && progress.Running() && l.needs[holder(seat, name)].IsZero() {
			progress.Disturbed = "Two Doors was started anew, with its own settings."
		}
	}
}

// makeRoom drops the seat that was still for longest. It is in the table. It is
// called with mu held.
func (l *Labs) makeRoom() {
	if len(l.places) < maxPlaces {
		return
	}
	oldest := ""
	for seat, p := range l.places {
		if oldest == "" || p.touched.Before(l.places[oldest].touched) {
			oldest = seat
		}
	}
	delete(l.places, oldest)
}

func (l *Labs) save(ctx context.Context, seat string, lab *Lab, p *Progress) error {
	state, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return l.Table.Save(ctx, seat, lab.Name, state)
}
