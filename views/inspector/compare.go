package inspector

import (
	"strings"

	"twodoors/web/trace"
	"twodoors/web/trace/ladder"
	"twodoors/web/trace/sequence"
	"twodoors/web/trace/tell"
)

// Comparison is two requests side by side.
type Comparison struct {
	One, Other               *trace.Trace
	OneDiagram, OtherDiagram *sequence.Diagram
	Steps                    []ladder.Pair
}

// Compared compares the chosen request with the one beside it.
func (in Inspector) Compared() Comparison {
	c := Comparison{One: in.Chosen, Other: in.Beside, Steps: ladder.Compare(in.Chosen, in.Beside)}
	c.OneDiagram, c.OtherDiagram = sequence.Compare(in.Chosen, in.Beside)
	return c
}

// InWords says how far the two differ.
func (c Comparison) InWords() string {
	differing := 0
	for _, pair := range c.Steps {
		if len(pair.Differs) > 0 {
			differing++
		}
	}
	return tell.Compared(len(c.Steps), differing)
}

// differing says in what two steps differ: "role, where it looked".
func differing(p ladder.Pair) string { return strings.Join(p.Differs, ", ") }

// column names a request at the head of a table.
func column(t *trace.Trace) string { return tell.Inert(t.Method) + " " + tell.Inert(t.Path) }
