package experiments

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"twodoors/web/experiment"
	"twodoors/web/trace/tell"
)

// Measures of the plots about costs.
const (
	costBarHeight          = 30
	costBarLeft, costRight = 130, 250
	growthRight            = 246
)

// costPiece is one step in a bar.
type costPiece struct {
	x, width float64
	main     bool // the longest of its bar
	says     string
}

func costPieces(c *experiment.Costs, k experiment.CostOfKind) (pieces []costPiece) {
	x, most := float64(costBarLeft), k.Longest().Name
	for _, step := range k.Steps {
		width := costScale(c) * float64(step.Nanoseconds)
		pieces = append(pieces, costPiece{x, width, step.Name == most, string(step.Name) + ", " + tell.Took(step.Nanoseconds)})
		x += width
	}
	return pieces
}

func costEnd(c *experiment.Costs, k experiment.CostOfKind) float64 {
	return costBarLeft + costScale(c)*float64(k.Nanoseconds)
}

// costScale is how many units of the picture a nanosecond is.
func costScale(c *experiment.Costs) float64 {
	longest := int64(1)
	for _, k := range c.Kinds {
		longest = max(longest, k.Nanoseconds)
	}
	return (costRight - costBarLeft) / float64(longest)
}

// growthLine is how one way of keeping grows.
type growthLine struct {
	name, door string
	dashed     bool
	points     []plotPoint
	y          float64 // of its name
}

func growthLines(c *experiment.Costs, of func(experiment.Held) float64) []growthLine {
	lines := []growthLine{{name: "memory", door: "session", dashed: true}, {name: "SQLite", door: "session"}, {name: "list", door: "token"}}
	low, high := growthRange(c, of)
	for _, g := range c.Growth {
		for i, held := range []experiment.Held{g.Memory, g.SQLite, g.List} {
			if amount := of(held); amount > 0 {
				lines[i].points = append(lines[i].points, plotPoint{growthX(g.Users), growthY(amount, low, high)})
			}
		}
	}
	for i := range lines {
		if n := len(lines[i].points); n > 0 {
			lines[i].y = lines[i].points[n-1].y + 4
		}
	}
	apart(lines)
	return lines
}

// apart moves the names of lines down until none lies on another.
func apart(lines []growthLine) {
	const height = 12
	slices.SortFunc(lines, func(a, b growthLine) int { return cmp.Compare(a.y, b.y) })
	for i := range lines[1:] {
		lines[i+1].y = max(lines[i+1].y, lines[i].y+height)
	}
}

// growthRange are the powers of ten between which all amounts lie, and from 1 to 10
// while there is none: one user may take no page more.
func growthRange(c *experiment.Costs, of func(experiment.Held) float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, g := range c.Growth {
		for _, held := range []experiment.Held{g.Memory, g.SQLite, g.List} {
			if amount := of(held); amount > 0 {
				low, high = min(low, math.Floor(math.Log10(amount))), max(high, math.Ceil(math.Log10(amount)))
			}
		}
	}
	if low > high {
		return 0, 1
	}
	return low, max(high, low+1)
}

type growthTick struct {
	y     float64
	label string
}

func growthTicks(c *experiment.Costs, of func(experiment.Held) float64) (ticks []growthTick) {
	low, high := growthRange(c, of)
	for power := low; power <= high; power++ {
		amount := math.Pow(10, power)
		ticks = append(ticks, growthTick{growthY(amount, low, high), amountShort(amount)})
	}
	return ticks
}

// amountShort writes a power of ten.
func amountShort(amount float64) string {
	switch {
	case amount >= 1e6:
		return fmt.Sprintf("%.0f M", amount/1e6)
	case amount >= 1e3:
		return fmt.Sprintf("%.0f k", amount/1e3)
	}
	return strconv.FormatFloat(amount, 'g', 3, 64)
}

func growthX(users int) float64 {
	return plotLeft + 6 + math.Log10(float64(users))/6*(growthRight-plotLeft-12)
}

func growthY(amount, low, high float64) float64 {
	return plotBottom - (math.Log10(amount)-low)/(high-low)*(plotBottom-plotTop)
}

func lookUpTimes(h experiment.Held) float64 { return float64(h.Nanoseconds) / 1000 }

func keptBytes(h experiment.Held) float64 { return float64(h.Bytes) / 1000 }

// usersShort writes a number of users below a plot.
func usersShort(n int) string {
	switch n {
	case 1_000_000:
		return "1 million"
	}
	return tell.Thousands(n)
}
