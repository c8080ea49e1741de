package trace

import "time"

// NewStopwatch returns one that runs from now on.
func NewStopwatch() Stopwatch { return stopwatchAt(time.Now()) }

// Tick is the shortest time that a stopwatch can tell on this machine.
func Tick() time.Duration {
	watch := NewStopwatch()
	least := time.Duration(-1)
	for range 5 {
		from := watch.Elapsed()
		to := from
		for to == from {
			to = watch.Elapsed()
		}
		if least < 0 || to-from < least {
			least = to - from
		}
	}
	return least
}
