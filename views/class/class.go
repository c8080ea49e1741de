// Package class is the pages of the class: joining, the lecturer's board, the wall.
//
// What a class is, and how people stand, is known by package class of the same name below web. Start reading at
// board.templ.
package class

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"twodoors/views/layout"
	"twodoors/web/class"
	"twodoors/web/lab"
	"twodoors/web/trace/tell"
)

// Join is what the page shows on which people join.
type Join struct {
	Class    string        // its name, empty while none is open
	Person   *class.Person // nil before they joined
	Earlier  string        // name of the closed class that the seat was in, empty for none
	Labs     []*lab.Lab
	Secret   bool          // the lecturer has a passcode
	Lecturer bool          // who looks at the page is the lecturer
	Keep     time.Duration // how long a closed class is kept
	Fault    string
}

// days is how long a closed class is kept, in words.
func (j Join) days() string { return tell.Count(int64(j.Keep/(24*time.Hour)), "day") }

// Joining is where people join.
type Joining struct {
	Address string   // as they type it
	Others  []string // that lead there too, the best first
	QR      QR       // of the page to join on
}

// QR is a code for phones: squares, black or white.
type QR struct {
	Size  int // squares on a side; 0 for no code
	Black func(x, y int) bool
}

// quiet is the white border that a code needs, in squares (ISO/IEC 18004).
const quiet = 4

// box is the code's view box.
func (q QR) box() string { return fmt.Sprintf("0 0 %d %d", q.Size+2*quiet, q.Size+2*quiet) }

// path draws the black squares, a line of them at a time.
func (q QR) path() string {
	var path strings.Builder
	for y := range q.Size {
		for x := 0; x < q.Size; x++ {
			from := x
			for x < q.Size && q.Black(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, x-from, x-from)
			}
		}
	}
	return path.String()
}

// Board is what the lecturer's page shows.
type Board struct {
	Class   *class.Class // nil while none is open
	Kept    []class.Listed
	Labs    []*lab.Lab
	Rows    []class.Row
	Counts  class.Counts
	Askable []class.Askable
	Join    Joining
	Side    Side
	Now     time.Time
	ByHelp  bool // who needs help stands on top
	Hidden  bool // names are hidden
	Fault   string
}

// Side is what stands beside the board.
type Side struct {
	Class    *class.Class
	Labs     []*lab.Lab
	Sight    *class.Sight // the person that the lecturer looks at, nil for nobody
	Row      class.Row    // of that person
	Question *class.Question
	Bars     []class.Bar
	Tally    class.Tally
}

// Wall is what the projector shows.
type Wall struct {
	class.Wall
	Class    string // its name, empty while none is open
	People   int
	Name     string // of whose trace it is, when they agreed to it
	Join     Joining
	Question *class.Question
	Bars     []class.Bar
	Tally    class.Tally
	Until    time.Time
	Paused   bool
}

// cellWord is what a cell of the board says beside its colour.
func cellWord(c class.Cell) string {
	switch c.State {
	case class.New:
		return "–"
	case class.Finished:
		return fmt.Sprintf("✓ %d/%d", c.Done, c.Tasks)
	case class.Stuck:
		return fmt.Sprintf("! %d/%d", c.Done, c.Tasks)
	case class.AtWork:
		return fmt.Sprintf("… %d/%d", c.Done, c.Tasks)
	}
	return fmt.Sprintf("%d/%d", c.Done, c.Tasks)
}

// cellSays is the same for those who hear it.
func cellSays(c class.Cell) string {
	if c.State == class.New {
		return "not started"
	}
	return fmt.Sprintf("%s, %d of %d tasks", c.State, c.Done, c.Tasks)
}

// why is why somebody is stuck, in words.
func why(c class.Cell) string {
	all := []string{"no task done for " + tell.Count(int64(c.Quiet.Minutes()), "minute"), tell.Count(int64(c.Tries), "request"), tell.Count(int64(c.Hints), "hint")}
	if c.Refused != nil {
		all = append(all, "refused last: "+tell.Lower(tell.Answer(c.Refused.Summary())))
	}
	return strings.Join(all, " · ")
}

// stuckIn is the cell in which a person is stuck for longest.
func stuckIn(row class.Row) (in class.Cell, stuck bool) {
	for _, c := range row.Cells {
		if c.State == class.Stuck && c.Quiet >= in.Quiet {
			in, stuck = c, true
		}
	}
	return in, stuck
}

func (s Side) stuck() (class.Cell, bool) { return stuckIn(s.Row) }

func minutes(d time.Duration) string { return strconv.Itoa(int(d.Minutes())) + " min" }

// last is when somebody last did something.
func last(at, now time.Time) string {
	switch ago := now.Sub(at); {
	case at.IsZero():
		return "–"
	case ago < 15*time.Second:
		return "now"
	case ago < time.Minute:
		return "under a minute ago"
	default:
		return tell.Since(ago) + " ago"
	}
}

func rowID(id string) string { return "person-" + id }

func of(n, all int) string { return fmt.Sprintf("%d/%d", n, all) }

func widest(bars []class.Bar) (most int) {
	for _, bar := range bars {
		most = max(most, bar.People)
	}
	return max(most, 1)
}

// width of a bar, in hundredths of the widest.
func width(n, most int) string { return strconv.Itoa(n * 100 / most) }

// people counts people.
func people(n int) string {
	if n == 1 {
		return "1 person"
	}
	return strconv.Itoa(n) + " people"
}

func removing(p *class.Person) layout.Asking {
	return layout.Asking{
		ID: "remove-" + p.ID, Label: "Remove", Action: "/class/people/" + p.ID + "/remove", Sure: "Remove this person",
		Lost: "Name, answers, progress and requests are deleted.",
	}
}

func deleting(c class.Listed) layout.Asking {
	return layout.Asking{
		ID: "delete-" + c.ID, Label: "Delete", Action: "/class/" + c.ID + "/delete", Sure: "Delete this class",
		Lost: "The names, answers and progress of " + people(c.People) + " are deleted.",
	}
}

func leaving(label string) layout.Asking {
	return layout.Asking{
		ID: "leave-class", Label: label, Action: "/class/leave", Sure: label,
		Lost: "Your name and your answers are deleted. Your progress in the labs stays yours.",
	}
}

// past are the classes that are closed.
func (b Board) past() (all []class.Listed) {
	for _, c := range b.Kept {
		if !c.Closed.IsZero() {
			all = append(all, c)
		}
	}
	return all
}

// left is how many minutes the clock has left, rounded up.
func (b Board) left() int {
	return max(0, int((b.Class.Steps.Until.Sub(b.Now)+time.Minute-1)/time.Minute))
}

func (b Board) sort() string {
	if b.ByHelp {
		return "help"
	}
	return "name"
}

// address is the board's, in an order, with or without names.
func address(byHelp, hidden bool) string {
	query := url.Values{}
	if byHelp {
		query.Set("sort", "help")
	}
	if hidden {
		query.Set("names", "hidden")
	}
	if len(query) == 0 {
		return "/class"
	}
	return "/class?" + query.Encode()
}

func (b Board) sorted() string { return address(!b.ByHelp, b.Hidden) }
func (b Board) named() string  { return address(b.ByHelp, !b.Hidden) }

func (b Board) sortWord() string {
	if b.ByHelp {
		return "Sort by name"
	}
	return "Who needs help first"
}

func (b Board) namesWord() string {
	if b.Hidden {
		return "Show names"
	}
	return "Hide names"
}

// cellClass is a state as a style names it.
func cellClass(s class.CellState) string { return strings.ReplaceAll(string(s), " ", "-") }

func nameOf(c *class.Class, id string) string {
	if p := c.ByID(id); p != nil {
		return p.Name
	}
	return "somebody who left"
}

func namedWord(named bool) string {
	if named {
		return "with the name"
	}
	return "without the name"
}

// taskNow names the task that is next, and the hints that were opened there.
func taskNow(l *lab.Lab, p *lab.Progress) string {
	at := p.Done()
	if p.Standing() != lab.Running || at >= len(l.Tasks) {
		return ""
	}
	return fmt.Sprintf(" · next: %s · hints opened: %d of %d", l.Tasks[at].Title, p.HintsOpened(at), len(l.Tasks[at].Hints))
}
