package front

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"twodoors/views"
	"twodoors/web/door"
	"twodoors/web/response"
	"twodoors/web/seat"
	"twodoors/web/settings"
	"twodoors/web/trace"
)

// shownTraces is how many of the seat's requests stand in the room's log.
const shownTraces = 30

// serverRoom is the page of the server room.
func (f *Front) serverRoom(w http.ResponseWriter, r *http.Request) {
	f.showServerRoom(w, r, http.StatusOK, views.SettingsForm{})
}

// showServerRoom shows the room, with what is wrong with what somebody asked of it.
func (f *Front) showServerRoom(w http.ResponseWriter, r *http.Request, status int, form views.SettingsForm) {
	now := f.Stage.Status()
	mine := f.Traces.List(seat.From(r.Context()).Value, "", shownTraces)
	shown := views.Room{
		Front: true, Chosen: now.Settings, Form: form, Database: f.Stage.Database(), MayControl: f.Passcode.knownTo(r),
		StoreState: now.Store.State, StoreAddress: now.Store.Address, StoreProgram: now.Store.Program, StoreFault: now.Store.Fault,
		Session: newestCall(mine, door.Session), Token: newestCall(mine, door.Token),
		HasSession: len(r.CookiesNamed(door.ArrivalOf(r.Context()).CookieName("session"))) > 0,
		Events:     f.events(mine, seatName(r)), Experiments: f.experimentsOf(r),
	}
	for _, s := range now.Servers {
		box := views.ServerBox{
			Number: s.Number, PID: s.PID, State: string(s.State), StartedAt: s.StartedAt,
			Starts: s.Starts, Sessions: int(s.Sessions), Requests: s.Requests,
		}
		if now.Settings.Store != settings.StoreMemory {
			box.Sessions = -1
		}
		shown.Servers = append(shown.Servers, box)
	}
	response.Page(w, r, status, views.Servers(f.page(r, "Server room", "/servers"), shown))
}

// events are what happened to the servers and what this seat asked of them,
// newest first.
func (f *Front) events(mine []*trace.Trace, me string) (events []views.Event) {
	for _, e := range f.Stage.Journal() {
		events = append(events, views.Event{At: e.At, Kind: string(e.Kind), Text: e.Text, By: whoever(e.By, me)})
	}
	for _, t := range mine {
		events = append(events, views.Request(t))
	}
	slices.SortStableFunc(events, func(a, b views.Event) int { return b.At.Compare(a.At) })
	return events[:min(len(events), 2*shownTraces)]
}

// whoever says to a seat who did something.
func whoever(did, seat string) string {
	switch did {
	case "":
		return ""
	case seat:
		return "you"
	}
	return "another seat"
}

// newestCall finds the seat's last call of the protected page behind a door.
func newestCall(traces []*trace.Trace, name string) *trace.Trace {
	for _, t := range traces {
		if t.Door == name && t.Path == "/api/"+name+"/me" {
			return t
		}
	}
	return nil
}

// roomEvents tells a page when there is something new to see: an event "room"
// that says whether a server changed, or a request of this seat went to one.
func (f *Front) roomEvents(w http.ResponseWriter, r *http.Request) {
	_, listener := f.Traces.Listen(seat.From(r.Context()).Value, door.ArrivalOf(r.Context()).Network(), "")
	if listener == nil {
		response.Refuse(w, response.Problem{Status: http.StatusTooManyRequests, RetryAfter: time.Minute, Detail: "Too many pages listen already, of this seat or of everybody at your address. Close one and reload."})
		return
	}
	defer listener.Close()
	news, end := f.Stage.Watch()
	defer end()

	stream := response.Stream(w)
	for {
		var what string
		select {
		case <-r.Context().Done():
			return
		case <-f.Closing:
			return
		case <-news:
			what = "server"
		case t, ok := <-listener.C:
			if !ok {
				return
			}
			what = fmt.Sprintf("request %d %s", t.Server, t.Door)
		case <-time.After(response.Heartbeat):
		}
		if stream.Send("room", "", what) != nil {
			return
		}
	}
}
