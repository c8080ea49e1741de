package shared

import (
	"context"
	"math"
	"slices"
	"time"

	"twodoors/data"
	"twodoors/web/trace"
)

// lookEvery is how often a server looks for what others wrote, while anybody listens.
const lookEvery = 40 * time.Millisecond

// Listen returns what the seat has kept since the trace of a number (all of it when that is newer than any, or 0), and
// a listener for what comes next. The listener is nil when too many listen already.
func (t *Traces) Listen(ctx context.Context, seat, network string, after int64) (missed []*trace.Trace, next *trace.Listener, err error) {
	t.settle(ctx, seat)
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	cleared, err := t.store.Cleared(ctx, seat)
	if err != nil {
		return nil, nil, t.fault(err)
	}
	if next = t.listeners.Join(seat, network, false); next == nil {
		return nil, nil, nil
	}
	if missed, err = t.missed(ctx, seat, after, cleared.UpTo); err != nil {
		next.Close()
		return nil, nil, t.fault(err)
	}
	return missed, next, nil
}

// missed are a seat's traces after a number, but for the quiet ones and what was cleared. What comes after them,
// listeners are told.
func (t *Traces) missed(ctx context.Context, seat string, after, cleared int64) (missed []*trace.Trace, err error) {
	_, newest, err := t.store.Changed(ctx, math.MaxInt64)
	if err != nil {
		return nil, err
	}
	t.followFrom(newest)
	if after > newest {
		after = 0
	}
	after = max(after, cleared)
	records, err := t.store.After(ctx, []string{seat}, after, math.MaxInt64)
	for _, record := range records {
		if one := unpack(record); one != nil && !one.Quiet() {
			missed = append(missed, one)
		}
	}
	return missed, err
}

// followFrom has listeners told of what comes after a number, if nobody listened before.
func (t *Traces) followFrom(number int64) {
	t.following.Lock()
	defer t.following.Unlock()
	if t.seen == 0 {
		t.seen = max(number, 1)
	}
}

// follow tells listeners of what all servers wrote, until ctx ends.
func (t *Traces) follow(ctx context.Context) {
	for pause(ctx, lookEvery) {
		if err := bounded(ctx, writeTimeout, t.look); err != nil {
			t.note(err)
			pause(ctx, writeAgain)
		}
	}
}

// look tells listeners once of what is new.
func (t *Traces) look(ctx context.Context) error {
	t.following.Lock()
	defer t.following.Unlock()
	listened := t.listeners.Seats()
	if len(listened) == 0 {
		t.seen = 0
	}
	if t.seen == 0 {
		return nil
	}
	changed, newest, err := t.store.Changed(ctx, t.seen)
	if err != nil || newest == t.seen {
		return err
	}
	slices.Sort(listened)
	changed = slices.DeleteFunc(changed, func(seat string) bool {
		_, found := slices.BinarySearch(listened, seat)
		return !found
	})
	records, err := t.store.After(ctx, changed, t.seen, newest)
	if err != nil {
		return err
	}
	t.tell(records)
	t.seen = max(newest, 1)
	return nil
}

func (t *Traces) tell(records []data.TraceRecord) {
	for _, record := range records {
		if one := unpack(record); one != nil {
			t.listeners.Tell(record.Seat, one)
		}
	}
}
