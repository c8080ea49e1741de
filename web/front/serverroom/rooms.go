package serverroom

import (
	"net/http"

	"twodoors/web/door"
	"twodoors/web/front/reply"
	"twodoors/web/httpio"
	"twodoors/web/inspector"
	"twodoors/web/room"
	"twodoors/web/rooms"
)

// OpenRoom answers POST /api/rooms: it opens a room for the seat, unless it has one.
func (h *Handlers) OpenRoom(w http.ResponseWriter, r *http.Request) {
	status := http.StatusOK
	if mine := h.All.Mine(reply.Seat(r)); mine == nil || mine.Kind != room.Own {
		if err := h.openRoom(r); err != nil {
			reply.Refuse(w, r, err)
			return
		}
		status = http.StatusCreated
	}
	httpio.WriteJSON(w, status, h.All.Mine(reply.Seat(r)))
}

// OpenForm opens a room by a form.
func (h *Handlers) OpenForm(w http.ResponseWriter, r *http.Request) {
	place := roomPage
	if r.URL.Query().Get("then") == "home" {
		place = "/"
	}
	h.byForm(w, r, place, func() error { return h.openRoom(r) })
}

func (h *Handlers) openRoom(r *http.Request) error {
	if err := inspector.NeedSeat(r, "A room"); err != nil {
		return err
	}
	if lab := h.All.Lab(reply.Seat(r)); lab != "" {
		return &httpio.Fault{Status: http.StatusConflict, Detail: "You are in a lab's room. Leave that lab first."}
	}
	_, err := h.All.Open(r.Context(), rooms.Order{
		Seat: reply.Seat(r), Network: door.ClientOf(r.Context()).Network(), Kind: room.Own, Settings: h.All.Defaults,
	})
	return err
}

// MyRoom answers GET /api/rooms/mine: the room that answers the seat.
func (h *Handlers) MyRoom(w http.ResponseWriter, r *http.Request) {
	mine := h.All.Mine(reply.Seat(r))
	if mine == nil {
		reply.Refuse(w, r, errOnStage)
		return
	}
	httpio.WriteJSON(w, http.StatusOK, mine)
}

var errOnStage = &httpio.Fault{Status: http.StatusNotFound, Detail: "You are on the stage, which everyone shares. Open a room of your own with POST /api/rooms."}

// LeaveRoom answers DELETE /api/rooms/mine: the room that answers the seat ends.
func (h *Handlers) LeaveRoom(w http.ResponseWriter, r *http.Request) {
	if h.All.Mine(reply.Seat(r)) == nil {
		reply.Refuse(w, r, errOnStage)
		return
	}
	if err := h.leave(w, r); err != nil {
		reply.Refuse(w, r, err)
		return
	}
	httpio.Empty(w, http.StatusNoContent)
}

// LeaveForm leaves the room by a form. Who was in a lab sees that lab again.
func (h *Handlers) LeaveForm(w http.ResponseWriter, r *http.Request) {
	place := roomPage
	if lab := h.All.Lab(reply.Seat(r)); lab != "" {
		place = "/labs/" + lab
	}
	h.byForm(w, r, place, func() error { return h.leave(w, r) })
}

// leave ends the room that answers a seat: its lab's, or else its own.
func (h *Handlers) leave(w http.ResponseWriter, r *http.Request) error {
	who := reply.Seat(r)
	left := door.ClientOf(r.Context()).Room
	if l := h.Labs.ByName(h.All.Lab(who)); l != nil {
		if err := h.Labs.Leave(r.Context(), who, l); err != nil {
			return err
		}
	} else {
		h.All.End(who, room.Own)
	}
	if left != "" {
		h.Expire(w, r, left)
	}
	return nil
}

// Rooms answers GET /api/rooms: all of them.
func (h *Handlers) Rooms(w http.ResponseWriter, _ *http.Request) {
	httpio.WriteJSON(w, http.StatusOK, h.All.List())
}
