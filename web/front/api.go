package front

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"twodoors/web/response"
	"twodoors/web/settings"
)

// serverStatus is a server as GET /api/servers tells it.
type serverStatus struct {
	Number    int       `json:"number"`
	PID       int       `json:"pid"`
	State     State     `json:"state"`
	StartedAt time.Time `json:"started_at"`
	Starts    int       `json:"starts"`
	Sessions  int64     `json:"sessions"` // in its memory
	Requests  int64     `json:"requests"`
}

type storeStatus struct {
	Kind    string `json:"kind"`
	State   string `json:"state"`             // up, away, refusing (it answers with an error), or outside when it is not ours and can be used
	Address string `json:"address"`           // empty when it is in the servers
	Program string `json:"program,omitempty"` // which Redis: redis-server, miniredis or outside
	Fault   string `json:"fault,omitempty"`   // what is wrong, when it was not taken away: "does not answer"
}

func (s *Server) status() serverStatus {
	s.mu.Lock()
	defer s.mu.Unlock()
	status := serverStatus{
		Number: s.Number, State: s.state, StartedAt: s.startedAt.UTC().Round(0), Starts: s.starts,
		Sessions: s.sessions.Load(), Requests: s.requests.Load(),
	}
	if s.process != nil {
		status.PID = s.process.pid()
	}
	return status
}

func (f *Front) apiServers(w http.ResponseWriter, _ *http.Request) {
	var statuses []serverStatus
	for _, s := range f.Fleet.all() {
		statuses = append(statuses, s.status())
	}
	response.JSON(w, http.StatusOK, struct {
		Settings settings.Settings `json:"settings"`
		Servers  []serverStatus    `json:"servers"`
		Store    storeStatus       `json:"store"`
	}{f.settings(), statuses, f.store()})
}

func (f *Front) store() storeStatus {
	kind := f.settings().Store
	switch kind {
	case settings.StoreMemory:
		return storeStatus{Kind: kind, State: "up"}
	case settings.StoreRedis:
		return f.Fleet.Store.status()
	}
	state := "up"
	if f.Fleet.InPlace() != nil {
		state = "away"
	}
	return storeStatus{Kind: kind, State: state, Address: f.Database}
}

// control answers a button of the server room. With ?wait=1 it answers when the
// server serves again; a page without a script is sent back to the room.
func (f *Front) control(o order) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !f.mayControl(w, r) {
			return
		}
		n, err := strconv.Atoi(r.PathValue("n"))
		server := f.Fleet.byNumber(n)
		if err != nil || server == nil {
			response.Refuse(w, response.Problem{Status: http.StatusNotFound, Detail: "There is no server of that number. GET /api/servers lists them."})
			return
		}
		served := server.ask(o, seatName(r))
		page := strings.HasPrefix(r.Header.Get("Accept"), "text/html")
		status := http.StatusAccepted
		if page || r.URL.Query().Get("wait") == "1" {
			ctx, cancel := context.WithTimeout(r.Context(), finishTimeout+startTimeout)
			defer cancel()
			if served(ctx) != nil {
				response.Refuse(w, response.Problem{Status: http.StatusServiceUnavailable, RetryAfter: maxPause,
					Detail: "The server does not serve again yet. The log says why; look at /servers in a moment."})
				return
			}
			status = http.StatusOK
		}
		if page {
			response.See(w, "/servers")
			return
		}
		response.JSON(w, status, server.status())
	}
}

// mayControl refuses whoever may not press the server room's buttons.
func (f *Front) mayControl(w http.ResponseWriter, r *http.Request) bool {
	known := f.Passcode.knownTo(r)
	if !known {
		response.Refuse(w, response.Problem{Status: http.StatusForbidden, Detail: "Only who knows the passcode may do this. Enter it in the server room, at /servers."})
	}
	return known
}
