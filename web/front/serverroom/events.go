package serverroom

import (
	"fmt"
	"net/http"
	"time"

	"twodoors/web/door"
	"twodoors/web/httpio"
	"twodoors/web/seat"
)

// Events tells a page when there is something new to see: an event "room"
// that says whether a server changed, or a request of this seat went to one.
func (h *Handlers) Events(w http.ResponseWriter, r *http.Request) {
	_, listener := h.Traces.Listen(seat.From(r.Context()).Value, door.ClientOf(r.Context()).Network(), "")
	if listener == nil {
		httpio.Refuse(w, httpio.Problem{Status: http.StatusTooManyRequests, RetryAfter: time.Minute, Detail: "Too many pages are already listening, from this seat or from your address. Close one and reload."})
		return
	}
	defer listener.Close()
	news, end := h.room(r).Watch()
	defer end()

	stream := httpio.Stream(w)
	for {
		var what string
		select {
		case <-r.Context().Done():
			return
		case <-h.Closing:
			return
		case <-news:
			what = "server"
		case t, ok := <-listener.C:
			if !ok {
				return
			}
			what = fmt.Sprintf("request %d %s", t.Server, t.Door)
		case <-time.After(httpio.Heartbeat):
		}
		if stream.Send("room", "", what) != nil {
			return
		}
	}
}
