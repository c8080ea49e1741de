package shared_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"twodoors/data"
	"twodoors/web/trace"
	"twodoors/web/trace/shared"
)

// hanging is a store that never answers.
type hanging struct{ shared.Store }

func (hanging) Name() string { return "Redis" }

func (hanging) Explain(err error) error { return err }

func (hanging) Passing(error) bool { return true }

func (hanging) Append(ctx context.Context, _ []data.TraceRecord) error {
	<-ctx.Done()
	return ctx.Err()
}

func (hanging) Cleared(ctx context.Context, _ string) (data.Clearing, error) {
	<-ctx.Done()
	return data.Clearing{}, ctx.Err()
}

// A store that hangs keeps no request waiting: what there is no room for is counted, one seat leaves room for others,
// and whoever asks is told soon.
func TestHangingStoreIsInNobodysWay(t *testing.T) {
	t.Parallel()
	traces := running(t, hanging{})
	began := time.Now()
	for n := range 2_000 {
		traces.Add("busy", numbered(n))
	}
	for n := range 100 {
		traces.Add(fmt.Sprint("seat ", n), numbered(n))
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("adding takes %s", took)
	}
	if _, dropped := traces.Kept(); dropped != 2_000-256 {
		t.Errorf("%d dropped", dropped)
	}
	if got, err := traces.Get(t.Context(), "busy", id(1_999)); got == nil || err != nil {
		t.Errorf("the newest is %+v, %v", got, err)
	}
	if _, err := traces.List(t.Context(), "busy", "", 10); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

// refusing is a store that takes no record of one trace, nor any others that come with it.
type refusing struct {
	shared.Store
	id string
}

var errRefused = errors.New("that one is refused")

func (r refusing) Append(ctx context.Context, records []data.TraceRecord) error {
	if slices.ContainsFunc(records, func(record data.TraceRecord) bool { return record.ID == r.id }) {
		return errRefused
	}
	return r.Store.Append(ctx, records)
}

func (r refusing) Passing(err error) bool { return !errors.Is(err, errRefused) && r.Store.Passing(err) }

// What a store refuses keeps nothing else from being written, and is counted.
func TestWhatIsRefusedIsDroppedAlone(t *testing.T) {
	each(t, func(t *testing.T, a, b shared.Store) {
		one := running(t, refusing{a, id(3)})
		for n := range 7 {
			one.Add("mine", numbered(n))
		}
		until(t, "the others are there", func() bool { return len(listed(t, one, "mine", "")) == 6 })
		if _, dropped := one.Kept(); dropped != 1 {
			t.Errorf("%d dropped", dropped)
		}
		two := running(t, b)
		if got, err := two.Get(t.Context(), "mine", id(3)); got != nil || err != nil {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// Whatever bytes a visitor sent and however long a credential is, its trace is kept.
func TestWhateverWasSentIsKept(t *testing.T) {
	each(t, func(t *testing.T, a, b shared.Store) {
		one, two := running(t, a), running(t, b)
		odd, long := numbered(1), numbered(2)
		odd.Path, odd.User = "/\xff/\x00", "\xc3"
		long.Credential = &trace.Credential{Kind: "bearer", Name: "Authorization", Shown: strings.Repeat("e", 20_000), Bytes: 20_000}
		one.Add("mine", odd)
		one.Add("mine", long)
		for _, want := range []*trace.Trace{odd, long} {
			if got, err := two.Get(t.Context(), "mine", want.ID); err != nil || got == nil || got.Status != 200 {
				t.Errorf("%s: %+v, %v", want.ID, got, err)
			}
		}
	})
}

// Requests without a seat leave room for those with one, also while nothing can be written.
func TestNewSeatsLeaveRoomForOthers(t *testing.T) {
	t.Parallel()
	traces := running(t, hanging{})
	for n := range 2_000 {
		traces.AddNew(fmt.Sprint("seat ", n), numbered(n))
	}
	traces.Add("mine", numbered(5_000))
	if got, err := traces.Get(t.Context(), "mine", id(5_000)); err != nil || got == nil {
		t.Errorf("%+v, %v", got, err)
	}
}
