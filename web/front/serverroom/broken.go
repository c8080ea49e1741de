package serverroom

import (
	"net/http"
	"strconv"

	"twodoors/views/layout"
	"twodoors/web/front/reply"
	"twodoors/web/httpio"
	"twodoors/web/room"
)

// Broken is what somebody has broken on purpose and nobody has repaired yet, as the
// sender of a request sees it.
func Broken(r *http.Request, in *room.Room, now room.Status, may bool) (broken []layout.Broken) {
	me := reply.Seat(r)
	for _, s := range now.Servers {
		if s.State == room.Stopped {
			number := strconv.Itoa(s.Number)
			broken = append(broken, layout.Broken{
				What: "Server " + number + " is stopped", Since: s.Since, By: reply.Actor(s.OrderedBy, me),
				Undo: "Start server " + number, Done: "Server " + number + " is running again.", Action: "/api/servers/" + number + "/start", MayUndo: may,
			})
		}
	}
	if by, since, away := in.RedisAway(); away {
		broken = append(broken, layout.Broken{
			What: "Redis, which stores the sessions, is stopped", Since: since, By: reply.Actor(by, me),
			Undo: "Start Redis", Done: "Redis is running again.", Action: "/api/store/start", MayUndo: may,
		})
	}
	return broken
}

// Bars are the bars alone that stand on every page. Those that a server made ask for them, as it knows neither what is
// broken on purpose nor who is in a class; and those of people in a class, when something is announced to it.
func (h *Handlers) Bars(w http.ResponseWriter, r *http.Request) {
	httpio.Page(w, r, http.StatusOK, layout.Bars(h.Page(r, "", "")))
}
