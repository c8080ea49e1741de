package shared

import (
	"context"
	"math"
	"slices"
	"time"

	"twodoors/data"
	"twodoors/web/trace"
)

const (
	lookEvery = 40 * time.Millisecond // for what others wrote, while anybody listens
	enough    = 20                    // traces that tell whether a seat takes part
)

// Listen returns what the seat has kept since the trace of a number (all of it when that is newer than any, or 0), up
// to which number that goes, and a listener for what comes next. The listener is nil when too many listen already.
func (t *Traces) Listen(ctx context.Context, seat, network string, after int64) (missed []*trace.Trace, upTo int64, next *trace.Listener, err error) {
	t.settle(ctx, seat)
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	takesPart, cleared, err := t.standing(ctx, seat)
	if err != nil {
		return nil, 0, nil, t.fault(err)
	}
	if next = t.listeners.Join(seat, network, takesPart); next == nil {
		return nil, 0, nil, nil
	}
	if missed, upTo, err = t.missed(ctx, seat, after, cleared); err != nil {
		next.Close()
		return nil, 0, nil, t.fault(err)
	}
	return missed, upTo, next, nil
}

// standing looks through a seat's newest traces for whether it takes part, and returns up to which number they are
// cleared.
func (t *Traces) standing(ctx context.Context, seat string) (takesPart bool, cleared int64, err error) {
	clearing, err := t.store.Cleared(ctx, seat)
	if err != nil {
		return false, 0, err
	}
	records, err := t.store.Newest(ctx, seat, 0, math.MaxInt64, enough)
	for _, record := range records {
		one := unpack(record)
		takesPart = takesPart || one != nil && one.TakesPart()
	}
	return takesPart, clearing.UpTo, err
}

// missed are a seat's traces after a number, but for the quiet ones and what was cleared. What comes after them,
// listeners are told.
func (t *Traces) missed(ctx context.Context, seat string, after, cleared int64) (missed []*trace.Trace, upTo int64, err error) {
	_, newest, err := t.store.Changed(ctx, math.MaxInt64)
	if err != nil {
		return nil, 0, err
	}
	t.followFrom(newest)
	if after > newest {
		after = 0
	}
	records, err := t.store.After(ctx, []string{seat}, max(after, cleared), newest)
	for _, record := range records {
		if one := unpack(record); one != nil && !one.Quiet() {
			missed = append(missed, one)
		}
	}
	return missed, newest, err
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
		if err := bounded(ctx, readTimeout, t.look); err != nil {
			t.reading.note("read", t.store, err)
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
