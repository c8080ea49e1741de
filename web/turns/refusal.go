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
		return "What you asked before is still waiting or being computed. Wait for its answer, then ask again."
	case trace.TurnLate:
		return fmt.Sprintf("Your request waited %d seconds for its turn, and %d are still before it. Try again in five seconds.", MaxWait/time.Second, r.Before)
	}
	return fmt.Sprintf("Too much is being computed here just now: %d requests wait before yours, and no more can wait. Try again in five seconds.", r.Before)
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
