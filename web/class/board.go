package class

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"twodoors/web/lab"
)

// Row is a person on the board.
type Row struct {
	ID, Name  string
	Cells     []Cell // one for each lab, in their order
	Right     int    // predictions that came true
	Predicted int
	Asked     int
	Last      time.Time // when the person last did something; zero for never since the start of the program
}

// Cell is how a person stands with one lab.
type Cell struct {
	Lab         string
	State       CellState
	Done, Tasks int
	Quiet       time.Duration // since the last task was done, while the lab is under way
	Tries       int           // since then
	Hints       int           // opened in the task that is next
	Refused     *lab.Seen     // the last request since then that was refused; may be nil
}

// CellState is what a cell of the board says.
type CellState string

// The states of a cell.
const (
	New      CellState = "new"
	AtWork   CellState = "at work"
	Stuck    CellState = "stuck" // no task was done for long, though something was tried lately
	Away     CellState = "away"  // nothing was tried lately
	Paused   CellState = "left"  // before it was finished
	Finished CellState = "finished"
)

// Help is for how long somebody is stuck, in whichever lab: 0 when they are not.
func (r Row) Help() (longest time.Duration) {
	for _, cell := range r.Cells {
		if cell.State == Stuck {
			longest = max(longest, cell.Quiet)
		}
	}
	return longest
}

// Board is every row of the open class, in the order of the names.
func (c *Classes) Board() []Row {
	now := c.Current()
	if now == nil {
		return nil
	}
	rows := make([]Row, 0, len(now.People))
	for _, p := range now.People {
		rows = append(rows, c.row(now, p))
	}
	slices.SortFunc(rows, byName)
	return rows
}

// Row is that of one person; false when they have left.
func (c *Classes) Row(id string) (Row, bool) {
	now := c.Current()
	if now == nil {
		return Row{}, false
	}
	p := now.ByID(id)
	if p == nil {
		return Row{}, false
	}
	return c.row(now, p), true
}

// SortByHelp sorts who needs help to the top, the longest stuck first.
func SortByHelp(rows []Row) {
	slices.SortFunc(rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(b.Help(), a.Help()), byName(a, b))
	})
}

func byName(a, b Row) int {
	return cmp.Or(strings.Compare(nameKey(a.Name), nameKey(b.Name)), strings.Compare(a.ID, b.ID))
}

func (c *Classes) row(of *Class, p *Person) Row {
	row := Row{ID: p.ID, Name: p.Name, Cells: make([]Cell, len(c.Labs.All)), Last: c.activity.last(p.Seat)}
	began := map[string]lab.Overview{}
	for _, o := range c.Labs.Overview(p.Seat) {
		began[o.Lab] = o
		row.Right, row.Predicted, row.Asked = row.Right+o.Right, row.Predicted+o.Predicted, row.Asked+o.Asked
		if o.Active.After(row.Last) {
			row.Last = o.Active
		}
	}
	for i, l := range c.Labs.All {
		row.Cells[i] = Cell{Lab: l.Name, State: New, Tasks: len(l.Tasks)}
		if o, has := began[l.Name]; has {
			row.Cells[i] = c.cell(of.Steps, o)
		}
	}
	return row
}

// cell says how somebody stands with a lab that they have begun.
func (c *Classes) cell(steps Steps, o lab.Overview) Cell {
	cell := Cell{Lab: o.Lab, State: AtWork, Done: o.Done, Tasks: o.Tasks, Tries: o.Tries, Hints: o.Hints, Refused: o.Refused}
	switch o.Standing {
	case lab.Finished:
		cell.State = Finished
		return cell
	case lab.Left:
		cell.State = Paused
		return cell
	}
	now := c.Now()
	cell.Quiet = now.Sub(o.Ticked)
	switch active := now.Sub(o.Active) <= steps.Active(); {
	case !active:
		cell.State = Away
	case cell.Quiet >= steps.Stuck():
		cell.State = Stuck
	}
	return cell
}

// Counts are what the board says above its table.
type Counts struct {
	People   int `json:"people"`
	Rooms    int `json:"rooms"` // that are awake
	Help     int `json:"need_help"`
	Finished int `json:"labs_finished"` // by all of them together
}

// Count counts the rows of a board.
func (c *Classes) Count(rows []Row) Counts {
	counts := Counts{People: len(rows), Rooms: c.Rooms.Awake()}
	for _, row := range rows {
		if row.Help() > 0 {
			counts.Help++
		}
		for _, cell := range row.Cells {
			if cell.State == Finished {
				counts.Finished++
			}
		}
	}
	return counts
}

// activity is when each seat in the class last did something.
type activity struct {
	mu sync.Mutex
	at map[string]time.Time
}

func (a *activity) note(seat string, at time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.at == nil {
		a.at = map[string]time.Time{}
	}
	a.at[seat] = at
}

func (a *activity) last(seat string) time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.at[seat]
}

func (a *activity) clear() {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.at)
}
