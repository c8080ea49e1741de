package turns

import "slices"

// group is those who wait together. Its members take turns, the first one next.
type group struct {
	name    string
	count   int
	members []*group
	waiters []*Ticket // of a seat, which has no members
}

// add lets somebody wait behind all others of their seat.
func (g *group) add(t *Ticket) (seat, address *group) {
	address = g.member(t.path[0])
	place := address.member(t.path[1])
	seat = place.member(t.path[2])
	seat.waiters = append(seat.waiters, t)
	for _, one := range []*group{g, address, place, seat} {
		one.count++
	}
	return seat, address
}

// member returns a member, which joins behind all others when it is new.
func (g *group) member(name string) *group {
	if at := g.index(name); at >= 0 {
		return g.members[at]
	}
	m := &group{name: name}
	g.members = append(g.members, m)
	return m
}

// next is who is next of those that may have a turn, nil when there is nobody.
func (g *group) next(may func(Path) bool) *Ticket {
	if len(g.waiters) > 0 && may(g.waiters[0].path) {
		return g.waiters[0]
	}
	for _, m := range g.members {
		if t := m.next(may); t != nil {
			return t
		}
	}
	return nil
}

// take takes out who is next, and lets the others of its address, place and seat go first the next time.
func (g *group) take(t *Ticket) {
	g.remove(t.path[:], t)
	for _, name := range t.path {
		at := g.index(name)
		if at < 0 {
			return // nobody else waits there
		}
		m := g.members[at]
		g.members = append(slices.Delete(g.members, at, at+1), m)
		g = m
	}
}

// before is how many have their turn before the one at a path that has so many of its own
// seat before it, if nobody else comes. Members take turns: while one has n of
// them, those that stand before it have one more and those behind it have as many, as long as
// they wait.
func (g *group) before(path []string, own int) int {
	if len(path) == 0 {
		return own
	}
	at := g.index(path[0])
	n := g.members[at].before(path[1:], own)
	before := n
	for i, m := range g.members {
		switch {
		case i < at:
			before += min(m.count, n+1)
		case i > at:
			before += min(m.count, n)
		}
	}
	return before
}

// own is how many of its seat are before one that waits at a path, -1 when it does
// not wait there.
func (g *group) own(path []string, t *Ticket) int {
	if len(path) == 0 {
		return slices.Index(g.waiters, t)
	}
	at := g.index(path[0])
	if at < 0 {
		return -1
	}
	return g.members[at].own(path[1:], t)
}

func (g *group) index(name string) int {
	return slices.IndexFunc(g.members, func(m *group) bool { return m.name == name })
}

// remove takes out one that waits at a path.
func (g *group) remove(path []string, t *Ticket) {
	g.count--
	if len(path) == 0 {
		at := slices.Index(g.waiters, t)
		g.waiters = slices.Delete(g.waiters, at, at+1)
		return
	}
	at := g.index(path[0])
	m := g.members[at]
	if m.remove(path[1:], t); m.count == 0 {
		g.members = slices.Delete(g.members, at, at+1)
	}
}

// largest is the member with the most waiting, of several the one whose turn is last.
func (g *group) largest() (most *group) {
	for _, m := range g.members {
		if most == nil || m.count >= most.count {
			most = m
		}
	}
	return most
}

// loser is the newest one of the seat with the most waiting at an address; of
// several such seats, of one whose place has the most.
func (g *group) loser() *Ticket {
	var crowd, seat *group
	for _, place := range g.members {
		most := place.largest()
		if seat == nil || most.count > seat.count || most.count == seat.count && place.count >= crowd.count {
			crowd, seat = place, most
		}
	}
	return seat.waiters[len(seat.waiters)-1]
}
