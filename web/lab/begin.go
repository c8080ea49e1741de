package lab

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"

	"twodoors/web/room"
	"twodoors/web/rooms"
)

// Begin opens a room for a lab of a seat, and begins the lab unless it has begun. The room
// of another lab that the seat is in ends; its progress is kept. Network is the address that
// the seat comes from, as it is counted.
func (l *Labs) Begin(ctx context.Context, seat, network string, lab *Lab) error {
	p, err := l.participant(ctx, seat)
	if err != nil {
		return err
	}
	p.beginning.Lock()
	defer p.beginning.Unlock()
	if l.isUnderWay(seat, lab, p) {
		return nil
	}
	begun, err := l.saveBegun(ctx, seat, lab, p)
	if err != nil {
		return err
	}
	order, err := l.order(seat, network, lab)
	if err == nil {
		_, err = l.Rooms.Open(ctx, order)
	}
	if err != nil {
		return errors.Join(err, l.saveNotBegun(ctx, seat, lab, p))
	}
	if err := l.leaveOthers(ctx, seat, lab, p); err != nil {
		return err
	}
	p = l.keep(seat, p)
	p.mu.Lock()
	defer p.mu.Unlock()
	if progress := p.progress[lab.Name]; progress != nil {
		progress.goOn(l.Now())
	} else {
		p.progress[lab.Name] = begun
	}
	p.progress[lab.Name].unsaved = true
	l.unsaved.add(seat, p)
	return nil
}

// isUnderWay reports whether a seat is in a lab in which nothing has to be set up again.
func (l *Labs) isUnderWay(seat string, lab *Lab, p *participant) bool {
	progress := p.copy()[lab.Name]
	return progress.Running() && progress.Disturbed == "" && l.Rooms.Lab(seat) == lab.Name && l.disturbance(seat, lab.Name) == ""
}

// order is the room that a lab needs.
func (l *Labs) order(seat, network string, lab *Lab) (rooms.Order, error) {
	chosen := l.Rooms.Defaults
	if lab.Needs != "" {
		if err := json.Unmarshal([]byte(lab.Needs), &chosen); err != nil {
			return rooms.Order{}, fmt.Errorf("read what %s needs: %w", lab.Name, err)
		}
	}
	return rooms.Order{Seat: seat, Network: network, Kind: room.Lab, Lab: lab.Name, Title: "the lab “" + lab.Title + "”", Settings: chosen}, nil
}

// saveBegun keeps that a lab has begun, before a room is opened for it: whoever is told that
// it cannot be kept finds everything as it was.
func (l *Labs) saveBegun(ctx context.Context, seat string, lab *Lab, p *participant) (*Progress, error) {
	l.saving.Lock()
	defer l.saving.Unlock()
	progress := p.copy()[lab.Name]
	if progress == nil {
		progress = begin(l.Now())
	} else {
		progress.goOn(l.Now())
	}
	return progress, l.save(ctx, seat, lab, progress)
}

// saveNotBegun keeps how far the seat was before.
func (l *Labs) saveNotBegun(ctx context.Context, seat string, lab *Lab, p *participant) error {
	l.saving.Lock()
	defer l.saving.Unlock()
	if progress := p.copy()[lab.Name]; progress != nil {
		return l.save(ctx, seat, lab, progress)
	}
	return l.Table.Drop(ctx, seat, lab.Name)
}

// leaveOthers leaves all labs of a seat but one: their room has ended.
func (l *Labs) leaveOthers(ctx context.Context, seat string, but *Lab, p *participant) error {
	for name := range p.copy() {
		if other := l.ByName(name); other != nil && other != but {
			if err := l.saveLeft(ctx, seat, other, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// Leave ends the room of the lab that a seat is in. What is not finished is left half-way.
func (l *Labs) Leave(ctx context.Context, seat string, lab *Lab) error {
	p, err := l.participant(ctx, seat)
	if err != nil {
		return err
	}
	if err := l.saveLeft(ctx, seat, lab, p); err != nil {
		return err
	}
	if l.Rooms.Lab(seat) == lab.Name {
		l.Rooms.End(seat, room.Lab)
	}
	return nil
}

// saveLeft keeps that a lab was left, before its room ends.
func (l *Labs) saveLeft(ctx context.Context, seat string, lab *Lab, p *participant) error {
	l.saving.Lock()
	defer l.saving.Unlock()
	left := p.copy()[lab.Name]
	if !left.Running() {
		return nil
	}
	left.Left = true
	if err := l.save(ctx, seat, lab, left); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.progress[lab.Name].Left = true
	return nil
}

// Forget starts over: one lab of a seat, with an empty lab name all of them, with an empty
// seat everybody's. The rooms of these labs end.
func (l *Labs) Forget(ctx context.Context, seat, lab string) error {
	if err := l.drop(ctx, seat, lab); err != nil {
		return err
	}
	switch {
	case seat == "":
		l.Rooms.EndAll(room.Lab)
	case lab == "" || l.Rooms.Lab(seat) == lab:
		l.Rooms.End(seat, room.Lab)
	}
	return nil
}

// drop forgets progress in the table and in memory. Nothing is saved between the two, so what
// was forgotten does not come back.
func (l *Labs) drop(ctx context.Context, seat, lab string) error {
	l.saving.Lock()
	defer l.saving.Unlock()
	if err := l.Table.Drop(ctx, seat, lab); err != nil {
		return err
	}
	l.forget(seat, lab)
	return nil
}

func (l *Labs) forget(seat, lab string) {
	l.mu.Lock()
	defer l.mu.Unlock()
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
}
