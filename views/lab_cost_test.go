package views_test

import (
	"strings"
	"testing"

	"twodoors/views"
	"twodoors/web/experiment"
	"twodoors/web/lab/cost"
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
		page := views.LabPage{Lab: cost.Lab(), Try: func(string) views.Tried {
			return views.Tried{Experiment: views.Experiment{State: "running"}, Result: &experiment.Costs{Growth: growth}}
		}}
		if said := shown(t, views.CostStage(page)); strings.Contains(said, "With more users") != (len(growth) > 0) {
			t.Errorf("%+v: %s", growth, said)
		}
	}
}
