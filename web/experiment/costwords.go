package experiment

import (
	"fmt"
	"strconv"
	"strings"

	"twodoors/web/trace/tell"
)

// Longest is the step that took longest.
func (k CostOfKind) Longest() (most CostOfStep) {
	for _, step := range k.Steps {
		if step.Nanoseconds >= most.Nanoseconds {
			most = step
		}
	}
	return most
}

// MeanwhileInWords says what others did during the measurement, empty when nobody did anything.
func (c *Costs) MeanwhileInWords() string {
	if c.Meanwhile == (Others{}) {
		return ""
	}
	return fmt.Sprintf("Others meanwhile: at most %s active, %s answered.", tell.Count(int64(c.Meanwhile.Rooms), "room"), tell.Count(int64(c.Meanwhile.Requests), "request"))
}

// InWords says how long authorization takes for each kind.
func (c *Costs) InWords() string {
	var says []string
	for _, k := range c.Kinds {
		if k.Fault == "" {
			says = append(says, k.Title+" "+tell.Took(k.Nanoseconds))
		}
	}
	return "Time to authorize: " + strings.Join(says, "; ") + "."
}

// InWords says how much is stored and how long a lookup takes.
func (h Held) InWords() string {
	kept := fmt.Sprintf("%.0f kB", float64(h.Bytes)/1000)
	if h.Bytes >= 10_000_000 {
		kept = fmt.Sprintf("%.0f MB", float64(h.Bytes)/1e6)
	}
	switch {
	case h.Nanoseconds == 0:
		return kept
	case h.Nanoseconds < 100:
		return kept + ", " + strconv.FormatInt(h.Nanoseconds, 10) + " ns"
	case h.First > 0:
		return kept + ", " + tell.Took(h.Nanoseconds) + " (first " + tell.Took(h.First) + ")"
	}
	return kept + ", " + tell.Took(h.Nanoseconds)
}
