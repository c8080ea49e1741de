//go:build coarseclock

package trace

import "time"

// Stopwatch is one of a machine whose clock ticks seldom: tests build the program with it.
type Stopwatch struct{ began time.Time }

const coarseTick = 500 * time.Microsecond

func stopwatchAt(now time.Time) Stopwatch { return Stopwatch{now} }

// Elapsed is how long it has been running.
func (s Stopwatch) Elapsed() time.Duration { return time.Since(s.began).Truncate(coarseTick) }
