// Package diagram draws sequence diagrams. What is in one is read by package sequence;
// here it gets its place.
package diagram

import (
	"strconv"
	"unicode/utf8"

	"twodoors/web/trace/sequence"
)

// Measures of a sequence diagram, in its own units.
const (
	laneWidth = 116
	topRoom   = 34
	rowHeight = 25
)

// width is that of so many lanes, or of more when there are more. It leaves room for a note that is
// wider than the last lane, in the letters of a narrow screen, which are the largest.
func width(d *sequence.Diagram, lanes int) int {
	const letter = 9
	width := laneWidth * max(len(d.Lanes), lanes)
	for _, row := range d.Rows {
		if row.From == row.To {
			width = max(width, middle(row)+letter*utf8.RuneCountInString(row.Text)/2+letter)
		}
	}
	return width
}

func height(d *sequence.Diagram) int { return topRoom + rowHeight*len(d.Rows) + 12 }

func viewBox(d *sequence.Diagram, lanes int) string {
	return "0 0 " + itoa(width(d, lanes)) + " " + itoa(height(d))
}

func laneX(lane int) int { return lane*laneWidth + laneWidth/2 }
func rowY(row int) int   { return topRoom + rowHeight*row + 20 }
func itoa(n int) string  { return strconv.Itoa(n) }

// middle is where the text of a row stands.
func middle(r sequence.Row) int { return (laneX(r.From) + laneX(r.To)) / 2 }

// ends are where an arrow begins and where its line ends, short of its head.
func ends(r sequence.Row) (from, to int) {
	const gap = 3
	if r.From < r.To {
		return laneX(r.From) + gap, laneX(r.To) - gap
	}
	return laneX(r.From) - gap, laneX(r.To) + gap
}

func line(r sequence.Row, y int) string {
	from, to := ends(r)
	return "M" + itoa(from) + " " + itoa(y) + "H" + itoa(to)
}

func head(r sequence.Row, y int) string {
	_, to := ends(r)
	back := to - 7
	if r.From > r.To {
		back = to + 7
	}
	return "M" + itoa(to) + " " + itoa(y) + "L" + itoa(back) + " " + itoa(y-4) + "V" + itoa(y+4) + "Z"
}
