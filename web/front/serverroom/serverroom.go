// Package serverroom is the page of the server room and its part of the API: what a room
// goes by, what its servers do, and the buttons that change that.
//
// It shows a room and asks it. Start reading at Show.
package serverroom

import (
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"twodoors/views/layout"
	"twodoors/views/servers"
	"twodoors/web/door"
	"twodoors/web/front/experiments"
	"twodoors/web/front/reply"
	"twodoors/web/httpio"
	"twodoors/web/lab"
	"twodoors/web/passcode"
	"twodoors/web/room"
	"twodoors/web/rooms"
	"twodoors/web/seat"
	"twodoors/web/settings"
	"twodoors/web/trace"
)

// Handlers answer what concerns the server room.
type Handlers struct {
	All         *rooms.Rooms
	Labs        *lab.Labs
	Traces      *trace.Log
	Passcode    *passcode.Passcode       // nil when everybody may press the buttons of the stage
	MayControl  func(*http.Request) bool // whether the sender may change the room that answers
	Experiments *experiments.Handlers
	Page        func(r *http.Request, title, active string) layout.Page
	Whereabouts func(r *http.Request) layout.Room                         // that answers, as pages name it
	Expire      func(w http.ResponseWriter, r *http.Request, room string) // the cookies of a room that has ended
	Closing     <-chan struct{}                                           // closed when the site shuts down: streams end
}

const (
	shownTraces = 30  // of the seat's requests stand in the room's log
	lookBack    = 100 // of its newest, some may be of other rooms
)

// Show is the page of the server room.
func (h *Handlers) Show(w http.ResponseWriter, r *http.Request) {
	h.show(w, r, http.StatusOK, servers.SettingsForm{})
}

// show shows the room, with what is wrong with what somebody asked of it.
func (h *Handlers) show(w http.ResponseWriter, r *http.Request, status int, form servers.SettingsForm) {
	in := h.room(r)
	now, mine := in.Status(), h.inRoom(r)
	shown := servers.Room{
		Where: h.Whereabouts(r), Shared: h.Passcode != nil, MaxServers: in.MaxServers(), Front: true, Chosen: now.Settings, Form: form, Database: in.Database(), MayControl: h.MayControl(r),
		StoreState: now.Store.State, StoreAddress: now.Store.Address, StoreProgram: now.Store.Program, StoreFault: now.Store.Fault,
		Servers: boxes(now), Session: newestCall(mine, door.Session), Token: newestCall(mine, door.Token),
		HasSession: len(r.CookiesNamed(door.ClientOf(r.Context()).CookieName("session"))) > 0,
		Events:     events(in, mine, reply.Seat(r)), Experiments: h.Experiments.Of(r),
	}
	httpio.Page(w, r, status, servers.Page(h.Page(r, "Server room", "/servers"), shown))
}

// boxes are the servers as the picture shows them.
func boxes(now room.Status) (all []servers.ServerBox) {
	for _, s := range now.Servers {
		box := servers.ServerBox{
			Number: s.Number, PID: s.PID, State: string(s.State), StartedAt: s.StartedAt,
			Starts: s.Starts, Sessions: int(s.Sessions), Requests: s.Requests,
		}
		if now.Settings.Store != settings.StoreMemory {
			box.Sessions = -1
		}
		all = append(all, box)
	}
	return all
}

// Picture is what runs in the room that answers, without buttons.
func (h *Handlers) Picture(r *http.Request) templ.Component { return servers.Picture(h.pictured(r)) }

// Strip is the same in a line.
func (h *Handlers) Strip(r *http.Request) templ.Component { return servers.Strip(h.pictured(r)) }

func (h *Handlers) pictured(r *http.Request) servers.Room {
	in := h.room(r)
	now := in.Status()
	return servers.Room{
		Where: h.Whereabouts(r), Chosen: now.Settings, Database: in.Database(), Servers: boxes(now),
		StoreState: now.Store.State, StoreAddress: now.Store.Address, StoreProgram: now.Store.Program, StoreFault: now.Store.Fault,
	}
}

// room is the one that answers a request.
func (h *Handlers) room(r *http.Request) *room.Room { return h.All.In(r.Context()) }

// inRoom are the seat's newest requests in the room that answers it.
func (h *Handlers) inRoom(r *http.Request) []*trace.Trace {
	name := h.room(r).Name()
	all := slices.DeleteFunc(h.Traces.List(seat.From(r.Context()).Value, "", lookBack), func(t *trace.Trace) bool { return t.Room != name })
	return all[:min(len(all), shownTraces)]
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
