// Package sequence reads a sequence diagram out of a trace: who took part, and what went
// between them. It knows nothing of how that is drawn.
//
// Start reading at Of.
package sequence

import (
	"slices"
	"strings"

	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// Diagram has lanes, and what happens between them, one below the other.
type Diagram struct {
	Lanes []string
	Rows  []Row
}

// Row is a message from one lane to another, or a note when both are one.
type Row struct {
	From, To int
	Text     string
	Colour   string // door-session, door-token, door-none, allowed, denied or failed; empty for a note that all is well
	Quiet    bool   // all is well, nothing to stop at
	Back     bool   // it answers a message
	Same     bool   // the diagram beside it has it as well
}

// Of reads a diagram out of a trace. Lanes stand in it when a step shows that they took
// part.
func Of(t *trace.Trace) *Diagram {
	d := &Diagram{Lanes: []string{"browser"}}
	colour := "door-" + t.Door
	if t.Door == "" {
		colour = "door-none"
	}
	asked := d.enter(t, colour)
	for i := 0; i < len(t.Steps); i++ {
		step := &t.Steps[i]
		switch step.Name.Actor() {
		case trace.Front:
		case trace.Store, trace.Keys:
			d.ask(asked, t, step, colour)
		default:
			last := i
			for step.OK && last+1 < len(t.Steps) && t.Steps[last+1].Name.Actor() == step.Name.Actor() && t.Steps[last+1].OK {
				last++
			}
			d.note(asked, t.Steps[i:last+1])
			i = last
		}
	}
	d.Rows = append(d.Rows, Row{From: asked, To: 0, Text: answer(t), Colour: string(t.Outcome), Back: true})
	return d
}

// Compare reads the diagrams of two requests, each with what the other has as well marked.
func Compare(one, other *trace.Trace) (*Diagram, *Diagram) {
	left, right := Of(one), Of(other)
	inLeft, inRight := left.messages(), right.messages()
	left.mark(inRight)
	right.mark(inLeft)
	return left, right
}

// message is what a row says, wherever its lanes stand.
type message struct{ from, to, text string }

func (d *Diagram) message(row Row) message {
	return message{d.Lanes[row.From], d.Lanes[row.To], row.Text}
}

func (d *Diagram) messages() map[message]bool {
	all := map[message]bool{}
	for _, row := range d.Rows {
		all[d.message(row)] = true
	}
	return all
}

func (d *Diagram) mark(other map[message]bool) {
	for i, row := range d.Rows {
		d.Rows[i].Same = other[d.message(row)]
	}
}

// inPassing are the steps that say little when they pass: somebody who asks who decided can do
// without them.
var inPassing = map[trace.Name]bool{
	trace.OriginCheck: true, trace.RateCheck: true, trace.TurnWait: true,
	trace.CookieRead: true, trace.SessionAge: true, trace.UserLoad: true, trace.RoleCheck: true, trace.SessionSave: true,
	trace.BearerRead: true, trace.TokenDecode: true, trace.AlgorithmCheck: true, trace.KeysFresh: true, trace.KeySelect: true, trace.ClaimsCheck: true,
	trace.RefreshCreate: true,
}

// BriefOf reads a diagram of the steps that decided.
func BriefOf(t *trace.Trace) *Diagram {
	brief := *t
	brief.Steps = slices.DeleteFunc(slices.Clone(t.Steps), func(s trace.Step) bool { return s.OK && inPassing[s.Name] })
	return Of(&brief)
}

// enter draws the request on its way in, and returns the lane that decides.
func (d *Diagram) enter(t *trace.Trace, colour string) int {
	carried := carrying(t)
	front, reached := frontSteps(t)
	if front == nil {
		d.Rows = append(d.Rows, Row{From: 0, To: d.lane(tell.Server(t)), Text: carried, Colour: colour})
		d.wait(1, t)
		return 1
	}
	d.Rows = append(d.Rows, Row{From: 0, To: d.lane("front"), Text: carried, Colour: colour})
	d.wait(1, t)
	if !reached {
		d.Rows = append(d.Rows, Row{From: 1, To: 1, Text: "✗ " + tell.Clip(tell.Inert(tell.Result(*front)), 24), Colour: "denied"})
		return 1
	}
	d.Rows = append(d.Rows, Row{From: 1, To: d.lane(tell.Server(t)), Text: choices[front.Facts.Get("chosen").String()], Colour: colour})
	return 2
}

// wait draws that a request waited for its turn, at the front or at a server that has none.
func (d *Diagram) wait(at int, t *trace.Trace) {
	step := t.Find(trace.TurnWait)
	switch {
	case step == nil:
	case step.OK:
		d.Rows = append(d.Rows, Row{From: at, To: at, Text: "waited " + step.Facts.Get("wait").String(), Quiet: true})
	case t.Server != 0:
		d.note(at, []trace.Step{*step})
	}
}

// frontSteps returns the front's last step, and whether a server was reached. That a request waited
// tells of no front: it does so at a server that runs alone, too.
func frontSteps(t *trace.Trace) (last *trace.Step, reached bool) {
	reached = true
	for i := range t.Steps {
		step := &t.Steps[i]
		if step.Name == trace.TurnWait && (step.OK || t.Server != 0) {
			continue
		}
		if step.Name.Actor() == trace.Front {
			last = step
			reached = last.OK
		}
	}
	return last, reached
}

// ask draws what a store or a key was asked, and its answer.
func (d *Diagram) ask(from int, t *trace.Trace, step *trace.Step, colour string) {
	verb, known := verbs[step.Name]
	if !known {
		verb = tell.Inert(string(step.Name))
	}
	where, result := storeLane(t, step), tell.Result(*step)
	answered, mark := colour, ""
	if !step.OK {
		answered, mark = "denied", "✗ "
	}
	if step.Name.Actor() == trace.Keys {
		where, result = "keys", keyResult(step)
	}
	to := d.lane(where)
	d.Rows = append(d.Rows,
		Row{From: from, To: to, Text: verb, Colour: colour},
		Row{From: to, To: from, Text: mark + tell.Clip(tell.Inert(result), 26), Colour: answered, Quiet: step.OK, Back: true})
}

// note draws what the one who decides did alone: steps that passed, or one that refused.
func (d *Diagram) note(at int, steps []trace.Step) {
	var words []string
	for _, step := range steps {
		word, _, _ := strings.Cut(string(step.Name), ".")
		words = append(words, tell.Inert(word))
	}
	if steps[0].OK {
		d.Rows = append(d.Rows, Row{From: at, To: at, Text: "✓ " + strings.Join(words, ", "), Quiet: true})
		return
	}
	d.Rows = append(d.Rows, Row{From: at, To: at, Text: "✗ " + tell.Inert(string(steps[0].Name)), Colour: "denied"})
}

// lane is where a name stands, at the end when it is new.
func (d *Diagram) lane(name string) int {
	if at := slices.Index(d.Lanes, name); at >= 0 {
		return at
	}
	d.Lanes = append(d.Lanes, name)
	return len(d.Lanes) - 1
}

// Description reads the diagram aloud.
func (d *Diagram) Description() string {
	var said []string
	for _, row := range d.Rows {
		between := d.Lanes[row.From]
		if row.From != row.To {
			between += " to " + d.Lanes[row.To]
		}
		said = append(said, between+": "+row.Text+".")
	}
	return strings.Join(said, " ")
}
