package front

import (
	"context"
	"net/http"

	"twodoors/web/door"
	"twodoors/web/lab"
	"twodoors/web/seat"
	"twodoors/web/trace"
	"twodoors/web/turns"
)

// Note adds what a lab itself found out to the history of a seat.
func (f *Front) Note(seat string, s lab.Seen) {
	s.At, s.Settings = f.Now().UTC().Round(0), f.Classroom.Labs.Circumstances()
	f.Classroom.Labs.Note(seat, s)
}

// Keep gives a seat the trace of a request that was answered to somebody else: what
// another site's page sent on the visitor's behalf.
func (f *Front) Keep(s seat.Seat, t *trace.Trace) { f.Log.Add(s.Value, t) }

// Running reports whether a seat is in a lab.
func (f *Front) Running(ctx context.Context, seat, name string) bool {
	all, err := f.Classroom.Labs.Progress(ctx, seat)
	return err == nil && all[name].Running()
}

// Turn waits until what a request asks for may take a processor for long.
func (f *Front) Turn(r *http.Request) (done func(), err error) {
	return f.costly.Turn(r.Context(), turns.Of(door.ArrivalOf(r.Context()), true))
}

// Newcomer is a seat that nobody has. Its traces go when it is forgotten, so that
// they push nobody else's out.
func (f *Front) Newcomer() (s seat.Seat, forget func()) {
	s = f.Classroom.Seats.Make()
	return s, func() { f.Log.Clear(s.Value) }
}
