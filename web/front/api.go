package front

import (
	"net/http"
	"strconv"

	"twodoors/web/request"
	"twodoors/web/response"
	"twodoors/web/room"
	"twodoors/web/settings"
)

// apiServers answers GET /api/servers.
func (f *Front) apiServers(w http.ResponseWriter, _ *http.Request) {
	response.JSON(w, http.StatusOK, f.Stage.Status())
}

// order answers a button of the server room. With ?wait=1 it answers when the
// server serves again; a page without a script is sent back to the room.
func (f *Front) order(what room.Action) http.HandlerFunc {
	return f.controlling(func(w http.ResponseWriter, r *http.Request) {
		number, err := serverNumber(r)
		if err != nil {
			refuse(w, r, err)
			return
		}
		done, err := f.Stage.Order(seatName(r), number, what)
		if err != nil {
			refuse(w, r, err)
			return
		}
		status := http.StatusAccepted
		if wantsPage(r) || r.URL.Query().Get("wait") == "1" {
			if err := done(r.Context()); err != nil {
				refuse(w, r, err)
				return
			}
			status = http.StatusOK
		}
		if wantsPage(r) {
			response.See(w, "/servers")
			return
		}
		server, _ := f.Stage.Server(number)
		response.JSON(w, status, server)
	})
}

// addServer answers POST /api/servers: one server more. It answers when that one
// serves, or has failed to.
func (f *Front) addServer(w http.ResponseWriter, r *http.Request) {
	server, err := f.Stage.Add(r.Context(), seatName(r))
	if err != nil {
		refuse(w, r, err)
		return
	}
	response.JSON(w, http.StatusCreated, server)
}

// removeServer answers DELETE /api/servers/{n}: one server less, when its requests
// have ended.
func (f *Front) removeServer(w http.ResponseWriter, r *http.Request) {
	if err := f.remove(r); err != nil {
		refuse(w, r, err)
		return
	}
	response.Empty(w, http.StatusNoContent)
}

func (f *Front) remove(r *http.Request) error {
	number, err := serverNumber(r)
	if err != nil {
		return err
	}
	return f.Stage.Remove(seatName(r), number)
}

// serverNumber is the one in the path.
func serverNumber(r *http.Request) (int, error) {
	number, err := strconv.Atoi(r.PathValue("n"))
	if err != nil {
		return 0, &request.Fault{Status: http.StatusNotFound, Detail: "There is no server of that number. Choose one of those that are there."}
	}
	return number, nil
}

// startRedis and stopRedis answer the buttons of the session store.
func (f *Front) startRedis(w http.ResponseWriter, r *http.Request) {
	f.answerRedis(w, r, f.Stage.StartRedis(r.Context(), seatName(r)))
}

func (f *Front) stopRedis(w http.ResponseWriter, r *http.Request) {
	f.answerRedis(w, r, f.Stage.StopRedis(r.Context(), seatName(r)))
}

func (f *Front) answerRedis(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case err != nil:
		refuse(w, r, err)
	case wantsPage(r):
		response.See(w, "/servers")
	default:
		response.JSON(w, http.StatusOK, f.Stage.Store())
	}
}

// changeSettings answers PATCH /api/settings: what the body leaves out stays as it
// is.
func (f *Front) changeSettings(w http.ResponseWriter, r *http.Request) {
	err := f.Stage.Change(seatName(r), func(chosen *settings.Settings) error { return request.JSON(r, chosen) })
	if err != nil {
		refuse(w, r, err)
		return
	}
	response.JSON(w, http.StatusOK, f.Stage.Settings())
}

// rotateKeys answers POST /api/keys/rotate. When it has answered, every server
// signs with a new key, and with "retire" none accepts an older one.
func (f *Front) rotateKeys(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Retire bool `json:"retire"`
	}
	if r.ContentLength != 0 {
		if err := request.JSON(r, &asked); err != nil {
			refuse(w, r, err)
			return
		}
	}
	rotated, err := f.Stage.Rotate(seatName(r), asked.Retire)
	if err != nil {
		refuse(w, r, err)
		return
	}
	response.JSON(w, http.StatusOK, struct {
		KeyID  string `json:"kid"`
		Thrown int    `json:"thrown"` // tokens that had not expired and are refused from now on
	}{rotated.KeyID, rotated.Invalidated})
}
