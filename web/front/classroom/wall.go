package classroom

import (
	"net/http"

	views "twodoors/views/class"
	"twodoors/web/httpio"
)

// ShowWall is the page for the projector: one trace, one result, or how to join.
func (h *Handlers) ShowWall(w http.ResponseWriter, r *http.Request) {
	wall := views.Wall{Join: h.joining(r)}
	if now := h.Class.Current(); now != nil {
		wall.Class, wall.People = now.Name, len(now.People)
		wall.Wall, wall.Until, wall.Paused = now.Wall, now.Steps.Until, now.Steps.Paused
		if p := now.ByID(now.Wall.Person); p != nil && now.Wall.Named {
			wall.Name = p.Name
		}
		if q := now.Latest(); q != nil {
			wall.Question, wall.Bars, wall.Tally = q, now.Bars(q), now.Tally(q)
		}
	}
	httpio.Page(w, r, http.StatusOK, views.WallPage(h.Page(r, "Wall", "/wall"), wall))
}
