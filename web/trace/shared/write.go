package shared

import (
	"cmp"
	"context"
	"errors"
	"time"

	"twodoors/data"
)

const (
	batch        = 64                     // traces that are written together
	pace         = 500 * time.Microsecond // for each trace until the next are written: so many cost a server little
	gather       = 20 * time.Millisecond  // at least, for more to come: writing is what costs, not how much
	writeTimeout = 2 * time.Second
	writeAgain   = 200 * time.Millisecond // after a failure
	tidyEvery    = 2 * time.Second        // when anything was written
	lastWrites   = time.Second            // when the server ends
)

// ErrFull is what a store returns that has no room for traces: sessions need it. They are not kept.
var ErrFull = errors.New("no room for traces")

// write writes what is queued until ctx ends, and then what is left, for a moment.
func (t *Traces) write(ctx context.Context) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(lastWrites, cancel) })()
	var tidied time.Time
	for more := false; longer.Err() == nil; {
		if !more && !t.queue.wait(ctx) {
			return
		}
		taken := t.queue.take(batch)
		written := t.append(longer, taken)
		more = t.queue.done(taken)
		if written && time.Since(tidied) > tidyEvery {
			t.tidy(longer)
			tidied = time.Now()
		}
		pause(ctx, max(gather, time.Duration(len(taken))*pace))
	}
}

// append writes records, again and again while the store cannot be reached: what happened meanwhile waits in the queue,
// as far as that has room. It reports whether they are there.
func (t *Traces) append(ctx context.Context, taken []queued) (written bool) {
	records := t.pack(taken)
	for len(records) > 0 {
		err := bounded(ctx, writeTimeout, func(ctx context.Context) error { return t.store.Append(ctx, records) })
		t.note(err)
		if err == nil {
			return true
		}
		if errors.Is(err, ErrFull) || !pause(ctx, writeAgain) {
			t.dropped.Add(int64(len(records)))
			return false
		}
	}
	return true
}

func (t *Traces) pack(taken []queued) []data.TraceRecord {
	records := make([]data.TraceRecord, 0, len(taken))
	for _, one := range taken {
		packed := one.trace.Pack()
		if len(packed) > MaxBytes {
			t.dropped.Add(1)
			continue
		}
		records = append(records, data.TraceRecord{Seat: one.seat, ID: one.trace.ID, Record: packed})
	}
	return records
}

// tidy keeps the store within its bounds.
func (t *Traces) tidy(ctx context.Context) {
	err := bounded(ctx, writeTimeout, func(ctx context.Context) error {
		sizes, err := t.store.Sizes(ctx)
		if err != nil {
			return err
		}
		kept := 0
		for _, s := range sizes {
			kept += s.Count
		}
		for seat, keep := range excess(sizes, min(MaxTraces, t.store.Most())) {
			if err := t.store.Trim(ctx, seat, keep); err != nil || ctx.Err() != nil { // a database ends what it began
				return cmp.Or(err, ctx.Err())
			}
		}
		t.kept.Store(int64(kept))
		return nil
	})
	t.note(err)
}

func bounded(ctx context.Context, timeout time.Duration, do func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return do(ctx)
}

// pause waits, and reports whether ctx still lives.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
