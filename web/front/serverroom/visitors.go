package serverroom

import (
	"net/http"
	"time"

	"twodoors/web/door"
	"twodoors/web/front/reply"
	"twodoors/web/front/visitors"
	"twodoors/web/httpio"
	"twodoors/web/seat"
	"twodoors/web/trace"
)

// visited is how a room is visited, as the API tells it.
type visited struct {
	PerSecond int     `json:"per_second"`
	Fault     string  `json:"fault,omitempty"`
	Session   tally   `json:"session"`
	Token     tally   `json:"token"`
	Visits    []visit `json:"visits"`
}

// tally counts how the newest visits to a door ended.
type tally struct {
	Allowed int `json:"allowed"`
	Denied  int `json:"denied"`
	Failed  int `json:"failed"`
}

func (t *tally) count(o trace.Outcome) {
	switch o {
	case trace.Allowed:
		t.Allowed++
	case trace.Denied:
		t.Denied++
	case trace.Failed:
		t.Failed++
	}
}

// visit is one request of a visitor.
type visit struct {
	Number  int           `json:"number"`
	At      time.Time     `json:"at"`
	Door    string        `json:"door"`
	Server  int           `json:"server"` // that it reached, 0 when none
	Store   string        `json:"store"`  // that it asked in the picture: redis, store, or empty
	Status  int           `json:"status"`
	Outcome trace.Outcome `json:"outcome"`
	Trace   string        `json:"trace"`
}

// tellVisits tells of a state, with the visits that came after one.
func tellVisits(s visitors.State, after int) visited {
	told := visited{PerSecond: s.PerSecond, Fault: s.Fault, Visits: []visit{}}
	for _, v := range s.Visits {
		t := v.Trace
		if t.Door == door.Session {
			told.Session.count(t.Outcome)
		} else {
			told.Token.count(t.Outcome)
		}
		if v.Number > after {
			told.Visits = append(told.Visits, visit{
				Number: v.Number, At: t.At, Door: t.Door, Server: reached(t), Store: storeAsked(t), Status: t.Status, Outcome: t.Outcome, Trace: t.ID,
			})
		}
	}
	return told
}

// Visits answers GET /api/visitors.
func (h *Handlers) Visits(w http.ResponseWriter, r *http.Request) {
	httpio.WriteJSON(w, http.StatusOK, tellVisits(h.Visitors.Look(h.room(r)), 0))
}

// SetVisitors answers PUT /api/visitors: so many come a second from now on.
func (h *Handlers) SetVisitors(w http.ResponseWriter, r *http.Request) {
	var wanted struct {
		PerSecond int `json:"per_second"`
	}
	err := httpio.ReadJSON(r, &wanted)
	if err == nil {
		err = h.Visitors.Set(h.room(r), wanted.PerSecond, door.ClientOf(r.Context()))
	}
	if err != nil {
		reply.Refuse(w, r, err)
		return
	}
	h.Visits(w, r)
}

// ShowVisit leads to the trace of a visit. From then on the seat has it, though in no list.
func (h *Handlers) ShowVisit(w http.ResponseWriter, r *http.Request) {
	mine := seat.From(r.Context()).Name()
	if t := h.Visitors.Trace(h.room(r), r.PathValue("id")); t != nil && h.Traces.Get(mine, t.ID) == nil {
		h.Traces.Add(mine, t.Unlisted())
	}
	httpio.See(w, "/inspector/"+r.PathValue("id"))
}
