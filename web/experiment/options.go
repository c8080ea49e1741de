package experiment

import (
	"context"
	"errors"
	"fmt"
)

// Options are what can be chosen of experiments. Each has to do with one of them.
type Options struct {
	Only     string `json:"only,omitempty"`     // survive: a part of the table, see ParsePart; empty for all of it
	Requests *int   `json:"requests,omitempty"` // balance: of each case; nil for DefaultRequests
}

// Check returns why an experiment cannot be run by some options: a sentence without its period
// that begins with the option's name.
func Check(name string, o Options) error {
	for _, x := range All() {
		if x.Name == name {
			_, err := x.By(o)
			return err
		}
	}
	return errors.New("there is no experiment with that name")
}

func surviveBy(o Options) (Run[Result], error) {
	part, err := Part(nil), error(nil)
	if o.Only != "" {
		if part, err = ParsePart(o.Only); err != nil {
			return nil, fmt.Errorf("only %w", err)
		}
	}
	o.Only = ""
	return without(Survive(part))(o)
}

func balanceBy(o Options) (Run[Result], error) {
	requests := DefaultRequests
	if o.Requests != nil {
		requests = *o.Requests
	}
	if requests < 1 || requests > MaxRequests {
		return nil, fmt.Errorf("requests must be from 1 to %d, not %d", MaxRequests, requests)
	}
	o.Requests = nil
	return without(Balance(requests))(o)
}

// without is for a run of which nothing more can be chosen.
func without[R Result](run Run[R]) func(Options) (Run[Result], error) {
	return func(o Options) (Run[Result], error) {
		switch {
		case o.Only != "":
			return nil, errors.New("only is no option of this experiment")
		case o.Requests != nil:
			return nil, errors.New("requests is no option of this experiment")
		}
		return func(ctx context.Context, in *Room, report func(Progress)) (Result, error) {
			return run(ctx, in, report)
		}, nil
	}
}
