package shared

import (
	"context"
	"errors"
	"time"

	"twodoors/data"
	"twodoors/web/trace"
)

const (
	batch        = 64                     // traces that are written together
	pace         = 500 * time.Microsecond // for each trace until the next are written: so many cost a server little
	gather       = 20 * time.Millisecond  // at least, for more to come: writing is what costs, not how much
	writeTimeout = 2 * time.Second
	writeAgain   = 200 * time.Millisecond // after a failure
	lastWrites   = time.Second            // when the server ends
	tidyEvery    = 2 * time.Second        // when anything was written
	tidySeldom   = time.Minute            // when nothing was
	untidyMost   = 1_000                  // traces that are written before the store is tidied sooner
	maxShown     = MaxBytes / 2           // of a credential, when the trace is too large with all of it
)

// ErrFull is what a store returns that has no room for traces: sessions need it. They are not kept.
var ErrFull = errors.New("no room for traces")

// write writes what is queued until ctx ends, and then what is left, for a moment.
func (t *Traces) write(ctx context.Context) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(lastWrites, cancel) })()
	for more := false; longer.Err() == nil; {
		if !more && !t.queue.wait(ctx) {
			return
		}
		taken := t.queue.take(batch)
		t.append(longer, t.pack(taken))
		more = t.queue.done()
		pause(ctx, max(gather, time.Duration(len(taken))*pace))
	}
}

// append writes records, again and again while the store cannot be reached: what happened meanwhile waits in the queue,
// as far as that has room. What the store refuses keeps nothing else from being written.
func (t *Traces) append(ctx context.Context, records []data.TraceRecord) {
	for len(records) > 0 {
		err := bounded(ctx, writeTimeout, func(ctx context.Context) error { return t.store.Append(ctx, records) })
		t.writing.note("written", t.store, err)
		switch {
		case err == nil:
			if t.untidy.Add(int64(len(records))) > untidyMost {
				select {
				case t.soon <- struct{}{}:
				default:
				}
			}
			return
		case !t.store.Passing(err) && len(records) > 1 && !errors.Is(err, ErrFull):
			for i := range records {
				t.append(ctx, records[i:i+1])
			}
			return
		case !t.store.Passing(err) || !pause(ctx, writeAgain):
			t.dropped.Add(int64(len(records)))
			return
		}
	}
}

// pack makes records of traces. Of a credential that is too long it takes as much as there is room for.
func (t *Traces) pack(taken []queued) []data.TraceRecord {
	records := make([]data.TraceRecord, 0, len(taken))
	for _, one := range taken {
		packed := one.trace.Pack()
		if len(packed) > MaxBytes {
			packed = shorter(one.trace).Pack()
		}
		if len(packed) > MaxBytes {
			t.dropped.Add(1)
			continue
		}
		records = append(records, data.TraceRecord{Seat: one.seat, ID: one.trace.ID, Record: packed})
	}
	return records
}

// shorter is the same trace with a credential that is cut.
func shorter(whole *trace.Trace) *trace.Trace {
	cut := *whole
	if c := whole.Credential; c != nil && len(c.Shown) > maxShown {
		cut.Credential = &trace.Credential{Kind: c.Kind, Name: c.Name, Shown: c.Shown[:maxShown] + "…", Bytes: c.Bytes}
	}
	return &cut
}

// tidyUp keeps the store within its bounds, until ctx ends.
func (t *Traces) tidyUp(ctx context.Context) {
	every := time.NewTicker(tidyEvery)
	defer every.Stop()
	for tidied := time.Now(); ; {
		select {
		case <-every.C:
		case <-t.soon:
		case <-ctx.Done():
			return
		}
		if t.untidy.Swap(0) > 0 || time.Since(tidied) > tidySeldom {
			t.tidying.note("tidied", t.store, bounded(ctx, writeTimeout, t.tidy))
			tidied = time.Now()
		}
	}
}

func (t *Traces) tidy(ctx context.Context) error {
	sizes, now, err := t.store.Sizes(ctx)
	if err != nil {
		return err
	}
	kept := 0
	for _, s := range sizes {
		kept += s.Count
	}
	t.kept.Store(int64(kept))
	return t.store.Trim(ctx, excess(sizes, now, min(MaxTraces, t.store.Most())))
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
