package lab

import (
	"slices"
	"time"

	"twodoors/web/trace"
)

// Progress is how far a seat has come in one lab.
type Progress struct {
	Begun     time.Time `json:"begun"`
	Finished  time.Time `json:"finished,omitzero"`
	Left      bool      `json:"left,omitzero"`      // half-way: its settings were put back
	Disturbed string    `json:"disturbed,omitzero"` // what has happened to what the lab had set up, in sentences
	Ticks     []Tick    `json:"ticks"`              // of the tasks that are done, in their order
	History   History   `json:"history"`
	Since     []int     `json:"since"`              // for each task that was begun, where it begins in the history
	Continued time.Time `json:"continued,omitzero"` // when it was begun again, the last time

	Predictions []Predicted `json:"predictions,omitempty"`
	Hints       []Opened    `json:"hints,omitempty"`

	last    int64   // the number of what happened last
	gone    []int64 // the numbers of what was dropped from the history, and may still be in the table
	unsaved bool    // something of it is not in the table yet
	changes int     // of anything but the history, since it was loaded
}

// Tick is a task that is done.
type Tick struct {
	At      time.Time `json:"at"`
	Traces  []string  `json:"traces"`  // of the requests that show it, in the history
	Outcome string    `json:"outcome"` // the name of the answer that came true, of what the task asks; may be empty
}

// Running reports whether what happens counts.
func (p *Progress) Running() bool { return p != nil && p.Finished.IsZero() && !p.Left }

// goOn begins the lab again where it was left.
func (p *Progress) goOn(now time.Time) {
	p.Left, p.Disturbed, p.Continued = false, "", now.UTC().Round(0)
	p.changed()
}

// changed notes that something but the history has to be saved.
func (p *Progress) changed() {
	p.changes++
	p.unsaved = true
}

// Of returns what happened during a task, counted from 0. What a lab's own client goes on doing
// belongs to the task in which it began, until the visitor does something.
func (p *Progress) Of(task int) History {
	if p == nil || task >= len(p.Since) {
		return nil
	}
	return p.History[p.beginning(task):p.beginning(task+1)]
}

// beginning is where a task begins in the history.
func (p *Progress) beginning(task int) int {
	if task == len(p.Since) {
		return len(p.History)
	}
	if task == 0 {
		return p.Since[0]
	}
	at := max(p.Since[task], p.beginning(task-1)) // several tasks may be done by one request
	for at < len(p.History) && p.History[p.Since[task-1]:at].has(p.History[at].Client) {
		at++
	}
	return at
}

// has reports whether a client of the lab did something.
func (h History) has(client string) bool {
	return client != "" && slices.ContainsFunc(h, By(client))
}

// Shown are the requests that showed that a task was done.
func (p *Progress) Shown(task int) History {
	return p.History.with(p.Ticks[task].Traces)
}

// with are the requests of these traces.
func (h History) with(traces []string) History {
	return h.Every(func(s Seen) bool { return slices.Contains(traces, s.Trace) })
}

func begin(now time.Time) *Progress {
	return &Progress{Begun: now.UTC().Round(0), Ticks: []Tick{}, History: History{}, Since: []int{0}}
}

// add notes what happened, and reports whether tasks are done by it. Tasks are
// done in their order.
func (p *Progress) add(l *Lab, s Seen) (ticked bool) {
	if len(p.History) == MaxHistory {
		p.forget()
	}
	p.last++
	s.number, s.unsaved, p.unsaved = p.last, true, true
	p.History = append(p.History, s)
	for len(p.Ticks) < len(l.Tasks) {
		seen := l.Tasks[len(p.Ticks)].Done(p.History)
		if seen == nil {
			break
		}
		done := tick(s.At, seen)
		done.Outcome = l.Tasks[len(p.Ticks)].outcome(p.History.with(done.Traces))
		p.Ticks = append(p.Ticks, done)
		p.Since = append(p.Since, len(p.History))
		ticked = true
	}
	if len(p.Ticks) == len(l.Tasks) {
		p.Finished = s.At
	}
	return ticked
}

func tick(at time.Time, seen []Seen) Tick {
	t := Tick{At: at}
	for _, s := range seen {
		t.Traces = append(t.Traces, s.Trace)
	}
	return t
}

// forget drops the oldest of what has shown nothing and at which no task was done.
func (p *Progress) forget() {
	shown, ticked := map[string]bool{}, map[int64]bool{}
	for _, tick := range p.Ticks {
		ticked[tick.At.UnixNano()] = true
		for _, id := range tick.Traces {
			shown[id] = true
		}
	}
	for i, s := range p.History {
		if (shown[s.Trace] || ticked[s.At.UnixNano()]) && i < len(p.History)-1 {
			continue
		}
		p.gone = append(p.gone, s.number)
		p.History = append(p.History[:i:i], p.History[i+1:]...)
		for task := range p.Since {
			if p.Since[task] > i {
				p.Since[task]--
			}
		}
		return
	}
}

// attach adds the trace of something that happened, which was finished later.
func (p *Progress) attach(t *trace.Trace) (attached bool) {
	for i := range p.History {
		if s := &p.History[i]; s.Trace == t.ID && s.record == nil {
			s.record, s.unsaved, p.unsaved, attached = t, true, true, true
		}
	}
	return attached
}

// copy returns progress that nobody changes any more.
func (p *Progress) copy() *Progress {
	if p == nil {
		return nil
	}
	c := *p
	c.Ticks = append([]Tick(nil), p.Ticks...)
	c.History = append(History(nil), p.History...)
	c.Since = append([]int(nil), p.Since...)
	c.Predictions = append([]Predicted(nil), p.Predictions...)
	c.Hints = append([]Opened(nil), p.Hints...)
	return &c
}
