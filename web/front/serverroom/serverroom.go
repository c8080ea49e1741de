// Package serverroom is the page of the server room and its part of the API: what a room
// goes by, what its servers do, and the buttons that change that.
//
// It shows a room and asks it. Start reading at Show.
package serverroom

import (
	"net/http"

	"twodoors/views/layout"
	"twodoors/views/servers"
	"twodoors/web/door"
	"twodoors/web/front/experiments"
	"twodoors/web/front/reply"
	"twodoors/web/httpio"
	"twodoors/web/passcode"
	"twodoors/web/room"
	"twodoors/web/seat"
	"twodoors/web/settings"
	"twodoors/web/trace"
)

// Handlers answer what concerns the server room.
type Handlers struct {
	Room        *room.Room
	Traces      *trace.Log
	Passcode    *passcode.Passcode // nil when everybody may press the buttons
	Experiments *experiments.Handlers
	Page        func(r *http.Request, title, active string) layout.Page
	Closing     <-chan struct{} // closed when the site shuts down: streams end
}

// shownTraces is how many of the seat's requests stand in the room's log.
const shownTraces = 30

// Show is the page of the server room.
func (h *Handlers) Show(w http.ResponseWriter, r *http.Request) {
	h.show(w, r, http.StatusOK, servers.SettingsForm{})
}

// show shows the room, with what is wrong with what somebody asked of it.
func (h *Handlers) show(w http.ResponseWriter, r *http.Request, status int, form servers.SettingsForm) {
	now := h.Room.Status()
	mine := h.Traces.List(seat.From(r.Context()).Value, "", shownTraces)
	shown := servers.Room{
		Front: true, Chosen: now.Settings, Form: form, Database: h.Room.Database(), MayControl: h.Passcode.KnownTo(r),
		StoreState: now.Store.State, StoreAddress: now.Store.Address, StoreProgram: now.Store.Program, StoreFault: now.Store.Fault,
		Session: newestCall(mine, door.Session), Token: newestCall(mine, door.Token),
		HasSession: len(r.CookiesNamed(door.ClientOf(r.Context()).CookieName("session"))) > 0,
		Events:     h.events(mine, reply.Seat(r)), Experiments: h.Experiments.Of(r),
	}
	for _, s := range now.Servers {
		box := servers.ServerBox{
			Number: s.Number, PID: s.PID, State: string(s.State), StartedAt: s.StartedAt,
			Starts: s.Starts, Sessions: int(s.Sessions), Requests: s.Requests,
		}
		if now.Settings.Store != settings.StoreMemory {
			box.Sessions = -1
		}
		shown.Servers = append(shown.Servers, box)
	}
	httpio.Page(w, r, status, servers.Page(h.Page(r, "Server room", "/servers"), shown))
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
