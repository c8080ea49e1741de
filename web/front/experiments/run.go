package experiments

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"

	"twodoors/web/experiment"
	"twodoors/web/room"
	"twodoors/web/rooms"
	"twodoors/web/settings"
	"twodoors/web/trace"
	"twodoors/web/trace/tell"
	"twodoors/web/turns"
)

// run is an experiment that a visitor has started.
type run struct {
	runner *Runner
	do     experiment.Run[experiment.Result]
	alone  bool
	turn   *turns.Ticket

	state  State // guarded by the mutex of Runner
	proofs int   // traces that the visitor has got
}

// run waits for a turn, runs the experiment in a room, and keeps what it found out.
func (x *run) run() {
	result, err := x.inTurn()
	if err != nil {
		slog.Error("experiment failed", "name", x.state.Name, "err", err)
	}
	var ended State
	x.change(func(s *State) {
		s.State, s.Doing, s.Result = isDone, "", result
		if err != nil {
			s.State, s.Fault = hasFailed, whyFailed(err)
			s.Incomplete, _ = errors.AsType[*experiment.IncompleteError](err)
		}
		x.handOver()
		x.runner.keep(x)
		ended = *s
	})
	if err == nil {
		x.runner.Ended(ended)
	}
}

// inTurn waits for a turn, and runs the experiment.
func (x *run) inTurn() (experiment.Result, error) {
	r := x.runner
	defer x.turn.Leave()
	if err := x.turn.Wait(r.ctx); err != nil {
		return nil, err
	}
	x.change(func(s *State) { s.State, s.StartedAt = isRunning, r.Now().UTC().Round(0) })
	in, end, err := x.enter()
	if err != nil {
		return nil, err
	}
	defer end()
	return x.do(r.ctx, in, func(p experiment.Progress) {
		x.change(func(s *State) {
			s.Done, s.Total, s.Doing, s.Result = p.Done, p.Total, p.Doing, p.Result
			x.handOver()
		})
	})
}

// enter opens a room for a seat that nobody has. What it returns ends the room, and leaves
// nothing of the seat.
func (x *run) enter() (in *experiment.Room, end func(), err error) {
	r, s := x.runner, x.runner.Seats.Make()
	opened, err := r.Rooms.Open(r.ctx, rooms.Order{
		Seat: s.Name(), Network: x.state.Visitor.From.Network(), Kind: room.Experiment, Title: "the experiment “" + x.state.Title + "”", Settings: settings.Default(),
		Measured: x.alone,
	})
	if err != nil {
		return nil, nil, err
	}
	in = &experiment.Room{Address: r.Address, Seat: s, Name: opened.Name(), Program: r.Program}
	if x.alone {
		in.Others = r.watchOthers(s.Name(), x.state.Visitor.Seat.Name())
	}
	return in, func() {
		r.watch.Store(nil)
		r.Rooms.End(s.Name(), room.Experiment)
		if err := r.Forget(context.WithoutCancel(r.ctx), s); err != nil {
			slog.Error("what an experiment did in a lab was not removed", "err", err)
		}
		r.Traces.Clear(s.Name())
	}, nil
}

// watch counts what others do while an experiment runs alone.
type watch struct {
	own, visitor string // names of seats that are no others
	requests     atomic.Int64
}

// watchOthers begins to watch what others do, and returns what tells it.
func (r *Runner) watchOthers(own, visitor string) func() experiment.Others {
	w := &watch{own: own, visitor: visitor}
	r.watch.Store(w)
	return func() experiment.Others {
		return experiment.Others{Rooms: r.Rooms.Awake(), Requests: w.requests.Load()}
	}
}

// Notice counts a request of a seat, by its name, for the experiment that runs alone.
func (r *Runner) Notice(seat string) {
	if w := r.watch.Load(); w != nil && seat != w.own && seat != w.visitor {
		w.requests.Add(1)
	}
}

// whyFailed says for people why an experiment has no whole result. What is in the result
// was measured all the same.
func whyFailed(err error) string {
	if refusal, ok := errors.AsType[*room.Refusal](err); ok {
		return refusal.Detail
	}
	if _, ok := errors.AsType[*turns.Refusal](err); ok {
		return errFull.Detail
	}
	if incomplete, ok := errors.AsType[*experiment.IncompleteError](err); ok {
		return tell.Upper(incomplete.Error()) + "."
	}
	if ended, ok := errors.AsType[*experiment.EndedError](err); ok {
		return tell.Upper(ended.Error()) + "."
	}
	return "The experiment could not be completed. The log says why; try again."
}

func (x *run) key() key { return key{x.state.Visitor.Seat.Value, x.state.Name} }

// change changes what is told of the experiment.
func (x *run) change(change func(*State)) {
	x.runner.mu.Lock()
	defer x.runner.mu.Unlock()
	change(&x.state)
}

// ended reports whether it neither runs nor waits. It is called with the runner's mutex held.
func (x *run) ended() bool { return x.state.State == isDone || x.state.State == hasFailed }

// size is what its result takes, as maxKept counts. It is called with the runner's mutex held.
func (x *run) size() int { return 1 + len(x.found()) }

// found are the traces that decided so far, as many as its visitor gets.
func (x *run) found() []*trace.Trace {
	if x.state.Result == nil {
		return nil
	}
	proofs := x.state.Result.Proofs()
	return proofs[:min(len(proofs), MaxProofs)]
}

// handOver gives the visitor the traces that are new: they can be opened, and stand in no list
// of what the visitor did. It is called with the runner's mutex held.
func (x *run) handOver() {
	proofs := x.found()
	for _, t := range proofs[x.proofs:] {
		x.runner.Traces.Add(x.state.Visitor.Seat.Name(), t.Unlisted())
	}
	x.proofs = len(proofs)
}
