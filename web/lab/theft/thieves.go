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
	now := t.callAll(r.Context())
	go func() {
		t.goOn(ctx, ts.labs.Closing)
		if ctx.Err() == nil { // else it was sent away, or another came in its place
			ts.bySeat.Delete(s.Name())
		}
	}()
	now.Says = "The thief has " + loot(stolen) + ". " + now.Says
	httpio.WriteJSON(w, http.StatusOK, now)
}

// try answers POST /api/labs/theft/try: the seat's thief calls once more, now.
func (ts *thieves) try(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	t, ok := ts.bySeat.Get(seat.From(r.Context()).Name())
	if !ok {
		httpio.Refuse(w, httpio.Problem{Status: http.StatusConflict, Detail: "The thief has no credential. Let it copy yours first; it deletes its copies after ten minutes."})
		return
	}
	now := t.callAll(r.Context())
	select {
	case t.wake <- struct{}{}:
	default:
	}
	httpio.WriteJSON(w, http.StatusOK, now)
}

// stop answers POST /api/labs/theft/stop: the thief forgets what it was handed.
func (ts *thieves) stop(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	who, says := seat.From(r.Context()).Name(), "There was no thief at work."
	if _, working := ts.bySeat.Get(who); working {
		says = "The thief has gone and deleted its copies."
	}
	ts.bySeat.Delete(who)
	httpio.WriteJSON(w, http.StatusOK, map[string]string{"says": says})
}
