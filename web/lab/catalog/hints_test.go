package catalog_test

import (
	"strings"
	"testing"

	"twodoors/web/lab/catalog"
)

// Each task has three hints, and the last is the answer: it names each button, in order.
func TestTheLastHintIsTheAnswer(t *testing.T) {
	t.Parallel()
	for _, l := range catalog.Labs() {
		for i, task := range l.Tasks {
			if len(task.Hints) != 3 {
				t.Errorf("%s, task %d: %d hints", l.Name, i+1, len(task.Hints))
				continue
			}
			rest, given := task.Hints[2], true
			for _, act := range task.Acts {
				_, rest, given = strings.Cut(rest, "“"+act.Label+"”")
				if !given {
					t.Errorf("%s, task %d: the last hint does not say to press “%s”", l.Name, i+1, act.Label)
					break
				}
			}
		}
	}
}
