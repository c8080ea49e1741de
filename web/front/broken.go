package front

import (
	"net/http"

	"twodoors/views"
	"twodoors/web/response"
	"twodoors/web/settings"
)

// broken is what somebody has broken on purpose and nobody has mended yet, as the
// sender of a request sees it.
func (f *Front) broken(r *http.Request) (broken []views.Broken) {
	me, may := seatName(r), f.Passcode.knownTo(r)
	for _, s := range f.Fleet.all() {
		if by, since, stopped := s.stopped(); stopped {
			broken = append(broken, views.Broken{
				What: "Server " + s.label() + " is stopped", Since: since, By: whoever(by, me),
				Undo: "Start server " + s.label(), Action: "/api/servers/" + s.label() + "/start", MayUndo: may,
			})
		}
	}
	if by, since, away := f.Fleet.Store.takenAway(); away && f.settings().Store == settings.StoreRedis {
		broken = append(broken, views.Broken{
			What: "Redis, where the sessions are kept, is taken away", Since: since, By: whoever(by, me),
			Undo: "Bring Redis back", Action: "/api/store/start", MayUndo: may,
		})
	}
	return broken
}

// brokenBar is the bar alone, for pages that a server made.
func (f *Front) brokenBar(w http.ResponseWriter, r *http.Request) {
	response.Page(w, r, http.StatusOK, views.BrokenBar(views.Page{Knows: true, Broken: f.broken(r)}))
}
