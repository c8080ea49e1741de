package lab

import (
	"context"
	"time"

	"twodoors/web/trace"
)

// Overview is how a seat stands with a lab that it has begun, for people who look on.
type Overview struct {
	Lab             string
	Standing        Standing
	Done, Tasks     int
	Begun, Finished time.Time // Finished is zero before
	Ticked          time.Time // when a task was last done, or when the lab was begun or continued since
	Active          time.Time // when the visitor last did anything: a request, a hint, a prediction
	Tries           int       // requests of the visitor since the last task was done
	Refused         *Seen     // the last of these that a step refused; nil for none
	Hints           int       // opened in the task that comes next

	// Predictions of the tasks that are done and of the next one: questions asked, answered, and answered right.
	Asked, Predicted, Right int
}

// Load makes sure that what a seat has done is in memory.
func (l *Labs) Load(ctx context.Context, seat string) error {
	_, err := l.participant(ctx, seat)
	return err
}

// Overview tells of each lab that a seat has begun, in the order of the labs. It is nil for a seat that is not in
// memory: it reads no database and copies no history, so it can be asked for a whole class again and again.
func (l *Labs) Overview(seat string) (all []Overview) {
	l.mu.RLock()
	p := l.participants[seat]
	l.mu.RUnlock()
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, lab := range l.All {
		if progress := p.progress[lab.Name]; progress != nil {
			all = append(all, progress.overview(lab))
		}
	}
	return all
}

func (p *Progress) overview(lab *Lab) Overview {
	o := Overview{
		Lab: lab.Name, Standing: p.Standing(), Done: p.Done(), Tasks: len(lab.Tasks), Begun: p.Begun, Finished: p.Finished,
		Ticked: later(p.Begun, p.Continued), Active: later(p.Begun, p.Continued), Hints: p.HintsOpened(p.Done()),
	}
	if n := len(p.Ticks); n > 0 {
		o.Ticked = later(o.Ticked, p.Ticks[n-1].At)
	}
	o.tryOf(p)
	for _, opened := range p.Hints {
		o.Active = later(o.Active, opened.Last)
	}
	for _, said := range p.Predictions {
		o.Active = later(o.Active, said.At)
	}
	for i := range min(len(p.Ticks)+1, len(lab.Tasks)) {
		o.countPrediction(p, i, lab.Tasks[i])
	}
	return o
}

// tryOf counts what the visitor did since the last task was done. It goes back no further than it has to.
func (o *Overview) tryOf(p *Progress) {
	since := 0
	if n := len(p.Since); n > 0 {
		since = p.Since[n-1]
	}
	seen := false
	for i := len(p.History) - 1; i >= 0 && (i >= since || !seen); i-- {
		s := &p.History[i]
		if s.Client != "" {
			continue
		}
		if !seen {
			o.Active, seen = later(o.Active, s.At), true
		}
		if i < since {
			return
		}
		o.Tries++
		if o.Refused == nil && s.Reason != trace.NoStep {
			refused := *s
			o.Refused = &refused
		}
	}
}

func (o *Overview) countPrediction(p *Progress, i int, task Task) {
	if task.Predict == nil {
		return
	}
	o.Asked++
	said := p.Predicted(i)
	if said == "" {
		return
	}
	o.Predicted++
	if i < len(p.Ticks) && said == p.Ticks[i].Outcome {
		o.Right++
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
