package serverroom

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"

	"twodoors/web/door"
	"twodoors/web/front/visitors"
	"twodoors/web/httpio"
	"twodoors/web/room"
	"twodoors/web/seat"
	"twodoors/web/trace"
)

// visitsTogether is for how long visits are collected, and then told of in one event.
const visitsTogether = 100 * time.Millisecond

// Events tells a page when there is something new to see: an event "room" that says whether
// a server changed, or a request of this seat went to one. With ?visitors it watches the
// room's visitors as well, and an event "visitors" tells of those who came.
func (h *Handlers) Events(w http.ResponseWriter, r *http.Request) {
	_, _, listener := h.Traces.Listen(seat.From(r.Context()).Name(), door.ClientOf(r.Context()).Network(), 0)
	if listener == nil {
		httpio.Refuse(w, httpio.Problem{Status: http.StatusTooManyRequests, RetryAfter: time.Minute, Detail: "Too many pages are already listening, from this seat or from your address. Close one and reload."})
		return
	}
	defer listener.Close()
	e := &roomEvents{visitors: h.Visitors, in: h.room(r), traces: listener.C}
	news, end := e.in.Watch()
	defer end()
	e.news = news
	if r.URL.Query().Has("visitors") {
		visits, leave := h.Visitors.Watch(e.in)
		defer leave()
		e.visits = visits
	}
	stream := httpio.Stream(w)
	for {
		event, data, more := e.next(r.Context(), h.Closing)
		if !more || stream.Send(event, "", data) != nil {
			return
		}
	}
}

// roomEvents are what one page is told of.
type roomEvents struct {
	visitors *visitors.Visitors
	in       *room.Room

	news      <-chan struct{}     // from the room
	traces    <-chan *trace.Trace // of the seat
	visits    <-chan struct{}     // to the room; nil when the page does not watch them
	collected <-chan time.Time    // when the visits that came are told; nil when none came
	told      int                 // the number of the visit that was told last
}

// next waits for what the page is told next, at most for a heartbeat, which tells nothing.
func (e *roomEvents) next(ctx context.Context, closing <-chan struct{}) (event, data string, more bool) {
	for {
		select {
		case <-ctx.Done():
			return "", "", false
		case <-closing:
			return "", "", false
		case <-e.news:
			return "room", "server", true
		case t, open := <-e.traces:
			if !open {
				return "", "", false
			}
			return "room", fmt.Sprintf("request %d %s", t.Server, t.Door), true
		case <-e.visits:
			if e.collected == nil {
				e.collected = time.After(visitsTogether)
			}
		case <-e.collected:
			data, err := e.collect()
			return "visitors", data, err == nil
		case <-time.After(httpio.Heartbeat):
			return "room", "", true
		}
	}
}

// collect says as JSON who came since it was told last.
func (e *roomEvents) collect() (string, error) {
	e.collected = nil
	now := tellVisits(e.visitors.Look(e.in), e.told)
	if n := len(now.Visits); n > 0 {
		e.told = now.Visits[n-1].Number
	}
	text, err := json.Marshal(now)
	return string(text), err
}
