package lab

import (
	"context"
	"log/slog"

	"twodoors/web/room"
	"twodoors/web/settings"
)

// circumstances are those of this moment, in the room that answers a seat.
func (l *Labs) circumstances(seat string) Circumstances {
	in := l.Rooms.Of(seat)
	now := in.Settings()
	return circumstances(now, now.Store == settings.StoreRedis && in.Store().State == "away")
}

// disturbance is what has happened in the room of a lab that the seat did not do: a server
// ended or hung by itself. It is empty when nothing has.
func (l *Labs) disturbance(seat, lab string) string {
	if l.Rooms.Lab(seat) != lab {
		return ""
	}
	for _, e := range l.Rooms.Of(seat).Journal() {
		if e.By == "" && (e.Kind == room.Crashed || e.Kind == room.Unanswered) {
			return e.Text + " Set the lab up again to go on."
		}
	}
	return ""
}

// restore gives a seat the room of the lab that it is in, when it has none: the program was
// started anew since. It opens when the seat next does something. It is called with mu held.
func (l *Labs) restore(seat string, p *participant) {
	lab := l.newest(p)
	if lab == nil || l.Rooms.Lab(seat) != "" {
		return
	}
	order, err := l.order(seat, "", lab)
	if err == nil {
		err = l.Rooms.Reserve(order)
	}
	if err != nil {
		slog.Error("a lab has no room to go on in", "lab", lab.Name, "err", err)
		return
	}
	p.progress[lab.Name].Disturbed = "Two Doors was restarted, so the room of this lab opens empty at your next press. Log in again to go on."
}

// newest is the lab that a participant is in: of several the one that was begun last.
func (l *Labs) newest(p *participant) (in *Lab) {
	for name, progress := range p.progress {
		lab := l.ByName(name)
		if lab != nil && progress.Running() && (in == nil || progress.Begun.After(p.progress[in.Name].Begun)) {
			in = lab
		}
	}
	return in
}

// InLab reports whether a seat is in a lab: its room answers, and what happens counts.
func (l *Labs) InLab(ctx context.Context, seat, name string) bool {
	all, err := l.Progress(ctx, seat)
	return err == nil && all[name].Running() && l.Rooms.Lab(seat) == name
}
