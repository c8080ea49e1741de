package lab

import (
	"context"
	"sync"
	"time"
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
	progress, err := l.load(ctx, seat)
	if err != nil {
		return nil, err
	}
	p = &participant{progress: progress, touched: l.Now()}
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
	oldest, since := "", time.Time{}
	for seat, p := range l.participants {
		if touched := p.lastTouched(); oldest == "" || touched.Before(since) {
			oldest, since = seat, touched
		}
	}
	delete(l.participants, oldest)
}

func (p *participant) lastTouched() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.touched
}
