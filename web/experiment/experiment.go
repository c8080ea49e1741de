// Package experiment runs experiments: questions about the two doors that are
// answered by trying, in a room of the experiment's own, so that nobody else is
// thrown out.
//
// It knows the site as anybody does, by its address: over HTTP. It imports no door,
// no front and no server. A Room is where an experiment runs, a Client somebody who uses
// it. What ends a whole site is tried on a Site, which is a separate Two Doors. Start
// reading at survive.go, the first of the experiments.
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
	Alone bool // it measures so finely that no other may run meanwhile

	// By returns how it runs by some options, or why it cannot: a sentence without its
	// period that begins with the option's name.
	By func(Options) (Run[Result], error)
}

// Run tries in a room, and reports how far it is. What it returns was measured. It is whole,
// or there is an error that says why it is not.
type Run[R Result] func(ctx context.Context, in *Room, report func(Progress)) (R, error)

// All are those that visitors can have run.
func All() []Experiment {
	return []Experiment{
		{Name: "survive", Title: "What survives", By: surviveBy},
		{Name: "balance", Title: "Who stays logged in", By: balanceBy},
		{Name: "steal", Title: "What stops a thief", By: without(Steal)},
		{Name: "forge", Title: "What refuses a forgery", By: without(Forge)},
		{Name: "cost", Title: "What a request costs", Alone: true, By: without(Cost)},
	}
}

// Progress is how far an experiment is.
type Progress struct {
	Done, Total int
	Doing       string // what is tried now, in a few words
	Result      Result // as far as it is known, never changed afterwards
}

// IncompleteError says that a part of a result could not be tried. The parts say why.
type IncompleteError struct {
	Faults int `json:"faults"`
	Of     int `json:"of"`
}

func (e *IncompleteError) Error() string {
	return fmt.Sprintf("%d of %d could not be tried: the table says why; run the experiment again", e.Faults, e.Of)
}

// complete returns an IncompleteError when there are faults.
func complete(faults, of int) error {
	if faults == 0 {
		return nil
	}
	return &IncompleteError{Faults: faults, Of: of}
}

// EndedError says that a site which was started for an experiment ended before it was to.
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
