package shared

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"slices"
	"time"

	"twodoors/data"
	"twodoors/web/trace"
)

const (
	readTimeout   = 500 * time.Millisecond
	forgetTimeout = 5 * time.Second
	// onItsWay is how long a trace may take from the answer that named it until it can be read at every server.
	onItsWay  = 100 * time.Millisecond
	lookAgain = 10 * time.Millisecond
)

// Get returns a seat's trace, nil when this seat has none of that id. Whoever asks has just had the answer that named
// it, often from another server, so it waits for a moment.
func (t *Traces) Get(ctx context.Context, seat, id string) (found *trace.Trace, err error) {
	if !trace.ValidID(id) {
		return nil, nil
	}
	for deadline := time.Now().Add(onItsWay); ; {
		found, err = t.get(ctx, seat, id)
		if found != nil || err != nil || time.Now().After(deadline) || !pause(ctx, lookAgain) {
			return found, t.fault(err)
		}
	}
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
	records, err := t.shown(ctx, seat)
	traces := []*trace.Trace{}
	for _, record := range slices.Backward(records) {
		if len(traces) == n {
			break
		}
		if one := unpack(record); one != nil && !one.Quiet() && (door == "" || one.Door == door) {
			traces = append(traces, one)
		}
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

// shown are the records of a seat that were not cleared, the oldest first.
func (t *Traces) shown(ctx context.Context, seat string) ([]data.TraceRecord, error) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	cleared, err := t.store.Cleared(ctx, seat)
	if err != nil {
		return nil, err
	}
	return t.store.After(ctx, []string{seat}, cleared.UpTo, math.MaxInt64)
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
	return func() { t.forget(context.WithoutCancel(ctx), seat, cleared.UpTo) }, t.fault(err)
}

// forget drops what is cleared up to a number, unless that has changed.
func (t *Traces) forget(ctx context.Context, seat string, upTo int64) {
	err := bounded(ctx, forgetTimeout, func(ctx context.Context) error {
		cleared, err := t.store.Cleared(ctx, seat)
		if err != nil || cleared.UpTo != upTo {
			return err
		}
		if err := t.store.Forget(ctx, seat, upTo); err != nil {
			return err
		}
		return t.store.Clear(ctx, seat, data.Clearing{})
	})
	if err != nil { // they stay hidden, until their lifetime ends
		slog.Warn("cleared traces cannot be forgotten", "store", t.store.Name(), "err", err)
	}
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
	t.note(err)
	if err == nil {
		return nil
	}
	return t.store.Explain(err)
}
