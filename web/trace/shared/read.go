package shared

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"time"

	"twodoors/data"
	"twodoors/web/trace"
)

const (
	readTimeout   = 500 * time.Millisecond // of all that one answer reads; a database ends each statement by itself as well
	forgetTimeout = 5 * time.Second
	page          = 100 // records that are read at once

	// onItsWay is how long a trace may take from the answer that named it until it can be read at every server.
	onItsWay  = 100 * time.Millisecond
	lookAgain = 10 * time.Millisecond // at first, and then after twice the time
	maxAsking = 16                    // who wait for a trace; others are told at once that it is not there
)

// Get returns a seat's trace, nil when this seat has none of that id. Whoever asks has just had the answer that named
// it, often from another server, so it waits for a moment.
func (t *Traces) Get(ctx context.Context, seat, id string) (found *trace.Trace, err error) {
	if !trace.ValidID(id) {
		return nil, nil
	}
	if found = t.queue.find(seat, id); found != nil {
		return found, nil
	}
	if found, err = t.get(ctx, seat, id); found != nil || err != nil {
		return found, t.fault(err)
	}
	select {
	case t.asking <- struct{}{}:
		defer func() { <-t.asking }()
	default:
		return nil, nil
	}
	for waited, wait := time.Duration(0), lookAgain; found == nil && err == nil && waited < onItsWay && pause(ctx, wait); waited, wait = waited+wait, 2*wait {
		found, err = t.get(ctx, seat, id)
	}
	return found, t.fault(err)
}

func (t *Traces) get(ctx context.Context, seat, id string) (*trace.Trace, error) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	record, err := t.store.Find(ctx, seat, id)
	if errors.Is(err, data.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	cleared, err := t.store.Cleared(ctx, seat)
	if err != nil || record.Number <= cleared.UpTo {
		return nil, err
	}
	return unpack(record), nil
}

// List returns up to n of a seat's traces, the newest first, the quiet ones left out. With a door's name, those of that
// door only. What this server has answered is in it.
func (t *Traces) List(ctx context.Context, seat, door string, n int) ([]*trace.Trace, error) {
	t.settle(ctx, seat)
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	traces := []*trace.Trace{}
	cleared, err := t.store.Cleared(ctx, seat)
	for below, more := int64(math.MaxInt64), true; more && err == nil && len(traces) < n; {
		var records []data.TraceRecord
		records, err = t.store.Newest(ctx, seat, cleared.UpTo, below, page)
		for _, record := range records {
			below = record.Number
			if one := unpack(record); one != nil && !one.Quiet() && (door == "" || one.Door == door) && len(traces) < n {
				traces = append(traces, one)
			}
		}
		more = len(records) == page
	}
	return traces, t.fault(err)
}

// settle waits until what this server has answered to a seat is written: for a moment only.
func (t *Traces) settle(ctx context.Context, seat string) {
	late := time.After(onItsWay)
	for {
		waits, changes := t.queue.waits(seat)
		if !waits {
			return
		}
		select {
		case <-changes:
		case <-late:
			return
		case <-ctx.Done():
			return
		}
	}
}

// Hide clears a seat's traces so that Restore brings them back, until forget is called. When they are cleared twice,
// the second forget drops all of them, and the first does nothing.
func (t *Traces) Hide(ctx context.Context, seat string, at time.Time) (forget func(), err error) {
	traces, err := t.List(ctx, seat, "", MaxTracesPerSeat)
	if err != nil || len(traces) == 0 {
		return func() {}, err
	}
	cleared := data.Clearing{UpTo: traces[0].Number(), Hidden: len(traces), At: at}
	err = bounded(ctx, readTimeout, func(ctx context.Context) error { return t.store.Clear(ctx, seat, cleared) })
	return func() {
		err := bounded(context.WithoutCancel(ctx), forgetTimeout, func(ctx context.Context) error { return t.store.Forget(ctx, seat, cleared.UpTo) })
		if err != nil { // they stay hidden, until their lifetime ends
			slog.Warn("cleared traces cannot be forgotten", "store", t.store.Name(), "err", err)
		}
	}, t.fault(err)
}

// Restore brings back what Hide cleared last.
func (t *Traces) Restore(ctx context.Context, seat string) error {
	return t.fault(bounded(ctx, readTimeout, func(ctx context.Context) error { return t.store.Clear(ctx, seat, data.Clearing{}) }))
}

// Hidden counts the traces that Restore brings back to the list, and says when they were cleared.
func (t *Traces) Hidden(ctx context.Context, seat string) (n int, at time.Time, err error) {
	var cleared data.Clearing
	err = bounded(ctx, readTimeout, func(ctx context.Context) (err error) {
		cleared, err = t.store.Cleared(ctx, seat)
		return err
	})
	return cleared.Hidden, cleared.At, t.fault(err)
}

// unpack reads a record, nil when a server of another version wrote it.
func unpack(record data.TraceRecord) *trace.Trace {
	one, err := trace.Unpack(record.Record, record.Number)
	if err != nil {
		slog.Debug("a trace is left out", "err", err)
		return nil
	}
	return one
}

// fault tells visitors that their traces cannot be read now, and the log why.
func (t *Traces) fault(err error) error {
	t.reading.note("read", t.store, err)
	if err == nil {
		return nil
	}
	return t.store.Explain(err)
}
