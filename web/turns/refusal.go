package turns

import (
	"fmt"
	"net/http"
	"time"

	"twodoors/web/httpio"
	"twodoors/web/trace"
)

// Refusal is why a request gets no turn, as an error whose text is for people.
type Refusal struct {
	Why    trace.Why
	Before int // how many requests were to be served before it
}

// RetryAfter is when a request that got no turn should come again.
const RetryAfter = 5 * time.Second

// Error says what is so, and what to do.
func (r *Refusal) Error() string {
	switch r.Why {
	case trace.TurnOwn:
		return "Your earlier request is still waiting or running. Wait for its answer, then try again."
	case trace.TurnLate:
		return fmt.Sprintf("Your request waited %d seconds without getting its turn. Try again in five seconds.", MaxWait/time.Second)
	}
	return fmt.Sprintf("This site is busy: %d requests are waiting, and the queue is full. Try again in five seconds.", r.Before)
}

// Problem is the answer to a request that gets no turn. It tells those who ask too much
// for themselves from those who come when too many others do.
func (r *Refusal) Problem() httpio.Problem {
	status := http.StatusServiceUnavailable
	if r.Why == trace.TurnOwn {
		status = http.StatusTooManyRequests
	}
	return httpio.Problem{Status: status, Detail: r.Error(), RetryAfter: RetryAfter, Before: r.Before}
}
