package theft

import (
	"context"
	"net/http"

	"twodoors/web/httpio"
	"twodoors/web/lab"
	"twodoors/web/seat"
	"twodoors/web/trace"
)

// thieves are all that are at work, one for a seat at most.
type thieves struct {
	labs   *lab.Labs
	bySeat lab.BoundedMap[*thief]
}

// steal answers POST /api/labs/theft/steal: it hands a thief what the request carries. The thief has called once
// when the answer comes.
func (ts *thieves) steal(w http.ResponseWriter, r *http.Request) {
	s := seat.From(r.Context())
	stolen := steal(r)
	if len(stolen) == 0 {
		httpio.Refuse(w, httpio.Problem{Status: http.StatusUnprocessableEntity, Detail: "There is nothing to steal: this request carries neither a session cookie nor a bearer token. Log in first."})
		return
	}
	t := newThief(ts.labs.Client(lab.Thief, s), stolen, func() bool { return ts.labs.InLab(context.Background(), s.Name(), name) })
	ctx, end := context.WithCancel(context.Background())
	ts.bySeat.Put(s.Name(), t, end)
	tallies := t.callAll(r.Context())
	go func() {
		t.goOn(ctx, ts.labs.Closing)
		if ctx.Err() == nil { // else it was sent away, or another came in its place
			ts.bySeat.Delete(s.Name())
		}
	}()
	httpio.WriteJSON(w, http.StatusOK, tallies)
}

// try answers POST /api/labs/theft/try: the seat's thief calls once more, now.
func (ts *thieves) try(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	t, ok := ts.bySeat.Get(seat.From(r.Context()).Name())
	if !ok {
		httpio.Refuse(w, httpio.Problem{Status: http.StatusConflict, Detail: "The thief has no credential. Let it copy yours first; it deletes its copies after ten minutes."})
		return
	}
	tallies := t.callAll(r.Context())
	select {
	case t.wake <- struct{}{}:
	default:
	}
	httpio.WriteJSON(w, http.StatusOK, tallies)
}

// stop answers POST /api/labs/theft/stop: the thief forgets what it was handed.
func (ts *thieves) stop(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	ts.bySeat.Delete(seat.From(r.Context()).Name())
	httpio.Empty(w, http.StatusNoContent)
}
