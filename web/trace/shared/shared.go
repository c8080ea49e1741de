// Package shared keeps traces where all servers of a site find them: whichever server answers, the inspector shows what
// every one of them did.
//
// It is lossy on purpose. A request leaves its trace in a queue and goes on; what the queue has no room for is counted and
// dropped. One goroutine writes what is queued, another looks for what other servers wrote when anybody listens. The
// store, a Redis or a database, knows nothing of traces but their packed text.
//
// Start reading at Traces. What a request does is in queue.go, what writes is in write.go, what the inspector asks is in
// read.go, and what its streams hear is in follow.go.
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

	// Find returns the record of a seat's trace. data.ErrNotFound when this seat has none of that id.
	Find(ctx context.Context, seat, id string) (data.TraceRecord, error)

	// Changed names the seats of which anything was appended after a number, and returns the newest number of all.
	Changed(ctx context.Context, number int64) (seats []string, newest int64, err error)

	// Sizes lists what is kept for each seat.
	Sizes(ctx context.Context) ([]data.SeatTraces, error)

	// Trim forgets all but the newest of a seat.
	Trim(ctx context.Context, seat string, keep int) error

	// Forget forgets what a seat has up to a number.
	Forget(ctx context.Context, seat string, upTo int64) error

	// Clear notes what a seat has cleared, in place of what it cleared before; Cleared returns that.
	Clear(ctx context.Context, seat string, c data.Clearing) error
	Cleared(ctx context.Context, seat string) (data.Clearing, error)

	// Most is how many traces it has room for.
	Most() int

	Name() string

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

	kept, dropped atomic.Int64
	failing       atomic.Bool // the store did, when it was asked last
}

// New returns the traces of a store. Run has to run.
func New(store Store) *Traces {
	return &Traces{store: store, queue: newQueue(), listeners: trace.NewListeners()}
}

// Run writes what requests leave, and tells listeners of what all servers wrote. When ctx ends, it writes what is left,
// for a second at most.
func (t *Traces) Run(ctx context.Context) {
	var both sync.WaitGroup
	both.Go(func() { t.write(ctx) })
	both.Go(func() { t.follow(ctx) })
	both.Wait()
}

// note has the log say once that the store fails, and once that it works again.
func (t *Traces) note(err error) {
	failed := err != nil && !errors.Is(err, context.Canceled)
	if t.failing.Swap(failed) == failed {
		return
	}
	if failed {
		slog.Warn("traces are neither written nor read", "store", t.store.Name(), "err", err)
	} else {
		slog.Info("traces are written and read again", "store", t.store.Name())
	}
}

// Kept is how many traces the store held when this server last looked, and how many this server has dropped.
func (t *Traces) Kept() (kept int, dropped int64) {
	return int(t.kept.Load()), t.dropped.Load() + t.queue.dropped()
}

// Streams is how many listen at this server.
func (t *Traces) Streams() int { return t.listeners.Count() }
