// Package serverroom is the page of the server room and its part of the API: what a room
// goes by, what its servers do, and the buttons that change that.
//
// It shows a room and asks it. Start reading at Show.
package serverroom

import (
	"net/http"
	"slices"
	"time"

	"github.com/a-h/templ"

	"twodoors/views/layout"
	"twodoors/views/servers"
	"twodoors/web/door"
	"twodoors/web/front/experiments"
	"twodoors/web/front/reply"
	"twodoors/web/front/visitors"
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
	Visitors    *visitors.Visitors
	Page        func(r *http.Request, title, active string) layout.Page
	Whereabouts func(r *http.Request) layout.Room                         // that answers, as pages name it
	Expire      func(w http.ResponseWriter, r *http.Request, room string) // the cookies of a room that has ended
	Closing     <-chan struct{}                                           // closed when the site shuts down: streams end
}

const (
	shownTraces = 30  // of the seat's requests stand in the room's log
	lookBack    = 100 // of its newest, some may be of other rooms
)

// Show is the page of the room: what runs, and what happened to it.
func (h *Handlers) Show(w http.ResponseWriter, r *http.Request) { h.show(w, r, http.StatusOK, "") }

// show is the page of the room, with why something that was asked of it could not be done.
func (h *Handlers) show(w http.ResponseWriter, r *http.Request, status int, fault string) {
	in := h.room(r)
	now, mine := in.Status(), h.inRoom(r)
	shown := servers.Room{
		Where: h.Whereabouts(r), Shared: h.Passcode != nil, MaxServers: in.MaxServers(), Front: true, Chosen: now.Settings, Fault: fault, Database: in.Database(), Engine: in.Engine(), MayControl: h.MayControl(r),
		StoreState: now.Store.State, StoreAddress: now.Store.Address, StoreProgram: now.Store.Program, StoreFault: now.Store.Fault,
		Servers: boxes(now), Session: h.newestCall(r, door.Session), Token: h.newestCall(r, door.Token),
		HasSession: len(r.CookiesNamed(door.ClientOf(r.Context()).CookieName("session"))) > 0,
		Events:     events(in, mine, reply.Seat(r)), PerSecond: h.Visitors.Look(in).PerSecond, MostPerSecond: visitors.MostPerSecond,
	}
	httpio.Page(w, r, status, servers.Page(h.Page(r, "Server room", active), shown))
}

// active is where the pages of the server room stand in the site's navigation.
const active = "/servers"

// ShowSettings is the page of the settings.
func (h *Handlers) ShowSettings(w http.ResponseWriter, r *http.Request) {
	h.showSettings(w, r, http.StatusOK, servers.Settings{})
}

// showSettings is the page of the settings, with what is wrong with what somebody entered.
func (h *Handlers) showSettings(w http.ResponseWriter, r *http.Request, status int, shown servers.Settings) {
	in := h.room(r)
	shown.Chosen, shown.MayControl, shown.MaxServers, shown.Changed = in.Settings(), h.MayControl(r), in.MaxServers(), justChanged(in, reply.Seat(r))
	httpio.Page(w, r, status, servers.SettingsPage(h.Page(r, "Settings", active), shown))
}

// justChanged says what a seat changed within the last few seconds: the page that comes after a form
// confirms it.
func justChanged(in *room.Room, seat string) string {
	for _, e := range in.Journal() {
		if e.Kind == room.Changed && e.By == seat && time.Since(e.At) < 10*time.Second {
			return e.Text
		}
	}
	return ""
}

// ShowSurvive is the page of the experiment about what survives.
func (h *Handlers) ShowSurvive(w http.ResponseWriter, r *http.Request) {
	page := h.Page(r, "What survives", active)
	httpio.Page(w, r, http.StatusOK, servers.SurvivePage(page, h.Experiments.One("survive", seat.From(r.Context()).Value)))
}

// ShowBalance is the page of the experiment about who stays logged in.
func (h *Handlers) ShowBalance(w http.ResponseWriter, r *http.Request) {
	page := h.Page(r, "Who stays logged in", active)
	httpio.Page(w, r, http.StatusOK, servers.BalancePage(page, h.Experiments.One("balance", seat.From(r.Context()).Value)))
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
		Where: h.Whereabouts(r), Chosen: now.Settings, Database: in.Database(), Engine: in.Engine(), Servers: boxes(now),
		StoreState: now.Store.State, StoreAddress: now.Store.Address, StoreProgram: now.Store.Program, StoreFault: now.Store.Fault,
	}
}

// room is the one that answers a request.
func (h *Handlers) room(r *http.Request) *room.Room { return h.All.In(r.Context()) }

// inRoom are the seat's newest requests in the room that answers it.
func (h *Handlers) inRoom(r *http.Request) []*trace.Trace {
	all := h.list(r, "")
	return all[:min(len(all), shownTraces)]
}

// list is the seat's newest requests in the room that answers it, to one door or to all.
func (h *Handlers) list(r *http.Request, name string) []*trace.Trace {
	in := h.room(r).Name()
	return slices.DeleteFunc(h.Traces.List(seat.From(r.Context()).Name(), name, lookBack), func(t *trace.Trace) bool { return t.Room != in })
}

// newestCall finds the seat's last call of the protected page behind a door, by the API or as a page.
func (h *Handlers) newestCall(r *http.Request, name string) *trace.Trace {
	for _, t := range h.list(r, name) {
		if t.Path == "/api/"+name+"/me" || name == door.Session && t.Path == "/session/account" {
			return t
		}
	}
	return nil
}
