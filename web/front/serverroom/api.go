package serverroom

import (
	"net/http"
	"strconv"

	"twodoors/web/front/reply"
	"twodoors/web/httpio"
	"twodoors/web/room"
	"twodoors/web/settings"
)

// Status answers GET /api/servers.
func (h *Handlers) Status(w http.ResponseWriter, r *http.Request) {
	httpio.WriteJSON(w, http.StatusOK, h.room(r).Status())
}

// Order answers a button of the server room. With ?wait=1 it answers when the
// server serves again; a page without a script is sent back to the room.
func (h *Handlers) Order(what room.Action) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		number, err := serverNumber(r)
		if err != nil {
			reply.Refuse(w, r, err)
			return
		}
		done, err := h.room(r).Order(reply.Seat(r), number, what)
		if err != nil {
			reply.Refuse(w, r, err)
			return
		}
		status := http.StatusAccepted
		if reply.WantsPage(r) || r.URL.Query().Get("wait") == "1" {
			if err := done(r.Context()); err != nil {
				reply.Refuse(w, r, err)
				return
			}
			status = http.StatusOK
		}
		if reply.WantsPage(r) {
			httpio.See(w, backTo(r, roomPage))
			return
		}
		server, _ := h.room(r).Server(number)
		httpio.WriteJSON(w, status, server)
	}
}

// Add answers POST /api/servers: one server more. It answers when that one
// serves, or has failed to.
func (h *Handlers) Add(w http.ResponseWriter, r *http.Request) {
	server, err := h.room(r).Add(r.Context(), reply.Seat(r))
	if err != nil {
		reply.Refuse(w, r, err)
		return
	}
	httpio.WriteJSON(w, http.StatusCreated, server)
}

// Remove answers DELETE /api/servers/{n}: one server less, when its requests
// have ended.
func (h *Handlers) Remove(w http.ResponseWriter, r *http.Request) {
	if err := h.remove(r); err != nil {
		reply.Refuse(w, r, err)
		return
	}
	httpio.Empty(w, http.StatusNoContent)
}

func (h *Handlers) remove(r *http.Request) error {
	number, err := serverNumber(r)
	if err != nil {
		return err
	}
	return h.room(r).Remove(reply.Seat(r), number)
}

// serverNumber is the one in the path.
func serverNumber(r *http.Request) (int, error) {
	number, err := strconv.Atoi(r.PathValue("n"))
	if err != nil {
		return 0, &httpio.Fault{Status: http.StatusNotFound, Detail: "There is no server with that number. Choose one of the existing servers."}
	}
	return number, nil
}

// StartRedis and StopRedis answer the buttons of the session store.
func (h *Handlers) StartRedis(w http.ResponseWriter, r *http.Request) {
	h.answerRedis(w, r, h.room(r).StartRedis(r.Context(), reply.Seat(r)))
}

func (h *Handlers) StopRedis(w http.ResponseWriter, r *http.Request) {
	h.answerRedis(w, r, h.room(r).StopRedis(r.Context(), reply.Seat(r)))
}

func (h *Handlers) answerRedis(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case err != nil:
		reply.Refuse(w, r, err)
	case reply.WantsPage(r):
		httpio.See(w, roomPage)
	default:
		httpio.WriteJSON(w, http.StatusOK, h.room(r).Store())
	}
}

// Change answers PATCH /api/settings: what the body leaves out stays as it
// is.
func (h *Handlers) Change(w http.ResponseWriter, r *http.Request) {
	err := h.room(r).Change(reply.Seat(r), func(chosen *settings.Settings) error { return httpio.ReadJSON(r, chosen) })
	if err != nil {
		reply.Refuse(w, r, err)
		return
	}
	httpio.WriteJSON(w, http.StatusOK, h.room(r).Settings())
}

// Rotate answers POST /api/keys/rotate. When it has answered, every server
// signs with a new key, and with "retire" none accepts an older one.
func (h *Handlers) Rotate(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Retire bool `json:"retire"`
	}
	if r.ContentLength != 0 {
		if err := httpio.ReadJSON(r, &asked); err != nil {
			reply.Refuse(w, r, err)
			return
		}
	}
	rotated, err := h.room(r).Rotate(reply.Seat(r), asked.Retire)
	if err != nil {
		reply.Refuse(w, r, err)
		return
	}
	httpio.WriteJSON(w, http.StatusOK, struct {
		KeyID       string `json:"kid"`
		Invalidated int    `json:"invalidated"` // tokens that had not expired and are refused from now on
	}{rotated.KeyID, rotated.Invalidated})
}
