package edge

import (
	"net/http"

	"twodoors/web/door"
	"twodoors/web/seat"
	"twodoors/web/trace"
)

// visit is one request of a visitor, in one piece: who sent it, and where its answer
// goes.
type visit struct {
	answer
	facing  *Facing
	seat    seat.Seat
	arrival door.Arrival
}

// receive finds the seat of a request and begins its trace.
func (f *Facing) receive(w http.ResponseWriter, r *http.Request, arrival door.Arrival) *visit {
	v := &visit{facing: f, seat: f.Seats.Find(r, arrival.Secure), arrival: arrival}
	switch {
	case !v.seat.New:
		v.arrival.Seat = v.seat.Name()
	case isPublic(r), v.seat.Lost == seat.Twice: // a third cookie could take the place of the right one
	default:
		http.SetCookie(w, seat.Cookie(v.seat, arrival.Secure))
	}
	t := begin(trace.NewID(), r, f.Identity, f.Now())
	if f.Client != nil {
		t.Client = f.Client(r.Header)
	}
	w.Header()["Trace-Id"] = []string{t.ID}
	ctx := trace.With(door.Arrive(seat.With(r.Context(), &v.seat), &v.arrival), t)
	v.answer = answer{ResponseWriter: w, request: r.WithContext(ctx), trace: t, to: v}
	return v
}

// deliver keeps the trace for the visitor's seat.
func (v *visit) deliver(_ http.Header, t *trace.Trace) {
	if !t.Quiet() || isAPI(v.request) || isPublic(v.request) {
		v.keep(t)
	}
	if v.facing.Observe != nil {
		v.facing.Observe(v.seat.Name(), t)
	}
}

func (v *visit) keep(t *trace.Trace) {
	if v.seat.New {
		v.facing.Log.AddNew(v.seat.Value, t)
		return
	}
	v.facing.Log.Add(v.seat.Value, t)
}
