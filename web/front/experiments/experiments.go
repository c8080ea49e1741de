// Package experiments runs what visitors can have tried on servers of its own, and shows
// how far it is.
//
// An experiment itself is package experiment's. Start reading at Runner.
package experiments

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"twodoors/web/experiment"
	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// MaxProofs is how many traces of one experiment its visitor gets.
const MaxProofs = 100

// Runner runs those that visitors can have run, each on servers of its own. One
// runs at a time. It goes on when whoever started it leaves, and ends with the site.
type Runner struct {
	program string // this program's file
	all     []experiment.Experiment
	traces  *trace.Log // gets the traces of the answers that decided
	now     func() time.Time
	ended   func(State) // is told when one has been run to its end

	running sync.WaitGroup
	ctx     context.Context
	stop    context.CancelFunc
	mu      sync.Mutex
	states  map[string]State
}

// State is an experiment as GET /api/experiments/{name} tells it.
type State struct {
	Name      string            `json:"name"`
	Title     string            `json:"title"`
	State     string            `json:"state"` // new, running, done or failed
	StartedAt time.Time         `json:"started_at,omitzero"`
	Done      int               `json:"done"`
	Total     int               `json:"total"`
	Doing     string            `json:"doing"`            // what is tried now, in words
	Result    experiment.Result `json:"result,omitempty"` // as far as it is known
	Fault     string            `json:"fault,omitempty"`

	Seat   string `json:"-"` // whoever started it: that one's inspector gets the traces
	proofs int    // that it has got
}

// The states of an experiment.
const (
	isNew     = "new"
	isRunning = "running"
	isDone    = "done"
	hasFailed = "failed"
)

// New returns a runner that has run nothing yet. Program is this program's file. Traces get
// those of the answers that decided, for whoever started an experiment; ended is told when
// one has been run to its end. Whoever has the runner closes it.
func New(program string, all []experiment.Experiment, traces *trace.Log, now func() time.Time, ended func(State)) *Runner {
	e := &Runner{program: program, all: all, traces: traces, now: now, ended: ended, states: map[string]State{}}
	e.ctx, e.stop = context.WithCancel(context.Background())
	for _, x := range all {
		e.states[x.Name] = State{Name: x.Name, Title: x.Title, State: isNew}
	}
	return e
}

// Close ends the one that runs, and its servers.
func (e *Runner) Close() {
	e.stop()
	e.running.Wait()
}

// start starts an experiment for a seat, unless one runs already: then busy is its
// title.
func (e *Runner) start(x experiment.Experiment, by string) (busy string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, state := range e.states {
		if state.State == isRunning {
			return state.Title
		}
	}
	e.states[x.Name] = State{Name: x.Name, Title: x.Title, State: isRunning, StartedAt: e.now().UTC().Round(0), Seat: by}
	e.running.Go(func() { e.run(x) })
	return ""
}

func (e *Runner) run(x experiment.Experiment) {
	result, err := x.Run(e.ctx, e.program, func(p experiment.Progress) {
		e.change(x.Name, func(s *State) {
			s.Done, s.Total, s.Doing, s.Result = p.Done, p.Total, p.Doing, p.Result
			e.handOver(s)
		})
	})
	if err != nil {
		slog.Error("experiment failed", "name", x.Name, "err", err)
	}
	e.change(x.Name, func(s *State) {
		s.State, s.Doing, s.Result = isDone, "", result
		if err != nil {
			s.State, s.Fault = hasFailed, whyFailed(err)
		}
		e.handOver(s)
	})
	if err == nil {
		e.ended(e.State(x.Name))
	}
}

// whyFailed says for people why an experiment has no whole result. What is in the result
// was measured all the same.
func whyFailed(err error) string {
	if incomplete, ok := errors.AsType[*experiment.IncompleteError](err); ok {
		return tell.Upper(incomplete.Error()) + "."
	}
	if ended, ok := errors.AsType[*experiment.EndedError](err); ok {
		return tell.Upper(ended.Error()) + "."
	}
	return "The experiment could not be run to its end. The log says why; try again."
}

func (e *Runner) change(name string, change func(*State)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	state := e.states[name]
	change(&state)
	e.states[name] = state
}

// handOver gives the visitor who started an experiment the traces that are new: they
// can be opened, and stand in no list of what the visitor did.
func (e *Runner) handOver(s *State) {
	if s.Result == nil {
		return
	}
	proofs := s.Result.Proofs()
	proofs = proofs[:min(len(proofs), MaxProofs)]
	for _, t := range proofs[s.proofs:] {
		e.traces.Add(s.Seat, t.Unlisted())
	}
	s.proofs = len(proofs)
}

// State is that of an experiment.
func (e *Runner) State(name string) State {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.states[name]
}

func (e *Runner) byName(name string) (experiment.Experiment, bool) {
	for _, x := range e.all {
		if x.Name == name {
			return x, true
		}
	}
	return experiment.Experiment{}, false
}
