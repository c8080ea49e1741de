package experiments

import (
	"net/http"

	"twodoors/views/experiments"
	"twodoors/web/door"
	"twodoors/web/experiment"
	"twodoors/web/front/reply"
	"twodoors/web/httpio"
	"twodoors/web/inspector"
	"twodoors/web/seat"
)

// Handlers answer what concerns experiments.
type Handlers struct {
	Runner    *Runner
	ErrorPage func(w http.ResponseWriter, r *http.Request, status int, detail string)
}

// Start answers POST /api/experiments/{name}. A page without a script is
// sent back to the server room, which shows what runs.
func (h *Handlers) Start(w http.ResponseWriter, r *http.Request) {
	err := h.start(r)
	problem := httpio.Problem{}
	if err != nil {
		problem = reply.ProblemOf(r.Context(), err)
	}
	switch page := reply.WantsPage(r); {
	case err != nil && page:
		h.ErrorPage(w, r, problem.Status, problem.Detail)
	case err != nil:
		httpio.Refuse(w, problem)
	case page:
		httpio.See(w, "/servers/"+r.PathValue("name"))
	default:
		h.tell(w, r, http.StatusAccepted)
	}
}

func (h *Handlers) start(r *http.Request) error {
	mine := seat.From(r.Context())
	if err := inspector.NeedSeat(r, "An experiment"); err != nil {
		return err
	}
	var options experiment.Options
	if r.ContentLength != 0 {
		if err := httpio.ReadJSON(r, &options); err != nil {
			return err
		}
	}
	return h.Runner.Start(r.PathValue("name"), options, Visitor{Seat: mine, From: door.ClientOf(r.Context()), Lab: h.Runner.Rooms.Lab(mine.Name())})
}

// Show answers GET /api/experiments/{name}.
func (h *Handlers) Show(w http.ResponseWriter, r *http.Request) { h.tell(w, r, http.StatusOK) }

func (h *Handlers) tell(w http.ResponseWriter, r *http.Request, status int) {
	now, known := h.Runner.State(r.PathValue("name"), seat.From(r.Context()).Value)
	if !known {
		reply.Refuse(w, r, errUnknown)
		return
	}
	httpio.WriteJSON(w, status, now)
}

// One is an experiment of a seat as its page shows it.
func (h *Handlers) One(name, seat string) experiments.Experiment {
	s, _ := h.Runner.State(name, seat)
	shown := experiments.Experiment{
		Name: s.Name, Title: s.Title, State: s.State, Done: s.Done, Total: s.Total, Doing: s.Doing,
		StartedAt: s.StartedAt, Fault: s.Fault, Result: s.Result,
	}
	if s.Before != nil {
		shown.Before = *s.Before
	}
	return shown
}
