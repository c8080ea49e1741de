package experiments

import (
	"fmt"
	"strings"

	"twodoors/views/layout"
	"twodoors/web/experiment"
	"twodoors/web/trace/tell"
)

// Measures of a plot.
const (
	plotWidth, plotHeight                 = 280, 190
	plotLeft, plotRight                   = 46, 266
	plotTop, plotBottom                   = 18, 146
	dotRadius, squareRadius, legendMiddle = 4.5, 7, 22
)

// plotPoint is one case in a plot: where it stands, and how it is marked.
type plotPoint struct{ x, y float64 }

// plotLine are a credential's cases of one balance, from few servers to many.
func plotLine(b *experiment.Balanced, credential, balance string) []plotPoint {
	var points []plotPoint
	for _, servers := range b.Servers {
		if c := b.Case(credential, balance, servers); c != nil && c.Fault == "" {
			points = append(points, plotPoint{plotX(b, servers), plotY(c.Fraction)})
		}
	}
	return points
}

func plotX(b *experiment.Balanced, servers int) float64 {
	first, last := b.Servers[0], b.Servers[len(b.Servers)-1]
	return plotLeft + 14 + float64(servers-first)/float64(last-first)*(plotRight-plotLeft-28)
}

func plotY(fraction float64) float64 { return plotBottom - fraction*(plotBottom-plotTop) }

// polyline writes points as SVG does.
func polyline(points []plotPoint) string {
	var text []string
	for _, p := range points {
		text = append(text, layout.Coordinate(p.x)+","+layout.Coordinate(p.y))
	}
	return strings.Join(text, " ")
}

// square is a mark that can be told from a dot without colour, and lies around one.
func square(p plotPoint) string {
	const r = squareRadius
	return fmt.Sprintf("M%s %sh%dv%dh%dz", layout.Coordinate(p.x-r), layout.Coordinate(p.y-r), 2*r, 2*r, -2*r)
}

// plotSays is the plot in words, for screen readers.
func plotSays(b *experiment.Balanced, credential experiment.Heading) string {
	says := credential.Title + ", share of requests allowed."
	for _, balance := range b.Balances {
		says += " " + balance + ":"
		for _, servers := range b.Servers {
			if c := b.Case(credential.Name, balance, servers); c != nil && c.Fault == "" {
				says += " " + percent(c.Fraction) + " with " + tell.Count(int64(servers), "server") + ";"
			}
		}
	}
	return strings.TrimSuffix(says, ";") + "."
}
