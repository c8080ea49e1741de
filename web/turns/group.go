package turns

import "slices"

// group is those who wait together. Its members take turns, the first one next.
type group struct {
	name    string
	count   int
	members []*group
	waiters []*waiter // of a seat, which has no members
}

// add lets a request wait behind all others of its seat.
func (g *group) add(w *waiter) (seat, address *group) {
	address = g.member(w.path[0])
	place := address.member(w.path[1])
	seat = place.member(w.path[2])
	seat.waiters = append(seat.waiters, w)
	for _, one := range []*group{g, address, place, seat} {
		one.count++
	}
	return seat, address
}

// member returns a member, which joins behind all others when it is new.
func (g *group) member(name string) *group {
	for _, m := range g.members {
		if m.name == name {
			return m
		}
	}
	m := &group{name: name}
	g.members = append(g.members, m)
	return m
}

// next takes out who is next of those that may have a turn, and lets the other members go
// first the next time. It is nil when there is nobody.
func (g *group) next(may func(Path) bool) *waiter {
	if len(g.waiters) > 0 && may(g.waiters[0].path) {
		w := g.waiters[0]
		g.waiters = g.waiters[1:]
		g.count--
		return w
	}
	for i, m := range g.members {
		w := m.next(may)
		if w == nil {
			continue
		}
		g.count--
		g.members = slices.Delete(g.members, i, i+1)
		if m.count > 0 {
			g.members = append(g.members, m)
		}
		return w
	}
	return nil
}

// remove takes out a request, and reports whether it was there.
func (g *group) remove(path []string, w *waiter) bool {
	if len(path) == 0 {
		at := slices.Index(g.waiters, w)
		if at >= 0 {
			g.waiters = slices.Delete(g.waiters, at, at+1)
			g.count--
		}
		return at >= 0
	}
	at := slices.IndexFunc(g.members, func(m *group) bool { return m.name == path[0] })
	if at < 0 || !g.members[at].remove(path[1:], w) {
		return false
	}
	g.count--
	if g.members[at].count == 0 {
		g.members = slices.Delete(g.members, at, at+1)
	}
	return true
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

// loser is the newest request of the seat with the most waiting at an address; of
// several such seats, of one whose place has the most.
func (g *group) loser() *waiter {
	var crowd, seat *group
	for _, place := range g.members {
		most := place.largest()
		if seat == nil || most.count > seat.count || most.count == seat.count && place.count >= crowd.count {
			crowd, seat = place, most
		}
	}
	return seat.waiters[len(seat.waiters)-1]
}
