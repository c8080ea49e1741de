package lab

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"twodoors/web/httpio"
)

// Predicted is what somebody expected of a task.
type Predicted struct {
	Task   int       `json:"task"`   // counted from 1
	Answer string    `json:"answer"` // its name
	At     time.Time `json:"at"`
}

// Opened is how many hints of a task somebody has opened.
type Opened struct {
	Task  int       `json:"task"` // counted from 1
	Hints int       `json:"hints"`
	Last  time.Time `json:"last"`
}

var (
	errNotUnderWay = &httpio.Fault{Status: http.StatusConflict, Detail: "You are not in this lab. Begin it first."}
	errTooLate     = &httpio.Fault{Status: http.StatusConflict, Detail: "This task is done, so its prediction cannot be changed any more."}
	errHeldBack    = &httpio.Fault{Status: http.StatusConflict, Detail: "Your lecturer holds back the answer."}
)

// Predict keeps what a seat expects of a task, counted from 1. Until the task is done it may be changed.
func (l *Labs) Predict(ctx context.Context, seat string, lab *Lab, task int, answer string) error {
	asked, err := lab.task(task)
	if err != nil {
		return err
	}
	if asked.Predict == nil {
		return unprocessable(fmt.Sprintf("Task %d of this lab asks for no prediction.", task))
	}
	if asked.Predict.Says(answer) == "" {
		return unprocessable("The question of this task has no such answer. Reload the page of the lab.")
	}
	return l.amend(ctx, seat, lab, func(p *Progress) error {
		if task <= len(p.Ticks) {
			return errTooLate
		}
		p.predict(Predicted{task, answer, l.Now().UTC().Round(0)})
		return nil
	})
}

// OpenHint keeps that a seat has opened a hint of a task, both counted from 1. Those of a task that is done are a
// reference and do not count.
func (l *Labs) OpenHint(ctx context.Context, seat string, lab *Lab, task, hint int) error {
	of, err := lab.task(task)
	if err != nil {
		return err
	}
	if hint < 1 || hint > len(of.Hints) {
		return unprocessable(fmt.Sprintf("Task %d of this lab has %d hints.", task, len(of.Hints)))
	}
	if hint == len(of.Hints) && l.HoldsBack(seat) {
		return errHeldBack
	}
	return l.amend(ctx, seat, lab, func(p *Progress) error {
		if task > len(p.Ticks) {
			p.openHint(Opened{task, hint, l.Now().UTC().Round(0)})
		}
		return nil
	})
}

// HoldsBack reports whether a seat must not see the last hints.
func (l *Labs) HoldsBack(seat string) bool { return l.HoldBack != nil && l.HoldBack(seat) }

func unprocessable(detail string) error {
	return &httpio.Fault{Status: http.StatusUnprocessableEntity, Detail: detail}
}

// task finds a task, counted from 1.
func (lab *Lab) task(n int) (Task, error) {
	if n < 1 || n > len(lab.Tasks) {
		return Task{}, unprocessable(fmt.Sprintf("This lab has the tasks 1 to %d.", len(lab.Tasks)))
	}
	return lab.Tasks[n-1], nil
}

// amend changes progress in a lab that is under way, and has it saved soon.
func (l *Labs) amend(ctx context.Context, seat string, lab *Lab, do func(*Progress) error) error {
	if _, err := l.participant(ctx, seat); err != nil {
		return err
	}
	var err error = errNotUnderWay
	l.update(seat, lab, func(p *Progress) bool {
		if p.Running() {
			err = do(p)
		}
		return err == nil
	})
	return err
}

func (p *Progress) predict(said Predicted) {
	p.changed()
	for i := range p.Predictions {
		if p.Predictions[i].Task == said.Task {
			p.Predictions[i] = said
			return
		}
	}
	p.Predictions = append(p.Predictions, said)
}

func (p *Progress) openHint(opened Opened) {
	p.changed()
	for i := range p.Hints {
		if of := &p.Hints[i]; of.Task == opened.Task {
			of.Hints, of.Last = max(of.Hints, opened.Hints), opened.Last
			return
		}
	}
	p.Hints = append(p.Hints, opened)
}

// Predicted is the name of the answer that somebody gave to the question of a task, counted from 0. It is empty when
// nobody did.
func (p *Progress) Predicted(task int) string {
	if p == nil {
		return ""
	}
	for _, said := range p.Predictions {
		if said.Task == task+1 {
			return said.Answer
		}
	}
	return ""
}

// HintsOpened is how many hints of a task, counted from 0, were opened before it was done.
func (p *Progress) HintsOpened(task int) int {
	if p == nil {
		return 0
	}
	for _, opened := range p.Hints {
		if opened.Task == task+1 {
			return opened.Hints
		}
	}
	return 0
}
