package front

import (
	"net/http"
	"strconv"

	"twodoors/views"
	"twodoors/web/response"
	"twodoors/web/room"
)

// broken is what somebody has broken on purpose and nobody has mended yet, as the
// sender of a request sees it.
func (f *Front) broken(r *http.Request, now room.Status) (broken []views.Broken) {
	me, may := seatName(r), f.Passcode.knownTo(r)
	for _, s := range now.Servers {
		if s.State == room.Stopped {
			number := strconv.Itoa(s.Number)
			broken = append(broken, views.Broken{
				What: "Server " + number + " is stopped", Since: s.Since, By: whoever(s.OrderedBy, me),
				Undo: "Start server " + number, Action: "/api/servers/" + number + "/start", MayUndo: may,
			})
		}
	}
	if by, since, away := f.Stage.RedisAway(); away {
		broken = append(broken, views.Broken{
			What: "Redis, where the sessions are kept, is taken away", Since: since, By: whoever(by, me),
			Undo: "Bring Redis back", Action: "/api/store/start", MayUndo: may,
		})
	}
	return broken
}

// brokenBar is the bar alone, for pages that a server made.
func (f *Front) brokenBar(w http.ResponseWriter, r *http.Request) {
	response.Page(w, r, http.StatusOK, views.BrokenBar(views.Page{Knows: true, Broken: f.broken(r, f.Stage.Status())}))
}
