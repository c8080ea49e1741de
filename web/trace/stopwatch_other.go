//go:build !windows && !coarseclock

package trace

import "time"

// Stopwatch measures how long something takes, by a clock that steps are long for.
type Stopwatch struct{ began time.Time }

func stopwatchAt(now time.Time) Stopwatch { return Stopwatch{now} }

// Elapsed is how long it has been running.
func (s Stopwatch) Elapsed() time.Duration { return time.Since(s.began) }
