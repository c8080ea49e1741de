package front

import (
	"net/http"

	"twodoors/web/httpio"
	"twodoors/web/inspector"
	"twodoors/web/seat"
)

func seatValue(r *http.Request) string { return seat.From(r.Context()).Value }

// lostSeat refuses to begin a lab for a seat that the browser will not bring again, as
// nobody could go on with it.
func lostSeat(r *http.Request) error {
	if text := inspector.Notice(r).Text(); text != "" {
		return &httpio.Fault{Status: http.StatusConflict, Detail: text}
	}
	return nil
}
