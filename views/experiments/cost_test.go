package experiments_test

import (
	"strings"
	"testing"

	"twodoors/views/experiments"
	"twodoors/web/experiment"
)

// While costs are measured the page is asked for again and again. It is there at
// every moment: also when nothing is kept yet that a scale could begin at.
func TestCostsAreShownFromTheFirstFigure(t *testing.T) {
	for _, growth := range [][]experiment.Growing{
		nil,
		{{Users: 1}},
		{{Users: 1, Memory: experiment.Held{Nanoseconds: 40}}},
		{{Users: 1}, {Users: 1000, Memory: experiment.Held{Bytes: 265_000, Nanoseconds: 60}}},
	} {
		e := experiments.Experiment{State: "running", Result: &experiment.Costs{Growth: growth}}
		var said strings.Builder
		if err := experiments.Cost(e).Render(t.Context(), &said); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(said.String(), "With more users") != (len(growth) > 0) {
			t.Errorf("%+v: %s", growth, said.String())
		}
	}
}
