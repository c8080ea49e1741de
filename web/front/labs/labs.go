// Package labs is the pages of the labs and their part of the API.
//
// It shows what package lab knows, and asks it. Start reading at List and Show.
package labs

import (
	"crypto/ed25519"
	"math"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	shown "twodoors/views/experiments"
	"twodoors/views/labs"
	"twodoors/views/layout"
	"twodoors/web/door"
	"twodoors/web/edge"
	"twodoors/web/front/experiments"
	"twodoors/web/front/reply"
	"twodoors/web/httpio"
	"twodoors/web/lab"
	"twodoors/web/passcode"
	"twodoors/web/rooms"
	"twodoors/web/seat"
	"twodoors/web/settings"
	"twodoors/web/trace"
)

// Handlers answer what concerns the labs.
type Handlers struct {
	Labs        *lab.Labs
	MayBegin    func(seat string, l *lab.Lab) error // nil when the seat's class has come so far, or it is in none
	Rooms       *rooms.Rooms
	AtStart     settings.Settings // of the stage, to which somebody may go back
	Traces      *trace.Log
	Seats       *seat.Seats
	Passcode    *passcode.Passcode // who may change the stage; nil when everybody may
	Experiments *experiments.Handlers
	Records     ed25519.PrivateKey                  // signs what was done
	Version     string                              // of Two Doors
	Picture     func(*http.Request) templ.Component // of the room that answers
	Strip       func(*http.Request) templ.Component // the same in a line
	Entry       http.Handler                        // of the site, for what it sends for browsers without scripts
	Page        func(r *http.Request, title, active string) layout.Page
	ErrorPage   func(w http.ResponseWriter, r *http.Request, status int, detail string)
}

// List lists the labs and how far the seat has come.
func (h *Handlers) List(w http.ResponseWriter, r *http.Request) {
	h.list(w, r, http.StatusOK, "")
}

func (h *Handlers) list(w http.ResponseWriter, r *http.Request, status int, fault string) {
	all, err := h.Labs.Progress(r.Context(), reply.Seat(r))
	if err != nil {
		h.ErrorPage(w, r, http.StatusServiceUnavailable, reply.ProblemOf(r.Context(), err).Detail)
		return
	}
	httpio.Page(w, r, status, labs.List(h.Page(r, "Labs", "/labs"), labs.Labs{
		Labs: h.Labs.All, Courses: h.Labs.Courses, Progress: all, Code: seat.From(r.Context()).Code(),
		Requests: len(h.Traces.List(seat.From(r.Context()).Name(), "", math.MaxInt)), MayControl: h.Passcode.KnownTo(r), Fault: fault,
	}))
}

// Show shows one lab.
func (h *Handlers) Show(w http.ResponseWriter, r *http.Request, l *lab.Lab) {
	h.show(w, r, l, http.StatusOK, "")
}

func (h *Handlers) show(w http.ResponseWriter, r *http.Request, l *lab.Lab, status int, fault string) {
	h.showWith(w, r, l, status, func(page *labs.Lab) { page.Fault = fault })
}

func (h *Handlers) showFault(w http.ResponseWriter, r *http.Request, l *lab.Lab, err error) {
	problem := reply.ProblemOf(r.Context(), err)
	h.show(w, r, l, problem.Status, problem.Detail)
}

// showWith shows a lab with something more on its page.
func (h *Handlers) showWith(w http.ResponseWriter, r *http.Request, l *lab.Lab, status int, more func(*labs.Lab)) {
	all, err := h.Labs.Progress(r.Context(), reply.Seat(r))
	if err != nil {
		h.ErrorPage(w, r, http.StatusServiceUnavailable, reply.ProblemOf(r.Context(), err).Detail)
		return
	}
	in := h.Rooms.Lab(reply.Seat(r))
	page := labs.Lab{
		Lab: l, Number: slices.Index(h.Labs.All, l) + 1, Of: len(h.Labs.All), Next: h.Labs.Next(all), Progress: all[l.Name],
		Base: edge.Base(r), Seat: seat.From(r.Context()).Value, Variables: variables(r),
		InRoom: in == l.Name, Other: h.Labs.ByName(in), HoldsBack: h.Labs.HoldsBack(reply.Seat(r)),
	}
	more(&page)
	page.Try = func(name string) shown.Experiment { return h.Experiments.One(name, page.Seat) }
	if page.InRoom {
		page.Picture, page.Strip = h.Picture(r), h.Strip(r)
	}
	beside := besides()[l.Name]
	page.Scripts, page.Live = beside.scripts, beside.live
	if beside.stage != nil {
		page.Stage = beside.stage(page)
	}
	if beside.strip != nil {
		page.StageStrip = beside.strip(page)
	}
	httpio.Page(w, r, status, labs.Page(h.Page(r, l.Title, "/labs"), page))
}

// variables are what the commands and buttons of a lab go by.
func variables(r *http.Request) map[string]string {
	from := door.ClientOf(r.Context())
	return map[string]string{lab.Name: accountName(r), lab.Room: from.RoomName(), lab.Session: from.CookieName(lab.SessionCookie)}
}

// accountName is an account that a seat may make for itself in a lab.
func accountName(r *http.Request) string { return "pat-" + lab.Handle(reply.Seat(r)) }

// extras are what the page of a lab has beside its tasks.
type extras struct {
	stage   func(labs.Lab) templ.Component // nil when there is nothing
	strip   func(labs.Lab) templ.Component // the stage in a line, for phones; nil when the room says it all
	live    bool                           // the stage changes with what happens
	scripts []string
}

// besides are what the pages of labs have beside the tasks, by the lab's name.
func besides() map[string]extras {
	return map[string]extras{
		"servers":  {stage: labs.ServersStage, live: true},
		"store":    {stage: labs.StoreStage, live: true},
		"theft":    {stage: labs.TheftStage, strip: labs.TheftStrip, live: true, scripts: []string{"lab-theft.js"}},
		"expiry":   {stage: labs.ExpiryStage, strip: labs.ExpiryStrip, scripts: []string{"lab-expiry.js"}},
		"forgery":  {stage: labs.ForgeryStage, scripts: []string{"lab-forgery.js"}},
		"storage":  {stage: labs.StorageStage, live: true, scripts: []string{"lab-storage.js"}},
		"exchange": {stage: labs.ExchangeStage, scripts: []string{"lab-exchange.js"}},
		"cost":     {stage: labs.CostStage, live: true, scripts: []string{"lab-cost.js"}},
	}
}
