package experiments

import (
	"net/http"

	"twodoors/views/experiments"
	"twodoors/web/front/reply"
	"twodoors/web/httpio"
	"twodoors/web/passcode"
	"twodoors/web/seat"
)

// Handlers answer what concerns experiments.
type Handlers struct {
	Runner   *Runner
	Passcode *passcode.Passcode // who may start one; nil when everybody may
}

// Start answers POST /api/experiments/{name}. A page without a script is
// sent back to the server room, which shows what runs.
func (h *Handlers) Start(w http.ResponseWriter, r *http.Request) {
	x, known := h.Runner.byName(r.PathValue("name"))
	if !known {
		noExperiment(w)
		return
	}
	busy := h.Runner.start(x, seat.From(r.Context()).Value)
	switch {
	case reply.WantsPage(r):
		httpio.See(w, "/servers#experiment-"+x.Name)
	case busy != "":
		httpio.Refuse(w, httpio.Problem{Status: http.StatusConflict, Detail: "“" + busy + "” is being tried just now, and one experiment runs at a time. Wait until it has ended."})
	default:
		httpio.WriteJSON(w, http.StatusAccepted, h.Runner.State(x.Name))
	}
}

// Show answers GET /api/experiments/{name}.
func (h *Handlers) Show(w http.ResponseWriter, r *http.Request) {
	x, known := h.Runner.byName(r.PathValue("name"))
	if !known {
		noExperiment(w)
		return
	}
	httpio.WriteJSON(w, http.StatusOK, h.Runner.State(x.Name))
}

func noExperiment(w http.ResponseWriter) {
	httpio.Refuse(w, httpio.Problem{Status: http.StatusNotFound, Detail: "There is no experiment of that name. The server room, at /servers, shows them."})
}

// One is one of them as the page of a seat shows it.
func (h *Handlers) One(name, viewer string) experiments.Experiment {
	s := h.Runner.State(name)
	return experiments.Experiment{
		Name: s.Name, Title: s.Title, State: s.State, Done: s.Done, Total: s.Total, Doing: s.Doing,
		StartedAt: s.StartedAt, Fault: s.Fault, Mine: s.Seat == viewer, Result: s.Result,
	}
}

// Of are the tables below the room's picture.
func (h *Handlers) Of(r *http.Request) experiments.Tables {
	mine := seat.From(r.Context()).Value
	return experiments.Tables{MayRun: h.Passcode.KnownTo(r), Survive: h.One("survive", mine), Balance: h.One("balance", mine)}
}
