package class

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"twodoors/web/httpio"
	"twodoors/web/lab"
)

// Question is a prediction of a lab that the lecturer asks everybody at once. What came true is in
// Outcomes, once the lecturer had it done in every room.
type Question struct {
	Number   int                `json:"number"` // from 1
	Lab      string             `json:"lab"`
	Task     int                `json:"task"` // counted from 1
	Asks     string             `json:"asks"`
	Answers  []lab.Answer       `json:"answers"`
	Asked    time.Time          `json:"asked"`
	Ended    time.Time          `json:"ended,omitzero"`     // no more answers from then on
	Done     time.Time          `json:"done,omitzero"`      // in every room
	Rooms    int                `json:"rooms,omitzero"`     // in which it was done
	Outcomes map[string]Outcome `json:"outcomes,omitempty"` // by person
}

// Latest is the question that was asked last, nil when none was.
func (c *Class) Latest() *Question {
	if c == nil || len(c.Questions) == 0 {
		return nil
	}
	return &c.Questions[len(c.Questions)-1]
}

// Open reports whether the question takes answers.
func (q *Question) Open() bool { return q != nil && q.Ended.IsZero() }

// without is the question as if a person had never been there.
func (q Question) without(id string) Question {
	if _, there := q.Outcomes[id]; there {
		q.Outcomes = maps.Clone(q.Outcomes)
		delete(q.Outcomes, id)
	}
	return q
}

// Bar is how many people gave one answer.
type Bar struct {
	lab.Answer
	People int `json:"people"`
}

// Bars are the answers of a question, each with how many people gave it.
func (c *Class) Bars(q *Question) (bars []Bar) {
	for _, answer := range q.Answers {
		bar := Bar{Answer: answer}
		for _, p := range c.People {
			if p.Answers[q.Number] == answer.Name {
				bar.People++
			}
		}
		bars = append(bars, bar)
	}
	return bars
}

// Askable are the tasks of labs that have a prediction.
func (c *Classes) Askable() (all []Askable) {
	for _, l := range c.Labs.All {
		for i, task := range l.Tasks {
			if task.Predict != nil {
				all = append(all, Askable{l.Name, i + 1, l.Title, task.Predict.Asks})
			}
		}
	}
	return all
}

// Askable is a prediction that the lecturer can ask everybody.
type Askable struct {
	Lab   string `json:"lab"`
	Task  int    `json:"task"` // counted from 1
	Title string `json:"title"`
	Asks  string `json:"asks"`
}

// Ask asks everybody in the open class what a lab asks before the press that decides. An earlier question ends.
func (c *Classes) Ask(ctx context.Context, name string, task int) error {
	l := c.Labs.ByName(name)
	if l == nil || task < 1 || task > len(l.Tasks) || l.Tasks[task-1].Predict == nil {
		return &httpio.Fault{Status: http.StatusUnprocessableEntity, Detail: "No lab asks for a prediction there. GET /api/class lists the questions."}
	}
	predict := l.Tasks[task-1].Predict
	err := c.change(ctx, func(next *Class) error {
		next.end(c.Now())
		next.Questions = append(next.Questions, Question{
			Number: len(next.Questions) + 1, Lab: name, Task: task, Asks: predict.Asks, Answers: predict.Answers, Asked: c.Now().UTC().Round(0),
		})
		next.Wall = Wall{Shows: WallQuestion}
		return nil
	})
	if err == nil {
		c.announce(Announcement{Kind: Asked})
	}
	return err
}

// end lets the latest question take no more answers.
func (c *Class) end(now time.Time) {
	if q := c.Latest(); q.Open() {
		q.Ended = now.UTC().Round(0)
	}
}

// EndQuestion ends the question that takes answers.
func (c *Classes) EndQuestion(ctx context.Context) error {
	err := c.change(ctx, func(next *Class) error {
		if !next.Latest().Open() {
			return errNoQuestion
		}
		next.end(c.Now())
		return nil
	})
	if err == nil {
		c.announce(Announcement{Kind: Asked})
	}
	return err
}

var errNoQuestion = &httpio.Fault{Status: http.StatusConflict, Detail: "No question takes answers now. Ask one first."}

// Answer keeps what a seat answers to the question that is asked. The last answer counts. Who is at that very task of the
// lab has answered it there, too.
func (c *Classes) Answer(ctx context.Context, seat, answer string) error {
	if err := c.keepAnswer(ctx, seat, answer); err != nil {
		return err
	}
	q := c.Current().Latest()
	if q == nil || !c.Labs.InLab(ctx, seat, q.Lab) {
		return nil
	}
	err := c.Labs.Predict(ctx, seat, c.Labs.ByName(q.Lab), q.Task, answer)
	if _, refused := errors.AsType[*httpio.Fault](err); refused {
		return nil // the task is done already
	}
	return err
}

func (c *Classes) keepAnswer(ctx context.Context, seat, answer string) error {
	return c.changePerson(ctx, seat, func(class *Class, p *Person) error {
		q := class.Latest()
		if !q.Open() {
			return errNoQuestion
		}
		if !slices.ContainsFunc(q.Answers, func(a lab.Answer) bool { return a.Name == answer }) {
			return &httpio.Fault{Status: http.StatusUnprocessableEntity, Detail: fmt.Sprintf("There is no such answer. Choose one of those that question %d offers.", q.Number)}
		}
		answers := maps.Clone(p.Answers)
		if answers == nil {
			answers = map[int]string{}
		}
		answers[q.Number] = answer
		p.Answers = answers
		return nil
	})
}
