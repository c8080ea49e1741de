package front

import (
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"

	"twodoors/web/settings"
)

// stickyCookie remembers which server a browser was sent to. It lets nobody in.
const stickyCookie = "sticky"

// policy picks one of the servers that are ready, of which there is at least
// one, and says why in words. It may leave a cookie.
type policy interface {
	pick(w http.ResponseWriter, r *http.Request, ready []*Server) (*Server, string)
}

func newPolicy(balance string) policy {
	if balance == settings.BalanceRoundRobin {
		return &roundRobin{}
	}
	return &sticky{}
}

// roundRobin sends each request to the next server.
type roundRobin struct{ turn atomic.Uint64 }

func (p *roundRobin) pick(_ http.ResponseWriter, _ *http.Request, ready []*Server) (*Server, string) {
	s := ready[int((p.turn.Add(1)-1)%uint64(len(ready)))]
	return s, because(s, ready, "its turn")
}

// sticky sends a browser to the server that it was sent to before.
type sticky struct{ roundRobin }

func (p *sticky) pick(w http.ResponseWriter, r *http.Request, ready []*Server) (*Server, string) {
	if cookie, err := r.Cookie(stickyCookie); err == nil {
		for _, s := range ready {
			if cookie.Value == strconv.Itoa(s.Number) {
				return s, because(s, ready, "by its sticky cookie")
			}
		}
	}
	s, _ := p.roundRobin.pick(w, r, ready)
	if len(ready) > 1 {
		http.SetCookie(w, &http.Cookie{Name: stickyCookie, Value: strconv.Itoa(s.Number), Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	}
	return s, because(s, ready, "new here, its turn")
}

func because(s *Server, ready []*Server, why string) string {
	if len(ready) == 1 {
		why = "the only one"
	}
	return fmt.Sprintf("server %d, %s", s.Number, why)
}
