package turns

import (
	"context"
	"sync"
	"time"

	"twodoors/web/trace"
)

// Path is where somebody waits: an address, a place and a seat. Those of an address that
// came without a seat wait together.
type Path [3]string

// Ticket is held by who waits for a turn, or has it.
type Ticket struct {
	gate    *Gate
	kind    Kind
	takes   int // so many turns of its line
	path    Path
	came    time.Time
	before  int           // how many were before it when it came
	decided chan struct{} // closed when it has its turn or gets none
	refusal *Refusal      // why it gets none; to be read when it is decided
}

// IsDecided reports whether it waits no more.
func (t *Ticket) IsDecided() bool {
	select {
	case <-t.decided:
		return true
	default:
		return false
	}
}

// Wait waits for the turn. The error is a *Refusal, or that of ctx.
func (t *Ticket) Wait(ctx context.Context) error {
	select {
	case <-t.decided:
		if t.refusal != nil {
			return t.refusal
		}
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Before is how many have their turn before it, 0 when it does not wait.
func (t *Ticket) Before() int {
	t.gate.mu.Lock()
	defer t.gate.mu.Unlock()
	own := t.gate.lines[t.kind].waiting.own(t.path[:], t)
	if own < 0 {
		return 0
	}
	return t.gate.before(t, own)
}

// Leave takes back what it waits for, or gives back the turn that it has been given meanwhile, and says how
// many were before it.
func (t *Ticket) Leave() (before int) {
	g := t.gate
	g.mu.Lock()
	line := &g.lines[t.kind]
	own := line.waiting.own(t.path[:], t)
	if own >= 0 {
		before = g.before(t, own)
		line.waiting.remove(t.path[:], t)
		g.noLonger(t)
	}
	g.mu.Unlock()
	if own < 0 && t.refusal == nil {
		g.done(t)
	}
	return before
}

// waitFor waits for the turn, but not for ever. The error is that of ctx.
func (t *Ticket) waitFor(ctx context.Context, most time.Duration) (*Refusal, error) {
	patience := time.NewTimer(most)
	defer patience.Stop()
	select {
	case <-t.decided:
		return t.refusal, nil
	case <-ctx.Done():
		t.Leave()
		return nil, ctx.Err()
	case <-patience.C:
		return &Refusal{Why: trace.TurnLate, Before: t.Leave()}, nil
	}
}

// taken is the turn that it has. It ends once: by done, or when it lasts too long.
func (t *Ticket) taken() (done func()) {
	once := sync.OnceFunc(func() { t.gate.done(t) })
	lasts := t.gate.lines[t.kind].lasts
	if lasts == 0 {
		return once
	}
	end := time.AfterFunc(lasts, once)
	return func() { end.Stop(); once() }
}
