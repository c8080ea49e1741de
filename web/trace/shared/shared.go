// Package shared keeps traces where all servers of a site find them: whichever server answers, the inspector shows what
// every one of them did.
//
// It is lossy on purpose. A request leaves its trace in a queue and goes on; what the queue has no room for is counted
// and dropped. One goroutine writes what is queued, one keeps the store within its bounds, and one looks for what
// other servers wrote while anybody listens. The store, a Redis or a database, knows nothing of traces but their
// packed text.
//
// Start reading at Traces. What a request does is in queue.go, what writes is in write.go, what the inspector asks is
// in read.go, and what its streams hear is in follow.go.
package shared

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"twodoors/data"
	"twodoors/web/trace"
)

// Bounds of what is kept for all servers together.
const (
	MaxTracesPerSeat = 500
	MaxTraces        = 20_000
	MaxBytes         = 8 << 10 // of one trace, packed
	Lifetime         = 24 * time.Hour
)

// Store is where the traces of all servers are. A seat is named by what does not open it.
type Store interface {
	// Append keeps records in their order, and numbers them. One that is there already stays as it is. A number is visible
	// to After and Changed only when all below it are.
	Append(ctx context.Context, records []data.TraceRecord) error

	// After returns what was appended for seats with numbers above one and up to another, the oldest first.
	After(ctx context.Context, seats []string, number, upTo int64) ([]data.TraceRecord, error)

	// Newest returns up to n that were appended for a seat with numbers above one and below another, the newest first.
	Newest(ctx context.Context, seat string, above, below int64, n int) ([]data.TraceRecord, error)

	// Find returns the record of a seat's trace. data.ErrNotFound when this seat has none of that id.
	Find(ctx context.Context, seat, id string) (data.TraceRecord, error)

	// Changed names the seats of which anything was appended after a number, and returns the newest number of all.
	Changed(ctx context.Context, number int64) (seats []string, newest int64, err error)

	// Sizes lists what is kept for each seat, and returns a number that would be given now.
	Sizes(ctx context.Context) (sizes []data.SeatTraces, now int64, err error)

	// Trim forgets all but the newest of seats; it is given how many each keeps.
	Trim(ctx context.Context, keep map[string]int) error

	// Forget forgets what a seat has cleared up to a number, unless that has changed meanwhile.
	Forget(ctx context.Context, seat string, upTo int64) error

	// Clear notes what a seat has cleared, in place of what it cleared before; Cleared returns that.
	Clear(ctx context.Context, seat string, c data.Clearing) error
	Cleared(ctx context.Context, seat string) (data.Clearing, error)

	// Most is how many traces it has room for.
	Most() int

	// Name is what it calls itself, in the log.
	Name() string

	// Passing reports whether an error may be gone when the same is tried again.
	Passing(err error) bool

	// Explain turns an error into one that tells visitors why their traces cannot be had.
	Explain(err error) error
}

// Traces are the traces of a site, as one of its servers sees them.
type Traces struct {
	store     Store
	queue     *queue
	listeners *trace.Listeners

	following sync.Mutex // held to look for what others wrote
	seen      int64      // the number up to which listeners were told; 0 while nobody listens

	asking chan struct{} // holds one for each Get that waits

	untidy                    atomic.Int64  // traces that were written since the store was tidied
	soon                      chan struct{} // gets something when it is to be tidied soon
	kept, dropped             atomic.Int64
	writing, tidying, reading health
}

// health is whether something worked when it was done last. The log has only the changes.
type health struct{ failing atomic.Bool }

func (h *health) note(done string, store Store, err error) {
	failed := err != nil && !errors.Is(err, context.Canceled)
	if h.failing.Swap(failed) == failed {
		return
	}
	if failed {
		slog.Warn("traces cannot be "+done, "store", store.Name(), "err", err)
	} else {
		slog.Info("traces are "+done+" again", "store", store.Name())
	}
}

// New returns the traces of a store. Run has to run.
func New(store Store) *Traces {
	return &Traces{store: store, queue: newQueue(), listeners: trace.NewListeners(), asking: make(chan struct{}, maxAsking), soon: make(chan struct{}, 1)}
}

// Run writes what requests leave, and tells listeners of what all servers wrote. When ctx ends, it writes what is left,
// for a second at most.
func (t *Traces) Run(ctx context.Context) {
	var all sync.WaitGroup
	for _, run := range []func(context.Context){t.write, t.tidyUp, t.follow} {
		all.Go(func() { run(ctx) })
	}
	all.Wait()
}

// Kept is how many traces the store held when this server last looked, and how many this server has dropped.
func (t *Traces) Kept() (kept int, dropped int64) {
	return int(t.kept.Load()), t.dropped.Load() + t.queue.dropped()
}

// Streams is how many listen at this server.
func (t *Traces) Streams() int { return t.listeners.Count() }
