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

// room is the page of the server room.
func (f *Front) room(w http.ResponseWriter, r *http.Request) {
	f.roomPage(w, r, http.StatusOK, views.SettingsForm{})
}

// roomPage shows the room, with what is wrong with what somebody asked of it.
func (f *Front) roomPage(w http.ResponseWriter, r *http.Request, status int, form views.SettingsForm) {
	chosen := f.settings()
	kept := f.store()
	mine := f.Log.List(seat.From(r.Context()).Value, "", shownTraces)
	room := views.Room{
		Front: true, Chosen: chosen, Form: form, Database: f.Database, MayControl: f.Passcode.knownTo(r),
		StoreState: kept.State, StoreAddress: kept.Address, StoreProgram: kept.Program, StoreFault: kept.Fault,
		Session: newestCall(mine, door.Session), Token: newestCall(mine, door.Token),
		HasSession: len(r.CookiesNamed(door.ArrivalOf(r.Context()).CookieName("session"))) > 0,
		Events:     f.events(mine, seatName(r)), Experiments: f.experiments(r),
	}
	for _, s := range f.Fleet.all() {
		status := s.status()
		box := views.ServerBox{
			Number: status.Number, PID: status.PID, State: string(status.State), StartedAt: status.StartedAt,
			Starts: status.Starts, Sessions: int(status.Sessions), Requests: status.Requests,
		}
		if chosen.Store != settings.StoreMemory {
			box.Sessions = -1
		}
		room.Servers = append(room.Servers, box)
	}
	response.Page(w, r, status, views.Servers(f.page(r, "Server room", "/servers"), room))
}

// events are what happened to the servers and what this seat asked of them,
// newest first.
func (f *Front) events(mine []*trace.Trace, me string) []views.Event {
	events := f.Fleet.Room.log(me)
	for _, t := range mine {
		events = append(events, views.Request(t))
	}
	slices.SortStableFunc(events, func(a, b views.Event) int { return b.At.Compare(a.At) })
	return events[:min(len(events), 2*shownTraces)]
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
	_, listener := f.Log.Listen(seat.From(r.Context()).Value, door.ArrivalOf(r.Context()).Network(), "")
	if listener == nil {
		response.Refuse(w, response.Problem{Status: http.StatusTooManyRequests, RetryAfter: time.Minute, Detail: "Too many pages listen already, of this seat or of everybody at your address. Close one and reload."})
		return
	}
	defer listener.Close()
	news, end := f.Fleet.Room.watch()
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
