package experiment

import (
	"context"
	"fmt"
	"time"

	"twodoors/web/trace"
)

// Survival is the table "What survives": what became of somebody who was logged in,
// for each way of being so, in each event.
type Survival struct {
	Credentials  []Heading `json:"credentials"` // down the side
	Events       []Heading `json:"events"`      // across the top
	Cells        []Cell    `json:"cells"`       // row by row, as they were tried
	Milliseconds int64     `json:"ms"`          // that it took
}

// Heading names a row or a column.
type Heading struct {
	Name  string `json:"name"`           // as --only takes it
	Title string `json:"title"`          // for people
	Door  string `json:"door,omitempty"` // of a credential
}

// Cell is what one event did to one credential.
type Cell struct {
	Credential string  `json:"credential"`
	Event      string  `json:"event"`
	Verdict    Verdict `json:"verdict,omitempty"` // empty when there is a fault, or nothing to try

	// Outage is how long the visitor was without an answer of yes or no, in
	// milliseconds rounded up: from the moment of the first question that got none
	// until the first answer that was one. It is 0 when every question was answered.
	// When the verdict is unavailable it lasted as long as we went on asking.
	Outage int64 `json:"outage_ms"`

	Trace *trace.Trace `json:"trace,omitempty"` // of the answer that decided
	Fault string       `json:"fault,omitempty"` // why there is no verdict, as a sentence

	// Inapplicable is why the event cannot happen to this credential, as a sentence.
	Inapplicable string `json:"inapplicable,omitempty"`
}

// Without says for people how long there was no answer of yes or no, empty when there
// always was one.
func (c Cell) Without() string {
	switch {
	case c.Verdict == Unavailable:
		return fmt.Sprintf("over %d ms", c.Outage)
	case c.Outage > 0:
		return fmt.Sprintf("%d ms", c.Outage)
	}
	return ""
}

// Verdict is what became of being logged in.
type Verdict string

// The verdicts. The answer that decides is the first yes or no to a question that
// was asked after the event was over.
const (
	Kept        Verdict = "kept"        // yes: 200
	Lost        Verdict = "lost"        // no: 401, log in again
	Unavailable Verdict = "unavailable" // neither, for as long as patience lasts
)

// Proofs are the traces of the answers that decided.
func (s *Survival) Proofs() []*trace.Trace {
	var proofs []*trace.Trace
	for _, cell := range s.Cells {
		if cell.Trace != nil {
			proofs = append(proofs, cell.Trace)
		}
	}
	return proofs
}

// Cell returns the cell of a credential and an event, nil when it has not been
// tried.
func (s *Survival) Cell(credential, event string) *Cell {
	for i, cell := range s.Cells {
		if cell.Credential == credential && cell.Event == event {
			return &s.Cells[i]
		}
	}
	return nil
}

// Survive fills the table, or a part of it. For each cell the
// room is set up, a newcomer logs in and asks "who am I?" without a break, and the
// event is made to happen. A cell that could not be tried says why; the rest goes on.
func Survive(part Part) Run[*Survival] {
	return func(ctx context.Context, in *Room, report func(Progress)) (*Survival, error) {
		return survive(ctx, in, part, report)
	}
}

func survive(ctx context.Context, in *Room, part Part, report func(Progress)) (*Survival, error) {
	began := time.Now()
	credentials, events := choose(part, credentials()), choose(part, events())
	s := &Survival{Credentials: headings(credentials), Events: headings(events)}
	total, faults := len(credentials)*len(events), 0
	places := places{room: in}
	defer places.close()
	for _, credential := range credentials {
		for _, event := range events {
			report(Progress{len(s.Cells), total, credential.Title + ": " + event.Title, s.soFar()})
			cell, err := places.fill(ctx, credential, event)
			if err != nil {
				return s, err
			}
			if cell.Fault != "" {
				faults++
			}
			s.Cells = append(s.Cells, cell)
			s.Milliseconds = time.Since(began).Milliseconds()
		}
	}
	report(Progress{total, total, "", s.soFar()})
	return s, complete(faults, total)
}

// Untried is the whole table, empty.
func Untried() *Survival {
	return &Survival{Credentials: headings(credentials()), Events: headings(events())}
}

// soFar is the table as it is now. Later cells are added behind its own.
func (s *Survival) soFar() *Survival {
	now := *s
	return &now
}

// try fills one cell.
func try(ctx context.Context, at place, c credential, e event) Cell {
	cell := Cell{Credential: c.Name, Event: e.Name}
	s, err := enter(ctx, at, c, e)
	if err == nil {
		defer s.leave()
		err = s.observe(ctx, &cell)
	}
	if err != nil {
		return untriable(c, e, err)
	}
	return cell
}

// untriable is a cell that could not be tried.
func untriable(c credential, e event, err error) Cell {
	return Cell{Credential: c.Name, Event: e.Name, Fault: "This could not be tried: " + err.Error() + "."}
}
