package labs

import (
	"net/http"

	"twodoors/web/door"
	"twodoors/web/front/reply"
	"twodoors/web/httpio"
	"twodoors/web/seat"
	"twodoors/web/settings"
	"twodoors/web/trace"
)

// SeatForm takes the browser to the seat of a code.
func (h *Handlers) SeatForm(w http.ResponseWriter, r *http.Request) {
	if err := httpio.ReadForm(r); err != nil {
		h.list(w, r, http.StatusBadRequest, reply.ProblemOf(r.Context(), err).Detail)
		return
	}
	found, ok := h.Seats.ByCode(r.PostForm.Get("code"))
	if !ok {
		h.list(w, r, http.StatusUnprocessableEntity, "This is not a seat code. Copy all 32 letters and digits from the labs page on the other machine.")
		return
	}
	http.SetCookie(w, seat.Cookie(found, door.ClientOf(r.Context()).Secure))
	httpio.See(w, "/labs")
}

// OverForm starts over: the seat, or with the passcode the whole room.
func (h *Handlers) OverForm(w http.ResponseWriter, r *http.Request) {
	err := httpio.ReadForm(r)
	if err == nil {
		err = h.startOver(r, r.PostForm.Get("what"))
	}
	if err != nil {
		problem := reply.ProblemOf(r.Context(), err)
		h.list(w, r, problem.Status, problem.Detail)
		return
	}
	httpio.See(w, "/labs")
}

// Over answers POST /api/labs/over: {"what": "seat"} or {"what": "room"}.
func (h *Handlers) Over(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		What string `json:"what"`
	}
	err := httpio.ReadJSON(r, &asked)
	if err == nil {
		err = h.startOver(r, asked.What)
	}
	if err != nil {
		reply.Refuse(w, r, err)
		return
	}
	httpio.Empty(w, http.StatusNoContent)
}

var errNoPasscode = &httpio.Fault{Status: http.StatusForbidden, Detail: "You need the passcode to reset everyone's labs. Enter it in the server room, /servers."}

func (h *Handlers) startOver(r *http.Request, what string) error {
	trace.Aside(r.Context())
	switch what {
	case "seat":
		h.Traces.Clear(seat.From(r.Context()).Name())
		return h.Labs.Forget(r.Context(), reply.Seat(r), "")
	case "room":
		if !h.Passcode.KnownTo(r) {
			return errNoPasscode
		}
		h.Traces.ClearAll()
		if err := h.Labs.Forget(r.Context(), "", ""); err != nil {
			return err
		}
		return h.Rooms.Stage.Change(reply.Seat(r), func(s *settings.Settings) error { *s = h.AtStart; return nil })
	}
	return &httpio.Fault{Status: http.StatusUnprocessableEntity, Detail: "what must be seat or room."}
}
