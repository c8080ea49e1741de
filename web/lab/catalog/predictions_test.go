package catalog_test

import (
	"slices"
	"testing"

	"twodoors/web/lab"
	"twodoors/web/lab/catalog"
)

// Each lab asks once or twice what will happen. The question does not stand beside its own answer, which comes once
// the task is done.
func TestEachLabAsksWhatWillHappen(t *testing.T) {
	t.Parallel()
	for _, l := range catalog.Labs() {
		asked := 0
		for i, task := range l.Tasks {
			if task.Predict == nil {
				continue
			}
			asked++
			expectQuestion(t, l, i)
		}
		if asked < 1 || asked > 2 {
			t.Errorf("%s asks %d times", l.Name, asked)
		}
	}
}

func expectQuestion(t *testing.T, l *lab.Lab, i int) {
	t.Helper()
	task := l.Tasks[i]
	asks := task.Predict
	if asks.Act < 0 || asks.Act >= len(task.Acts) || task.Why == "" || asks.Asks == "" || len(asks.Answers) < 2 || len(asks.Answers) > 4 {
		t.Errorf("%s, task %d: act %d, %d answers, and then “%s”", l.Name, i+1, asks.Act, len(asks.Answers), task.Why)
	}
	var names []string
	for _, answer := range asks.Answers {
		if slices.Contains(names, answer.Name) || answer.Says == "" {
			t.Errorf("%s, task %d: the answer %q says %q", l.Name, i+1, answer.Name, answer.Says)
		}
		names = append(names, answer.Name)
	}
	if came := asks.Outcome(nil); came != "" {
		t.Errorf("%s, task %d: nothing has happened, and %q came true", l.Name, i+1, came)
	}
}
