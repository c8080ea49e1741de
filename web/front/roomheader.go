package front

import (
	"net/http"
	"strings"

	"twodoors/web/door"
	"twodoors/web/httpio"
	"twodoors/web/trace"
)

// roomHeader is how our pages name the room that they were made in, as "stage" or "k3f9",
// and with ";by=timer" behind it when no person pressed for the request, or ";by=tab" when one did in
// another tab. Terminals send none.
const roomHeader = "Room"

// byTimer reports whether a page sent a request by itself.
func byTimer(r *http.Request) bool { return sentBy(r) == "by=timer" }

// sentBy is what the header says besides the room.
func sentBy(r *http.Request) string {
	_, by, _ := strings.Cut(r.Header.Get(roomHeader), ";")
	return strings.TrimSpace(by)
}

// inItsRoom refuses what a page of one room asks of the API when its seat is in another by
// now: a tab that stayed open would crash servers of a room that it does not show.
func inItsRoom(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		named, _, _ := strings.Cut(r.Header.Get(roomHeader), ";")
		if named = strings.TrimSpace(named); named != "" && strings.HasPrefix(r.URL.Path, "/api/") && named != door.ClientOf(r.Context()).RoomName() {
			if byTimer(r) {
				trace.Aside(r.Context()) // nobody did anything
			}
			httpio.Refuse(w, httpio.Problem{Status: http.StatusConflict, Detail: "This page belongs to another room than the one you are in now. Reload it."})
			return
		}
		if sentBy(r) == "by=tab" {
			trace.ByTab(r.Context())
		}
		next.ServeHTTP(w, r)
	})
}
