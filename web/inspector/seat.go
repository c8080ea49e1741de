package inspector

import (
	"cmp"
	"net/http"

	"twodoors/views/layout"
	"twodoors/web/door"
	"twodoors/web/httpio"
	"twodoors/web/seat"
)

// Notice is what a page says of the seat that its request should have brought.
func Notice(r *http.Request) layout.SeatNotice {
	s := seat.From(r.Context())
	return layout.SeatNotice{New: s.New, Lost: s.Lost, Secure: door.ClientOf(r.Context()).Secure}
}

// broughtSeat answers a script of ours with nothing when its request brought the seat
// that the page before it gave, and else with a notice.
func (i *Inspector) broughtSeat(w http.ResponseWriter, r *http.Request) {
	notice := Notice(r)
	if !notice.New {
		httpio.Empty(w, http.StatusNoContent)
		return
	}
	if notice.Lost == seat.NotLost { // the browser does not say that our page asks
		notice.Lost = seat.Withheld
	}
	httpio.Page(w, r, http.StatusOK, layout.SeatLost(notice))
}

// NeedSeat refuses what belongs to a seat, as "A room", to somebody who could not come back to
// it: the request brought no seat.
func NeedSeat(r *http.Request, what string) error {
	notice := Notice(r)
	if !notice.New {
		return nil
	}
	return &httpio.Fault{Status: http.StatusConflict, Detail: cmp.Or(notice.Text(),
		what+" belongs to a seat, and this request carried none. Send it again with the cookie that this response sets.")}
}
