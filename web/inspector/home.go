package inspector

import (
	"net/http"
	"slices"
	"strings"

	"twodoors/views/doors"
	"twodoors/web/door"
	"twodoors/web/httpio"
	"twodoors/web/seat"
	"twodoors/web/trace"
)

// lookBack is how many of a door's newest traces the home page looks through.
const lookBack = 50

// home shows both doors side by side, each with its newest request.
func (i *Inspector) home(w http.ResponseWriter, r *http.Request) {
	var d doors.HomeData
	d.SessionCookie, d.CookieBytes = shownCookie(r)
	d.Session, d.SessionMe = newest(i.inRoom(r, door.Session))
	d.Token, d.TokenMe = newest(i.inRoom(r, door.Token))
	httpio.Page(w, r, http.StatusOK, doors.Home(i.Page(r, "Doors", "/"), d))
}

// inRoom lists the seat's newest requests to a door of the room that answers now.
func (i *Inspector) inRoom(r *http.Request, name string) []*trace.Trace {
	here := door.ClientOf(r.Context()).RoomName()
	return slices.DeleteFunc(i.Log.List(seat.From(r.Context()).Value, name, lookBack), func(t *trace.Trace) bool { return t.Room != here })
}

// shownCookie tells of the session cookie what may be shown.
func shownCookie(r *http.Request) (shown string, bytes int) {
	name := door.ClientOf(r.Context()).CookieName("session")
	cookie, err := r.Cookie(name)
	if err != nil {
		return "", 0
	}
	return name + "=" + trace.ShowID(cookie.Value), len(cookie.Value)
}

// newest finds, in traces that start with the newest, the last call and the last
// one that says how the seat stands with the door.
func newest(traces []*trace.Trace) (call, standing *trace.Trace) {
	for _, t := range traces {
		if call == nil && isCall(t) {
			call = t
		}
		if standing == nil && tellsStanding(t) {
			standing = t
		}
	}
	return call, standing
}

// isCall leaves out those who only looked at a page that is open to everybody.
func isCall(t *trace.Trace) bool {
	return t.Method != http.MethodGet || strings.HasPrefix(t.Path, "/api/") || t.Path == "/session/account"
}

// tellsStanding leaves out wrong passwords: whoever is inside stays inside.
func tellsStanding(t *trace.Trace) bool {
	switch _, what, _ := strings.Cut(strings.TrimPrefix(t.Path, "/api"), t.Door+"/"); what {
	case "me":
		return true
	case "account":
		return t.Door == "session"
	case "login":
		return t.Method == http.MethodPost && t.Outcome == trace.Allowed
	case "logout":
		return t.Outcome == trace.Allowed
	}
	return false
}
