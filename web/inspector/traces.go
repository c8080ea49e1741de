package inspector

import (
	"context"
	"time"

	"twodoors/web/trace"
)

// Traces are where the traces of each seat are kept, by the seat's name.
type Traces interface {
	// Get returns a seat's trace, nil when this seat has none of that id.
	Get(ctx context.Context, seat, id string) (*trace.Trace, error)

	// List returns up to n of a seat's traces, the newest first, the quiet ones left out. With a door's name, those of
	// that door only.
	List(ctx context.Context, seat, door string, n int) ([]*trace.Trace, error)

	// Listen returns what the seat has kept since the trace of a number, up to which number that goes, and a listener for
	// what comes next. It may be told of some of that again. It is nil when too many listen already.
	Listen(ctx context.Context, seat, network string, after int64) (missed []*trace.Trace, upTo int64, next *trace.Listener, err error)

	// Hide clears a seat's traces so that Restore brings them back, until forget is called.
	Hide(ctx context.Context, seat string, at time.Time) (forget func(), err error)
	Restore(ctx context.Context, seat string) error

	// Hidden counts the traces that Restore brings back to the list, and says when they were cleared.
	Hidden(ctx context.Context, seat string) (n int, at time.Time, err error)
}

// InMemory are the traces that a log keeps. They can always be had.
func InMemory(log *trace.Log) Traces { return inMemory{log} }

type inMemory struct{ log *trace.Log }

func (m inMemory) Get(_ context.Context, seat, id string) (*trace.Trace, error) {
	return m.log.Get(seat, id), nil
}

func (m inMemory) List(_ context.Context, seat, door string, n int) ([]*trace.Trace, error) {
	return m.log.List(seat, door, n), nil
}

func (m inMemory) Listen(_ context.Context, seat, network string, after int64) ([]*trace.Trace, int64, *trace.Listener, error) {
	missed, upTo, next := m.log.Listen(seat, network, after)
	return missed, upTo, next, nil
}

func (m inMemory) Hide(_ context.Context, seat string, at time.Time) (forget func(), err error) {
	return m.log.Hide(seat, at), nil
}

func (m inMemory) Restore(_ context.Context, seat string) error {
	m.log.Restore(seat)
	return nil
}

func (m inMemory) Hidden(_ context.Context, seat string) (n int, at time.Time, err error) {
	n, at = m.log.Hidden(seat)
	return n, at, nil
}
