package front

import (
	"hash/maphash"
	"net/http"
	"strconv"
	"sync/atomic"

	"twodoors/web/door"
	"twodoors/web/settings"
	"twodoors/web/trace"
)

// stickyCookie remembers which server a browser was sent to. It lets nobody in.
const stickyCookie = "sticky"

// policy picks one of the servers that are ready, of which there is at least one, and
// may have the browser remember which one answered.
type policy interface {
	pick(r *http.Request, all, ready []*Server) choice
	remember(w http.ResponseWriter, r *http.Request, s *Server)
}

// choice is a server that was picked.
type choice struct {
	server *Server
	saw    []trace.Fact // why it was picked
	known  bool         // the browser remembers this server
	moved  bool         // it remembers another one
}

func newPolicy(balance string) policy {
	if balance == settings.BalanceRoundRobin {
		return &roundRobin{}
	}
	return &sticky{seed: maphash.MakeSeed()}
}

// roundRobin sends each request to the next server.
type roundRobin struct{ turn atomic.Uint64 }

func (p *roundRobin) pick(_ *http.Request, _, ready []*Server) choice {
	s := p.next(ready)
	return choice{server: s, saw: chosen(s, ready, "turn")}
}

func (p *roundRobin) remember(http.ResponseWriter, *http.Request, *Server) {}

func (p *roundRobin) next(ready []*Server) *Server {
	return ready[int((p.turn.Add(1)-1)%uint64(len(ready)))]
}

// sticky sends a browser to the server that it was sent to before. While that one is
// away the browser is moved, and stays where it was moved to: what it was given there,
// a session perhaps, is there.
type sticky struct {
	turns roundRobin
	seed  maphash.Seed
}

func (p *sticky) pick(r *http.Request, all, ready []*Server) choice {
	number := 0
	if cookie, err := r.Cookie(door.ArrivalOf(r.Context()).CookieName(stickyCookie)); err == nil {
		number, _ = strconv.Atoi(cookie.Value)
	}
	for _, s := range ready {
		if number == s.Number {
			return choice{server: s, saw: chosen(s, ready, "sticky"), known: true}
		}
	}
	if number >= 1 && number <= MaxServers {
		s := p.place(r, ready)
		return choice{server: s, moved: true, saw: append(chosen(s, nil, "moved"), trace.Number("from", number), trace.Text("absent", absence(all, number)))}
	}
	if door.ArrivalOf(r.Context()).Seat == "" {
		s := p.turns.next(ready)
		return choice{server: s, saw: chosen(s, ready, "turn")}
	}
	s := p.place(r, ready)
	return choice{server: s, saw: chosen(s, ready, "new")}
}

// place is the same server for all requests of a seat, as long as that one is ready: a
// browser sends several at once, and what it remembers must not depend on which of their
// answers comes last. When servers come and go, only those who were there move.
func (p *sticky) place(r *http.Request, ready []*Server) (best *Server) {
	seat := door.ArrivalOf(r.Context()).Seat
	most := uint64(0)
	for _, s := range ready {
		if weight := maphash.Comparable(p.seed, struct {
			seat   string
			number int
		}{seat, s.Number}); best == nil || weight > most {
			best, most = s, weight
		}
	}
	return best
}

func (p *sticky) remember(w http.ResponseWriter, r *http.Request, s *Server) {
	from := door.ArrivalOf(r.Context())
	http.SetCookie(w, &http.Cookie{
		Name: from.CookieName(stickyCookie), Value: strconv.Itoa(s.Number), Path: "/",
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: from.Secure,
	})
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
