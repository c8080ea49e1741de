// Package experiment runs experiments: questions about the two doors that are
// answered by trying, on a Two Doors of the experiment's own, so that nobody else is
// thrown out.
//
// It knows the site as anybody does, by its address: over HTTP. It imports no door,
// no front and no server; only where a question is about a million users does it fill
// the database of its own site first. A Site is a running Two Doors, a Client somebody
// who uses it. Start reading at survive.go, the first of the experiments.
package experiment

import (
	"context"
	"fmt"
	"time"

	"twodoors/web/trace"
)

// Experiment is a question that is answered by trying.
type Experiment struct {
	Name  string // as it is called on the command line and in addresses
	Title string
	Run   Run[Result]
}

// Run tries on a site of its own, which is the program of that name, and reports how far
// it is. What it returns was measured. It is whole, or there is an error that says why it
// is not.
type Run[R Result] func(ctx context.Context, program string, report func(Progress)) (R, error)

// All are those that can be run without choosing anything.
func All() []Experiment {
	return []Experiment{
		experiment("survive", "What survives", Survive(Part{})),
		experiment("balance", "Who stays logged in", Balance(DefaultRequests)),
		experiment("steal", "What stops a thief", Steal),
		experiment("forge", "What refuses a forgery", Forge),
		experiment("cost", "What a request costs", Cost),
	}
}

func experiment[R Result](name, title string, run Run[R]) Experiment {
	return Experiment{name, title, func(ctx context.Context, program string, report func(Progress)) (Result, error) {
		return run(ctx, program, report)
	}}
}

// Progress is how far an experiment is.
type Progress struct {
	Done, Total int
	Doing       string // what is tried now, in a few words
	Result      Result // as far as it is known, never changed afterwards
}

// IncompleteError says that a part of a result could not be tried. The parts say why.
type IncompleteError struct{ Faults, Of int }

func (e *IncompleteError) Error() string {
	return fmt.Sprintf("%d of %d could not be tried: the table says why; run the experiment again", e.Faults, e.Of)
}

// complete returns an IncompleteError when there are faults.
func complete(faults, of int) error {
	if faults == 0 {
		return nil
	}
	return &IncompleteError{faults, of}
}

// EndedError says that the site of an experiment ended before it was to.
type EndedError struct{ How string }

func (e *EndedError) Error() string {
	return "the site that the experiment had started ended by itself (" + e.How + "), so the experiment was given up: run it again"
}

// Result is what an experiment found out. It can be written as JSON.
type Result interface {
	// Proofs are the traces of the answers that decided, a hundred at most.
	Proofs() []*trace.Trace
}

// pause lets others have the processor, between two questions of one client.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
