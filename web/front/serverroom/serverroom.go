// Package serverroom is the page of the server room and its part of the API: what a room
// goes by, what its servers do, and the buttons that change that.
//
// It shows a room and asks it. Start reading at Show.
package serverroom

import (
	"net/http"
	"slices"

	"twodoors/views"
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
	Page        func(r *http.Request, title, active string) views.Page
	Closing     <-chan struct{} // closed when the site shuts down: streams end
}

// shownTraces is how many of the seat's requests stand in the room's log.
const shownTraces = 30

// Show is the page of the server room.
func (h *Handlers) Show(w http.ResponseWriter, r *http.Request) {
	h.show(w, r, http.StatusOK, views.SettingsForm{})
}

// show shows the room, with what is wrong with what somebody asked of it.
func (h *Handlers) show(w http.ResponseWriter, r *http.Request, status int, form views.SettingsForm) {
	now := h.Room.Status()
	mine := h.Traces.List(seat.From(r.Context()).Value, "", shownTraces)
	shown := views.Room{
		Front: true, Chosen: now.Settings, Form: form, Database: h.Room.Database(), MayControl: h.Passcode.KnownTo(r),
		StoreState: now.Store.State, StoreAddress: now.Store.Address, StoreProgram: now.Store.Program, StoreFault: now.Store.Fault,
		Session: newestCall(mine, door.Session), Token: newestCall(mine, door.Token),
		HasSession: len(r.CookiesNamed(door.ClientOf(r.Context()).CookieName("session"))) > 0,
		Events:     h.events(mine, reply.Seat(r)), Experiments: h.Experiments.Of(r),
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
	httpio.Page(w, r, status, views.Servers(h.Page(r, "Server room", "/servers"), shown))
}

// events are what happened to the servers and what this seat asked of them,
// newest first.
func (h *Handlers) events(mine []*trace.Trace, me string) (events []views.Event) {
	for _, e := range h.Room.Journal() {
		events = append(events, views.Event{At: e.At, Kind: string(e.Kind), Text: e.Text, By: reply.Actor(e.By, me)})
	}
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
