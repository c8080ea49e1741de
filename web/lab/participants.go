package lab

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
)

// participant is what one seat has done, in all labs.
type participant struct {
	beginning sync.Mutex // held while a lab begins

	mu       sync.Mutex
	progress map[string]*Progress // by lab
	touched  time.Time
}

// copy returns progress that nobody changes any more, by lab.
func (p *participant) copy() map[string]*Progress {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := map[string]*Progress{}
	for name, progress := range p.progress {
		all[name] = progress.copy()
	}
	return all
}

// maxParticipants are in memory.
const maxParticipants = 1000

// participant returns what a seat has done, from memory or from the table.
func (l *Labs) participant(ctx context.Context, seat string) (*participant, error) {
	l.mu.RLock()
	p := l.participants[seat]
	l.mu.RUnlock()
	if p != nil {
		return p, nil
	}
	states, err := l.Table.Load(ctx, seat)
	if err != nil {
		return nil, fmt.Errorf("load progress: %w", err)
	}
	p = &participant{progress: map[string]*Progress{}, touched: l.Now()}
	for name, state := range states {
		progress := new(Progress)
		if err := json.Unmarshal(state, progress); err != nil {
			return nil, fmt.Errorf("read progress in %s: %w", name, err)
		}
		p.progress[name] = progress
	}
	if len(p.progress) == 0 {
		return p, nil // who only looks takes no memory
	}
	return l.keep(seat, p), nil
}

// keep keeps what a seat has done in memory, unless it is there already.
func (l *Labs) keep(seat string, p *participant) *participant {
	l.mu.Lock()
	defer l.mu.Unlock()
	if already := l.participants[seat]; already != nil {
		return already
	}
	l.evict()
	l.restore(seat, p)
	l.participants[seat] = p
	return p
}

// evict drops the seat that was idle for longest, when there are too many. It stays in the
// table. It is called with mu held.
func (l *Labs) evict() {
	if len(l.participants) < maxParticipants {
		return
	}
	oldest := ""
	for seat, p := range l.participants {
		if oldest == "" || p.touched.Before(l.participants[oldest].touched) {
			oldest = seat
		}
	}
	delete(l.participants, oldest)
}

func (l *Labs) save(ctx context.Context, seat string, lab *Lab, p *Progress) error {
	state, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return l.Table.Save(ctx, seat, lab.Name, state)
}
