package room

import (
	"hash/maphash"
	"slices"
	"sync/atomic"

	"twodoors/web/settings"
	"twodoors/web/trace"
)

// Client is whoever sends a request, as far as balancing goes by it.
type Client struct {
	Seat   string // its name, empty for one that has none
	Server int    // that it remembers, 0 for none
}

// Choice is a server that was picked for a request.
type Choice struct {
	Server   *Server
	Facts    []trace.Fact // why it was picked
	Remember Remember
}

// Remember is whether a client is to remember the server that answered it.
type Remember int

// When a client is to remember it.
const (
	Never     Remember = iota
	WithState          // when the answer gives it a cookie: it is the only server, and tomorrow there may be several
	Always
)

// Pick picks one of the servers that are ready and were not asked in vain already. It
// reports whether there is one.
func (r *Room) Pick(c Client, asked ...*Server) (choice Choice, ok bool) {
	ready := r.ready()
	if len(asked) > 0 {
		ready = slices.DeleteFunc(ready, func(s *Server) bool { return slices.Contains(asked, s) })
	}
	if len(ready) == 0 {
		return Choice{}, false
	}
	return r.balancer.Load().pick(c, r.all(), ready), true
}

// balancer is how a server is picked, and what that is called.
type balancer struct {
	policy
	name string
}

func newBalancer(name string) *balancer {
	if name == settings.BalanceRoundRobin {
		return &balancer{&roundRobin{}, name}
	}
	return &balancer{&sticky{seed: maphash.MakeSeed()}, name}
}

// policy picks one of the servers that are ready, of which there is at least one.
type policy interface {
	pick(c Client, all, ready []*Server) Choice
}

// roundRobin sends each request to the next server.
type roundRobin struct{ turn atomic.Uint64 }

func (p *roundRobin) pick(_ Client, _, ready []*Server) Choice {
	s := p.next(ready)
	return Choice{Server: s, Facts: chosen(s, ready, "turn")}
}

func (p *roundRobin) next(ready []*Server) *Server {
	return ready[int((p.turn.Add(1)-1)%uint64(len(ready)))]
}

// sticky sends a client to the server that it was sent to before. While that one is
// away the client is moved, and stays where it was moved to: what it was given there,
// a session perhaps, is there.
type sticky struct {
	turns roundRobin
	seed  maphash.Seed
}

func (p *sticky) pick(c Client, all, ready []*Server) Choice {
	for _, s := range ready {
		if c.Server == s.Number {
			return Choice{Server: s, Facts: chosen(s, ready, "sticky")}
		}
	}
	if c.Server >= 1 && c.Server <= MaxServers {
		s := p.place(c, ready)
		facts := append(chosen(s, nil, "moved"), trace.Number("from", c.Server), trace.Text("absent", absence(all, c.Server)))
		return Choice{Server: s, Facts: facts, Remember: Always}
	}
	choice := Choice{Remember: WithState}
	if len(all) > 1 {
		choice.Remember = Always
	}
	if c.Seat == "" {
		choice.Server = p.turns.next(ready)
		choice.Facts = chosen(choice.Server, ready, "turn")
		return choice
	}
	choice.Server = p.place(c, ready)
	choice.Facts = chosen(choice.Server, ready, "new")
	return choice
}

// place is the same server for all requests of a seat, as long as that one is ready: a
// browser sends several at once, and what it remembers must not depend on which of their
// answers comes last. When servers come and go, only those who were there move.
func (p *sticky) place(c Client, ready []*Server) (best *Server) {
	most := uint64(0)
	for _, s := range ready {
		if weight := maphash.Comparable(p.seed, struct {
			seat   string
			number int
		}{c.Seat, s.Number}); best == nil || weight > most {
			best, most = s, weight
		}
	}
	return best
}

// absence says why a server is not ready, as a code.
func absence(all []*Server, number int) string {
	for _, s := range all {
		if s.Number == number {
			return string(s.missing())
		}
	}
	return "gone"
}

// chosen are the facts of a choice. Where only one server is ready there was none.
func chosen(s *Server, ready []*Server, why string) []trace.Fact {
	if len(ready) == 1 {
		why = "only"
	}
	return []trace.Fact{trace.Number("server", s.Number), trace.Text("chosen", why)}
}
