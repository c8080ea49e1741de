package inspector

import (
	"net/http"
	"slices"
	"strings"

	"twodoors/views/doors"
	"twodoors/web/door"
	"twodoors/web/httpio"
	"twodoors/web/trace"
)

// lookBack is how many of a door's newest traces the home page looks through.
const lookBack = 100

// home shows both doors side by side, each with its newest request.
func (i *Inspector) home(w http.ResponseWriter, r *http.Request) {
	var ofToken []*trace.Trace
	ofSession, err := i.inRoom(r, door.Session)
	if err == nil {
		ofToken, err = i.inRoom(r, door.Token)
	}
	d := doors.HomeData{Session: doorData(ofSession), Token: doorData(ofToken)}
	if err != nil { // the doors work without
		d.Unread = cannotLook(err).Detail
	}
	d.SessionCookie, d.CookieBytes = shownCookie(r)
	if i.Behind != nil {
		d.Behind = i.Behind(r)
	}
	httpio.Page(w, r, http.StatusOK, doors.Home(i.Page(r, "Doors", "/"), d))
}

// doorData finds, in a door's traces that start with the newest, what the page shows of it.
func doorData(traces []*trace.Trace) (d doors.DoorData) {
	d.Call, d.Standing = newest(traces)
	d.Began = began(traces, d.Standing)
	return d
}

// inRoom lists the seat's newest requests to a door of the room that answers now.
func (i *Inspector) inRoom(r *http.Request, name string) ([]*trace.Trace, error) {
	here := door.ClientOf(r.Context()).RoomName()
	traces, err := i.Traces.List(r.Context(), ownerOf(r), name, lookBack)
	return slices.DeleteFunc(traces, func(t *trace.Trace) bool { return t.Room != here }), err
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

// began finds the oldest request since the login that went by the same session or key as one that
// tells how the seat stands, nil when there is none.
func began(traces []*trace.Trace, standing *trace.Trace) (oldest *trace.Trace) {
	for _, t := range traces {
		if standing == nil || t.Outcome != trace.Allowed || key(t) == "" || key(t) != key(standing) {
			continue
		}
		if t.Method == http.MethodGet || oldest == nil {
			oldest = t
		}
		if isLogin(t) {
			break
		}
	}
	return oldest
}

// key is what a request was decided by, as far as it may be shown: the id of a session or of a key.
func key(t *trace.Trace) string {
	if created := t.Find(trace.SessionCreate); created != nil {
		return created.Facts.Get("shown").String()
	}
	if t.Door == door.Session && t.Credential != nil {
		return t.Credential.Shown
	}
	for _, name := range []trace.Name{trace.KeySelect, trace.TokenSign} {
		if step := t.Find(name); step != nil {
			return step.Facts.Get("kid").String()
		}
	}
	return ""
}

func isLogin(t *trace.Trace) bool {
	return t.Method == http.MethodPost && strings.HasSuffix(t.Path, "/login")
}

// isCall leaves out those who only looked at a page that is open to everybody.
func isCall(t *trace.Trace) bool {
	return t.Method != http.MethodGet || strings.HasPrefix(t.Path, "/api/") || t.Path == "/session/account"
}

// tellsStanding leaves out wrong passwords, which log nobody out, and what a page of another room asked: the door
// never saw that.
func tellsStanding(t *trace.Trace) bool {
	switch _, what, _ := strings.Cut(strings.TrimPrefix(t.Path, "/api"), t.Door+"/"); what {
	case "me":
		return t.Status != http.StatusConflict
	case "account":
		return t.Door == "session"
	case "login":
		return isLogin(t) && t.Outcome == trace.Allowed
	case "logout":
		return t.Outcome == trace.Allowed
	}
	return false
}
