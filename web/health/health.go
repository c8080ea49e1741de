// Package health answers who looks after a process: does it live, and can it serve?
//
// What a process needs to serve is a list of checks. Each is tried when somebody asks,
// by one for all who ask at that moment, and what it found counts for a while: a flood of
// probes costs no more than one.
package health

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"twodoors/web/httpio"
)

// Bounds of readiness.
const (
	answerWithin = 800 * time.Millisecond // many who ask give up after a second
	fresh        = 250 * time.Millisecond // how long it counts what a check found, unless the check says otherwise
	stuckAfter   = 7 * time.Second        // a check that takes longer has failed; a door may wait five
)

// Check is one thing that a process needs to serve.
type Check struct {
	Name  string        // for the log and for people, as "The database"
	Fresh time.Duration // how long it counts that nothing is missing; 0 is a moment

	// Try returns a sentence for people about what is missing, and the cause for the
	// log. It may take as long as a request would wait.
	Try func(context.Context) (missing string, cause error)
}

// Live says that the process lives.
func Live(w http.ResponseWriter, _ *http.Request) {
	httpio.WriteJSON(w, http.StatusOK, map[string]string{"status": "ok"})
}

// Readiness says whether a process can serve.
type Readiness struct{ checks []*check }

// NewReadiness returns the readiness of a process that needs all of this.
func NewReadiness(needs ...Check) *Readiness {
	r := &Readiness{}
	for _, need := range needs {
		r.checks = append(r.checks, &check{Check: need})
	}
	return r
}

// ServeHTTP answers 200, or 503 with the first thing that is missing.
func (r *Readiness) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	if missing := r.Missing(request.Context()); missing != "" {
		httpio.Refuse(w, httpio.Problem{Status: http.StatusServiceUnavailable, RetryAfter: time.Second, Detail: missing})
		return
	}
	httpio.WriteJSON(w, http.StatusOK, map[string]string{"status": "ready"})
}

// Missing is a sentence about the first thing that is missing, empty when nothing is. A
// check that is still under way when the time is over counts as it did before.
func (r *Readiness) Missing(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	for _, c := range r.checks {
		c.begin()
	}
	for _, c := range r.checks {
		if missing := c.verdict(ctx); missing != "" {
			return missing
		}
	}
	return ""
}

// check is a Check and what it found.
type check struct {
	Check

	mu      sync.Mutex
	running chan struct{} // closed when the try that is under way has ended; nil when none is
	began   time.Time     // that try
	ended   time.Time     // the one before
	missing string        // as it found
	told    string        // what the log was told last
}

// begin tries it, unless somebody does already or has just done so.
func (c *check) begin() {
	c.mu.Lock()
	defer c.mu.Unlock()
	counts := fresh
	if c.missing == "" && c.Fresh != 0 {
		counts = c.Fresh
	}
	if c.running != nil || !c.ended.IsZero() && time.Since(c.ended) < counts {
		return
	}
	c.running, c.began = make(chan struct{}), time.Now()
	go c.try(c.running)
}

func (c *check) try(done chan struct{}) {
	ctx, cancel := context.WithTimeout(context.Background(), stuckAfter)
	defer cancel()
	missing, cause := c.Try(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running, c.ended, c.missing = nil, time.Now(), missing
	c.tell(missing, cause)
	close(done)
}

// verdict waits for the try that is under way, if any.
func (c *check) verdict(ctx context.Context) (missing string) {
	c.mu.Lock()
	running := c.running
	c.mu.Unlock()
	if running != nil {
		select {
		case <-running:
		case <-ctx.Done():
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running != nil && time.Since(c.began) > stuckAfter {
		c.missing = c.Name + " does not answer."
		c.tell(c.missing, context.DeadlineExceeded)
	}
	return c.missing
}

// tell logs a change, once.
func (c *check) tell(missing string, cause error) {
	if missing == c.told {
		return
	}
	c.told = missing
	if missing == "" {
		slog.Info("ready again", "needs", c.Name)
		return
	}
	slog.Error("not ready", "needs", c.Name, "missing", missing, "err", cause)
}

// Open is ready until a channel is closed: a process that is about to end takes no more
// requests.
func Open(closing <-chan struct{}) Check {
	return Check{Name: "This process", Try: func(context.Context) (string, error) {
		select {
		case <-closing:
			return "It is shutting down.", nil
		default:
			return "", nil
		}
	}}
}
