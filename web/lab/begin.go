package lab

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"twodoors/web/httpio"
)

// Begin sets up what a lab needs, and begins it unless it has begun. Where others
// would notice, the visitor has to be sure.
func (l *Labs) Begin(ctx context.Context, seat string, lab *Lab, sure bool) error {
	if others := l.Others(seat); lab.Needs != "" && others > 0 && !sure {
		return &httpio.Fault{Status: http.StatusConflict, Detail: fmt.Sprintf(
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

func seats(n int) string {
	if n == 1 {
		return "another seat is"
	}
	return fmt.Sprintf("%d other seats are", n)
}
