package front

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"twodoors/views"
	"twodoors/web/experiment"
	"twodoors/web/response"
	"twodoors/web/seat"
	"twodoors/web/trace"
)

// maxProofs is how many traces of one experiment its visitor gets.
const maxProofs = 100

// experiments are those that visitors can have run, each on servers of its own. One
// runs at a time. It goes on when whoever started it leaves, and ends with the site.
type experiments struct {
	program string // this program's file
	all     []experiment.Experiment
	traces  *trace.Log // gets the traces of the answers that decided
	now     func() time.Time
	ended   func(experimentState) // is told when one has been run to its end

	running sync.WaitGroup
	ctx     context.Context
	stop    context.CancelFunc
	mu      sync.Mutex
	states  map[string]experimentState
}

// experimentState is an experiment as GET /api/experiments/{name} tells it.
type experimentState struct {
	Name      string            `json:"name"`
	Title     string            `json:"title"`
	State     string            `json:"state"` // new, running, done or failed
	StartedAt time.Time         `json:"started_at,omitzero"`
	Done      int               `json:"done"`
	Total     int               `json:"total"`
	Doing     string            `json:"doing"`            // what is tried now, in words
	Result    experiment.Result `json:"result,omitempty"` // as far as it is known
	Fault     string            `json:"fault,omitempty"`

	seat   string // whoever started it: that one's inspector gets the traces
	proofs int    // that it has got
}

// The states of an experiment.
const (
	experimentNew     = "new"
	experimentRunning = "running"
	experimentDone    = "done"
	experimentFailed  = "failed"
)

// newExperiments returns experiments of which none has been run.
func newExperiments(program string, all []experiment.Experiment, traces *trace.Log, now func() time.Time, ended func(experimentState)) *experiments {
	e := &experiments{program: program, all: all, traces: traces, now: now, ended: ended, states: map[string]experimentState{}}
	e.ctx, e.stop = context.WithCancel(context.Background())
	for _, x := range all {
		e.states[x.Name] = experimentState{Name: x.Name, Title: x.Title, State: experimentNew}
	}
	return e
}

// close ends the one that runs, and its servers.
func (e *experiments) close() {
	e.stop()
	e.running.Wait()
}

// start starts an experiment for a seat, unless one runs already: then busy is its
// title.
func (e *experiments) start(x experiment.Experiment, by string) (busy string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, state := range e.states {
		if state.State == experimentRunning {
			return state.Title
		}
	}
	e.states[x.Name] = experimentState{Name: x.Name, Title: x.Title, State: experimentRunning, StartedAt: e.now().UTC().Round(0), seat: by}
	e.running.Go(func() { e.run(x) })
	return ""
}

func (e *experiments) run(x experiment.Experiment) {
	result, err := x.Run(e.ctx, e.program, func(p experiment.Progress) {
		e.change(x.Name, func(s *experimentState) {
			s.Done, s.Total, s.Doing, s.Result = p.Done, p.Total, p.Doing, p.Result
			e.handOver(s)
		})
	})
	if err != nil {
		slog.Error("experiment failed", "name", x.Name, "err", err)
	}
	e.change(x.Name, func(s *experimentState) {
		s.State, s.Doing, s.Result = experimentDone, "", result
		if err != nil {
			s.State, s.Fault = experimentFailed, whyFailed(err)
		}
		e.handOver(s)
	})
	if err == nil {
		e.ended(e.state(x.Name))
	}
}

// whyFailed says for people why an experiment has no whole result. What is in the result
// was measured all the same.
func whyFailed(err error) string {
	if incomplete, ok := errors.AsType[*experiment.IncompleteError](err); ok {
		return views.Upper(incomplete.Error()) + "."
	}
	if ended, ok := errors.AsType[*experiment.EndedError](err); ok {
		return views.Upper(ended.Error()) + "."
	}
	return "The experiment could not be run to its end. The log says why; try again."
}

func (e *experiments) change(name string, change func(*experimentState)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	state := e.states[name]
	change(&state)
	e.states[name] = state
}

// handOver gives the visitor who started an experiment the traces that are new: they
// can be opened, and stand in no list of what the visitor did.
func (e *experiments) handOver(s *experimentState) {
	if s.Result == nil {
		return
	}
	proofs := s.Result.Proofs()
	proofs = proofs[:min(len(proofs), maxProofs)]
	for _, t := range proofs[s.proofs:] {
		e.traces.Add(s.seat, t.Unlisted())
	}
	s.proofs = len(proofs)
}

func (e *experiments) state(name string) experimentState {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.states[name]
}

func (e *experiments) byName(name string) (experiment.Experiment, bool) {
	for _, x := range e.all {
		if x.Name == name {
			return x, true
		}
	}
	return experiment.Experiment{}, false
}

// startExperiment answers POST /api/experiments/{name}. A page without a script is
// sent back to the server room, which shows what runs.
func (f *Front) startExperiment(w http.ResponseWriter, r *http.Request) {
	x, known := f.experiments.byName(r.PathValue("name"))
	if !known {
		noExperiment(w)
		return
	}
	busy := f.experiments.start(x, seat.From(r.Context()).Value)
	switch {
	case wantsPage(r):
		response.See(w, "/servers#experiment-"+x.Name)
	case busy != "":
		response.Refuse(w, response.Problem{Status: http.StatusConflict, Detail: "“" + busy + "” is being tried just now, and one experiment runs at a time. Wait until it has ended."})
	default:
		response.JSON(w, http.StatusAccepted, f.experiments.state(x.Name))
	}
}

// showExperiment answers GET /api/experiments/{name}.
func (f *Front) showExperiment(w http.ResponseWriter, r *http.Request) {
	x, known := f.experiments.byName(r.PathValue("name"))
	if !known {
		noExperiment(w)
		return
	}
	response.JSON(w, http.StatusOK, f.experiments.state(x.Name))
}

func noExperiment(w http.ResponseWriter) {
	response.Refuse(w, response.Problem{Status: http.StatusNotFound, Detail: "There is no experiment of that name. The server room, at /servers, shows them."})
}

// experiment is one of them as the page of a seat shows it.
func (f *Front) experiment(name, viewer string) views.Experiment {
	s := f.experiments.state(name)
	return views.Experiment{
		Name: s.Name, Title: s.Title, State: s.State, Done: s.Done, Total: s.Total, Doing: s.Doing,
		StartedAt: s.StartedAt, Fault: s.Fault, Mine: s.seat == viewer,
	}
}

// experimentsOf are the tables below the room's picture.
func (f *Front) experimentsOf(r *http.Request) views.Experiments {
	mine := seat.From(r.Context()).Value
	shown := views.Experiments{MayRun: f.Passcode.knownTo(r), Survive: f.experiment("survive", mine), Balance: f.experiment("balance", mine)}
	shown.Survival, _ = f.experiments.state("survive").Result.(*experiment.Survival)
	shown.Balanced, _ = f.experiments.state("balance").Result.(*experiment.Balanced)
	return shown
}
