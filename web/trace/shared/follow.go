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
	cleared, err := t.store.Cleared(ctx, seat)
	if err != nil {
		return nil, nil, t.fault(err)
	}
	if next = t.listeners.Join(seat, network, false); next == nil {
		return nil, nil, nil
	}
	newest, err := t.beginFollowing(ctx)
	if err == nil {
		if after > newest {
			after = 0
		}
		missed, err = t.missed(ctx, seat, max(after, cleared.UpTo))
	}
	if err != nil {
		next.Close()
		return nil, nil, t.fault(err)
	}
	return missed, next, nil
}

// missed are a seat's traces after a number, the quiet ones left out.
func (t *Traces) missed(ctx context.Context, seat string, after int64) (missed []*trace.Trace, err error) {
	records, err := t.store.After(ctx, []string{seat}, after, math.MaxInt64)
	for _, record := range records {
		if one := unpack(record); one != nil && !one.Quiet() {
			missed = append(missed, one)
		}
	}
	return missed, err
}

// beginFollowing has listeners told of what comes after now, if nobody listened before. It returns the number that they
// are told from.
func (t *Traces) beginFollowing(ctx context.Context) (int64, error) {
	t.following.Lock()
	defer t.following.Unlock()
	if t.seen > 0 {
		return t.seen, nil
	}
	_, newest, err := t.store.Changed(ctx, math.MaxInt64)
	if err == nil {
		t.seen = max(newest, 1)
	}
	return t.seen, err
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
