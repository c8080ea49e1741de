package views

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// Measures of a sequence diagram, in its own units.
const (
	laneWidth = 116
	topRoom   = 34
	rowHeight = 25
)

// sequence is a sequence diagram: lanes, and what happens between them, one
// below the other.
type sequence struct {
	Lanes []string
	Rows  []exchange
}

// exchange is an arrow from one lane to another, or a note when both are one.
type exchange struct {
	From, To int
	Text     string
	Class    string // what colour it has: door-session, door-token, allowed, denied, failed; and quiet
	Back     bool   // an answer, drawn dashed
}

// newSequence reads a diagram out of a trace. Lanes stand in it when a step
// shows that they took part.
func newSequence(t *trace.Trace) *sequence {
	s := &sequence{Lanes: []string{"browser"}}
	colour := "door-" + t.Door
	if t.Door == "" {
		colour = "door-none"
	}
	asked := s.enter(t, colour)
	for i := 0; i < len(t.Steps); i++ {
		step := &t.Steps[i]
		switch step.Name.Actor() {
		case trace.Front:
		case trace.Store, trace.Keys:
			s.ask(asked, t, step, colour)
		default:
			last := i
			for step.OK && last+1 < len(t.Steps) && t.Steps[last+1].Name.Actor() == step.Name.Actor() && t.Steps[last+1].OK {
				last++
			}
			s.note(asked, t.Steps[i:last+1])
			i = last
		}
	}
	s.Rows = append(s.Rows, exchange{From: asked, To: 0, Text: answer(t), Class: string(t.Outcome), Back: true})
	return s
}

// enter draws the request on its way in, and returns the lane that decides.
func (s *sequence) enter(t *trace.Trace, colour string) int {
	carried := carrying(t)
	front, reached := frontSteps(t)
	if front == nil {
		s.Rows = append(s.Rows, exchange{From: 0, To: s.lane(tell.Server(t)), Text: carried, Class: colour})
		return len(s.Lanes) - 1
	}
	s.Rows = append(s.Rows, exchange{From: 0, To: s.lane("front"), Text: carried, Class: colour})
	if !reached {
		s.Rows = append(s.Rows, exchange{From: 1, To: 1, Text: "✗ " + clip(inert(tell.Result(*front)), 24), Class: "denied"})
		return 1
	}
	s.Rows = append(s.Rows, exchange{From: 1, To: s.lane(tell.Server(t)), Text: choices[front.Facts.Get("chosen").String()], Class: colour})
	return 2
}

// frontSteps returns the front's last step, and whether a server was reached.
func frontSteps(t *trace.Trace) (last *trace.Step, reached bool) {
	reached = true
	for i := range t.Steps {
		if t.Steps[i].Name.Actor() == trace.Front {
			last = &t.Steps[i]
			reached = last.OK
		}
	}
	return last, reached
}

func (s *sequence) ask(from int, t *trace.Trace, step *trace.Step, colour string) {
	verb, known := verbs[step.Name]
	if !known {
		verb = inert(string(step.Name))
	}
	where, result := storeLane(t, step), tell.Result(*step)
	class, mark := colour+" quiet", ""
	if !step.OK {
		class, mark = "denied", "✗ "
	}
	if step.Name.Actor() == trace.Keys {
		where, result = "keys", keyResult(step)
	}
	to := s.lane(where)
	s.Rows = append(s.Rows,
		exchange{From: from, To: to, Text: verb, Class: colour},
		exchange{From: to, To: from, Text: mark + clip(inert(result), 26), Class: class, Back: true})
}

func (s *sequence) note(at int, steps []trace.Step) {
	var words []string
	for _, step := range steps {
		word, _, _ := strings.Cut(string(step.Name), ".")
		words = append(words, inert(word))
	}
	if ok := steps[0].OK; ok {
		s.Rows = append(s.Rows, exchange{From: at, To: at, Text: "✓ " + strings.Join(words, ", "), Class: "quiet"})
		return
	}
	s.Rows = append(s.Rows, exchange{From: at, To: at, Text: "✗ " + inert(string(steps[0].Name)), Class: "denied"})
}

var verbs = map[trace.Name]string{
	trace.SessionFind: "find", trace.UserLoad: "load the user", trace.SessionSave: "seen now",
	trace.SessionCreate: "keep a session", trace.SessionDestroy: "forget it",
	trace.KeySelect: "which key", trace.SignatureVerify: "verify", trace.TokenSign: "sign",
	trace.RevocationCheck: "revoked?", trace.RevocationAdd: "revoke", trace.RefreshCreate: "keep a refresh token",
	trace.RefreshFind: "find", trace.RefreshSpend: "spend it", trace.FamilyRevoke: "revoke the family",
	trace.RoleChange: "change the role",
}

// choices say in a word why the front picked a server.
var choices = map[string]string{"only": "the only one", "sticky": "sticky", "new": "its turn", "turn": "its turn"}

// keyResult is what came of a step with a key.
func keyResult(step *trace.Step) string {
	switch {
	case step.Name == trace.KeySelect && step.OK:
		return "key " + step.Facts.Get("kid").String()
	case step.Name == trace.KeySelect:
		return tell.Result(*step)
	case step.Name == trace.TokenSign:
		return "a token"
	case step.OK:
		return "it fits"
	}
	return "it does not fit"
}

// storeLane is the lane of the store that a step asked.
func storeLane(t *trace.Trace, step *trace.Step) string {
	switch step.Where {
	case trace.MemoryOf(t.Server):
		return "memory"
	case "":
		return "store"
	}
	return inert(step.Where)
}

func (s *sequence) lane(name string) int {
	for i, known := range s.Lanes {
		if known == name {
			return i
		}
	}
	s.Lanes = append(s.Lanes, name)
	return len(s.Lanes) - 1
}

func carrying(t *trace.Trace) string {
	c := t.Credential
	switch {
	case c == nil && t.Find(trace.PasswordCheck) != nil:
		return "name, password"
	case c == nil && (t.Find(trace.CookieRead) != nil || t.Find(trace.BearerRead) != nil):
		return "nothing"
	case c == nil:
		return t.Method
	case c.Kind == "bearer":
		return "Bearer " + clip(inert(c.Shown), 7)
	}
	return clip(inert(strings.TrimPrefix(c.Name, "__Host-")+"="+c.Shown), 18)
}

func answer(t *trace.Trace) string {
	text := strconv.Itoa(t.Status)
	if t.User != "" && t.Outcome == trace.Allowed {
		text += " " + clip(inert(t.User), 16)
	}
	return text
}

// description reads the diagram aloud.
func (s *sequence) description() string {
	var b strings.Builder
	for _, row := range s.Rows {
		if row.From == row.To {
			b.WriteString(s.Lanes[row.From] + ": " + row.Text + ". ")
			continue
		}
		b.WriteString(s.Lanes[row.From] + " to " + s.Lanes[row.To] + ": " + row.Text + ". ")
	}
	return strings.TrimSpace(b.String())
}

// width leaves room for a note that is wider than the last lane, in the letters
// of a narrow screen, which are the largest.
func (s *sequence) width() int {
	const letter = 9
	width := laneWidth * len(s.Lanes)
	for _, row := range s.Rows {
		if row.From == row.To {
			width = max(width, row.x()+letter*utf8.RuneCountInString(row.Text)/2+letter)
		}
	}
	return width
}

func (s *sequence) height() int { return topRoom + rowHeight*len(s.Rows) + 12 }

func (s *sequence) viewBox() string {
	return "0 0 " + strconv.Itoa(s.width()) + " " + strconv.Itoa(s.height())
}

func laneX(lane int) int  { return lane*laneWidth + laneWidth/2 }
func rowY(row int) int    { return topRoom + rowHeight*row + 20 }
func itoa(n int) string   { return strconv.Itoa(n) }
func (e exchange) x() int { return (laneX(e.From) + laneX(e.To)) / 2 }

// ends are where an arrow begins and where its line ends, short of its head.
func (e exchange) ends() (from, to int) {
	const gap = 3
	if e.From < e.To {
		return laneX(e.From) + gap, laneX(e.To) - gap
	}
	return laneX(e.From) - gap, laneX(e.To) + gap
}

func (e exchange) line(y int) string {
	from, to := e.ends()
	return "M" + itoa(from) + " " + itoa(y) + "H" + itoa(to)
}

func (e exchange) head(y int) string {
	_, to := e.ends()
	back := to - 7
	if e.From > e.To {
		back = to + 7
	}
	return "M" + itoa(to) + " " + itoa(y) + "L" + itoa(back) + " " + itoa(y-4) + "V" + itoa(y+4) + "Z"
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }
