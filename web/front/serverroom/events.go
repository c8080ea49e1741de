package serverroom

import (
	"fmt"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"

	"twodoors/web/door"
	"twodoors/web/httpio"
	"twodoors/web/seat"
)

// visitsTogether is for how long visits are collected, and then told of in one event.
const visitsTogether = 100 * time.Millisecond

// Events tells a page when there is something new to see: an event "room" that says whether
// a server changed, or a request of this seat went to one. With ?visitors it watches the
// room's visitors as well, and an event "visitors" tells of those who came.
func (h *Handlers) Events(w http.ResponseWriter, r *http.Request) {
	_, listener := h.Traces.Listen(seat.From(r.Context()).Value, door.ClientOf(r.Context()).Network(), "")
	if listener == nil {
		httpio.Refuse(w, httpio.Problem{Status: http.StatusTooManyRequests, RetryAfter: time.Minute, Detail: "Too many pages are already listening, from this seat or from your address. Close one and reload."})
		return
	}
	defer listener.Close()
	in := h.room(r)
	news, end := in.Watch()
	defer end()
	var visits <-chan struct{}
	if r.URL.Query().Has("visitors") {
		var leave func()
		visits, leave = h.Visitors.Watch(in)
		defer leave()
	}

	stream, told := httpio.Stream(w), 0
	var collected <-chan time.Time
	for {
		event, data := "room", ""
		select {
		case <-r.Context().Done():
			return
		case <-h.Closing:
			return
		case <-news:
			data = "server"
		case t, ok := <-listener.C:
			if !ok {
				return
			}
			data = fmt.Sprintf("request %d %s", t.Server, t.Door)
		case <-visits:
			if collected == nil {
				collected = time.After(visitsTogether)
			}
			continue
		case <-collected:
			collected = nil
			now := tellVisits(h.Visitors.Look(in), told)
			if n := len(now.Visits); n > 0 {
				told = now.Visits[n-1].Number
			}
			text, err := json.Marshal(now)
			if err != nil {
				return
			}
			event, data = "visitors", string(text)
		case <-time.After(httpio.Heartbeat):
		}
		if stream.Send(event, "", data) != nil {
			return
		}
	}
}
