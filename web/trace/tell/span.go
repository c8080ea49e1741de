package tell

import (
	"fmt"
	"strings"
	"time"
)

// Span says a time span in words, to the two largest units.
func Span(d time.Duration) string {
	d = d.Round(time.Second)
	units := []struct {
		one  time.Duration
		name string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}}
	var parts []string
	for _, unit := range units {
		n := int64(d / unit.one)
		d -= time.Duration(n) * unit.one
		if n == 0 {
			continue
		}
		parts = append(parts, Count(n, unit.name))
		if len(parts) == 2 {
			break
		}
	}
	if len(parts) == 0 {
		return "less than a second"
	}
	return strings.Join(parts, " ")
}

// Count says how many there are of something: "1 day", "2 days".
func Count(n int64, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}
