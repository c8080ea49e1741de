package lab

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"twodoors/web/room"
	"twodoors/web/settings"
)

// setUp makes the site go by the settings that a lab needs. The first lab to do so
// remembers those from before.
func (l *Labs) setUp(ctx context.Context, seat string, lab *Lab) error {
	if lab.Needs == "" {
		return nil
	}
	l.site.Lock()
	defer l.site.Unlock()
	before := l.Stage.Settings()
	err := l.choose(ctx, seat, func(s *settings.Settings) error {
		return json.Unmarshal([]byte(lab.Needs), s)
	})
	if err != nil {
		return fmt.Errorf("set up %s: %w", lab.Name, err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.needs) == 0 {
		l.before = &before
	}
	l.needs[holder(seat, lab.Name)] = l.Now()
	if len(before.Changed(l.Stage.Settings())) > 0 {
		l.overtake(seat, lab)
	}
	return nil
}

// choose makes the site go by changed settings, with all of its servers and its store
// running: a lab may have been left while it had stopped one.
func (l *Labs) choose(ctx context.Context, seat string, change func(*settings.Settings) error) error {
	if err := l.Stage.Change(seat, change); err != nil {
		return err
	}
	return l.Stage.StartAll(ctx, seat)
}

// disturbance is what has happened, since a lab of a seat set the site up, that the seat
// did not do: somebody else changed the site, or a server ended or hung by itself. It is
// empty when nothing has.
func (l *Labs) disturbance(seat, lab string) string {
	l.mu.RLock()
	since := l.needs[holder(seat, lab)]
	l.mu.RUnlock()
	if since.IsZero() {
		return ""
	}
	for _, e := range l.Stage.Journal() {
		switch {
		case e.At.Before(since):
			return ""
		case e.By != "" && e.By != seat:
			return "Somebody else changed the site: " + e.Text
		case e.By == "" && (e.Kind == room.Crashed || e.Kind == room.Unanswered):
			return e.Text
		}
	}
	return ""
}

// overtake tells the seat's other labs that this one has changed what they had set up.
// It is called with mu held.
func (l *Labs) overtake(seat string, by *Lab) {
	p := l.participants[seat]
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for name, progress := range p.progress {
		if name != by.Name && progress.Running() && !l.needs[holder(seat, name)].IsZero() {
			progress.Disturbed = fmt.Sprintf("You have set up another lab since, “%s”, which needs other settings.", by.Title)
		}
	}
}

// putBack makes the site go by the settings from before the labs, when the last
// lab that had changed them has ended. An empty lab is all of a seat's, an empty
// seat everybody's. Where that fails they go on holding the settings, so it is tried
// again.
func (l *Labs) putBack(ctx context.Context, seat, lab string) error {
	l.site.Lock()
	defer l.site.Unlock()
	ended, last := l.holding(seat, lab)
	if last {
		before := *l.before
		if err := l.choose(ctx, seat, func(s *settings.Settings) error { *s = before; return nil }); err != nil {
			return err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, held := range ended {
		delete(l.needs, held)
	}
	if last {
		l.before = nil
	}
	return nil
}

// holding returns who of those that end holds the settings, and whether nobody else does.
func (l *Labs) holding(seat, lab string) (ended []string, last bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for held := range l.needs {
		its, name, _ := strings.Cut(held, " ")
		if (seat == "" || its == seat) && (lab == "" || name == lab) {
			ended = append(ended, held)
		}
	}
	return ended, l.before != nil && len(ended) == len(l.needs)
}

// Tidy puts back what labs have set up that nobody goes on with, until ctx ends.
func (l *Labs) Tidy(ctx context.Context) {
	every := time.NewTicker(time.Minute)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
			l.abandon(ctx)
		}
	}
}

func (l *Labs) abandon(ctx context.Context) {
	for _, held := range l.stale() {
		seat, name, _ := strings.Cut(held, " ")
		if lab := l.ByName(name); lab != nil {
			l.Leave(ctx, seat, lab)
		}
	}
}

// stale returns who holds the settings and has been still for too long.
func (l *Labs) stale() (holders []string) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for held := range l.needs {
		seat, _, _ := strings.Cut(held, " ")
		if p := l.participants[seat]; p == nil || l.Now().Sub(p.touched) > maxIdle {
			holders = append(holders, held)
		}
	}
	return holders
}
