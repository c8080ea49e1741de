package turns

import (
	"runtime"
	"time"
)

// RetryAfter is when whoever got no turn at what is costly should try again.
const RetryAfter = 5 * time.Second

// Costly is the queue of a process for what is costly to compute: a seat has one thing
// computed at a time, and waits with one more.
func Costly() *Queue {
	return &Queue{AtOnce: Processors(), PerSeat: 1, Most: Most{Seat: 1, Address: 16, All: 16}, MaxWait: 5 * time.Second}
}

// Processors is how many may be busy at once for long. One is left for everything else.
func Processors() int { return max(1, runtime.NumCPU()-1) }
