package tell

import (
	"fmt"
	"strconv"
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

// Since says how long something has lasted, in the short form of a clock: "3 min".
func Since(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	}
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}

// Took says how long something took, as a trace measured it. None is a time that its
// clock could not tell.
func Took(nanoseconds int64) string {
	switch us := float64(nanoseconds) / 1000; {
	case nanoseconds == 0:
		return "too short to tell"
	case us < 100:
		return fmt.Sprintf("%.1f µs", us)
	case us < 100_000:
		return fmt.Sprintf("%.0f µs", us)
	default:
		return fmt.Sprintf("%.0f ms", us/1000)
	}
}

// Thousands writes a number with commas.
func Thousands(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return Thousands(n/1000) + fmt.Sprintf(",%03d", n%1000)
}
