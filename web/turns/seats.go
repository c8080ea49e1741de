package turns

import (
	"slices"
	"time"

	"twodoors/web/door"
	"twodoors/web/limit"
)

// maxKnown bounds the memory that known seats take; it is some 8 MB.
const maxKnown = 50_000

// Remember notes that a seat has logged in.
func (g *Gate) Remember(seat string) {
	if seat == "" {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	limit.MakeRoom(g.known, maxKnown)
	g.known[seat] = time.Now()
}

// path is where somebody waits. A seat that has logged in is served as if it were an
// address; all others at the address share one place, as a seat is free to make.
func (g *Gate) path(from door.Client) Path {
	if _, known := g.known[from.Seat]; known {
		return Path{from.Network(), from.Seat, from.Seat}
	}
	return Path{from.Network(), "", from.Seat}
}

// noLonger forgets that somebody waits.
func (g *Gate) noLonger(t *Ticket) {
	seat := t.path[2]
	all := g.seats[seat]
	if at := slices.Index(all, t); at >= 0 {
		g.seats[seat] = slices.Delete(all, at, at+1)
	}
	if len(g.seats[seat]) == 0 {
		delete(g.seats, seat)
	}
}
