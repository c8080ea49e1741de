package experiment

import (
	"context"

	"twodoors/web/trace"
)

// Grown is what more and more users cost. It is measured in the process that a database is
// filled in, so a separate site does that.
type Grown struct {
	Growth []Growing `json:"growth"`
}

// Proofs are none: nobody is asked.
func (*Grown) Proofs() []*trace.Trace { return nil }

// growthName is what a site that was started for an experiment calls it.
const growthName = "growth"

// Growth is for sites that were started for an experiment. A site with visitors does not
// offer it, as it fills the memory of the process.
func Growth() Experiment {
	return Experiment{Name: growthName, Title: "What more users cost", By: without(measureGrowth)}
}

func measureGrowth(ctx context.Context, _ *Room, report func(Progress)) (*Grown, error) {
	grown := &Grown{}
	err := grow(ctx, func(g Growing) {
		grown.Growth = append(grown.Growth, g)
		soFar := *grown
		report(Progress{Done: len(grown.Growth), Total: len(sizes), Doing: "Adding users", Result: &soFar})
	})
	return grown, err
}

// grow has a separate site measure what more users cost, and tells how much is measured.
func (c *Costs) grow(ctx context.Context, program string, tell func(measured int)) error {
	site, err := Open(ctx, program)
	if err != nil {
		return err
	}
	defer site.Close()
	grown, err := On[*Grown](ctx, site, growthName, Options{}, func(p Progress) {
		if soFar, _ := p.Result.(*Grown); soFar != nil {
			c.Growth = soFar.Growth
		}
		tell(len(c.Growth))
	})
	if grown != nil {
		c.Growth = grown.Growth
	}
	return err
}
