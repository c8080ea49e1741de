// Package classroom is the pages of the class and their part of the API: joining, the board, the wall.
//
// It shows what package class knows, and asks it. Everything that concerns others is behind the passcode (Guard in
// routes.go of package front). Start reading at Show.
package classroom

import (
	"net/http"

	views "twodoors/views/class"
	"twodoors/views/layout"
	"twodoors/web/class"
	"twodoors/web/door"
	"twodoors/web/edge"
	"twodoors/web/front/reply"
	"twodoors/web/httpio"
	"twodoors/web/passcode"
	"twodoors/web/seat"
)

// Handlers answer what concerns the class.
type Handlers struct {
	Class     *class.Classes
	Passcode  *passcode.Passcode // who is the lecturer; nil when everybody may be
	Addresses []string           // of the site, as others type them, the best first
	Page      func(r *http.Request, title, active string) layout.Page
	ErrorPage func(w http.ResponseWriter, r *http.Request, status int, detail string)
	Closing   <-chan struct{} // closed when the site shuts down: streams end
}

const active = "/class"

// Show is the board for the lecturer, and for everybody else the page to join on.
func (h *Handlers) Show(w http.ResponseWriter, r *http.Request) { h.show(w, r, http.StatusOK, "") }

func (h *Handlers) show(w http.ResponseWriter, r *http.Request, status int, fault string) {
	if h.Passcode.KnownTo(r) {
		h.showBoard(w, r, status, fault)
		return
	}
	h.showJoin(w, r, status, fault)
}

// ShowJoin is the page to join on, for the lecturer as well.
func (h *Handlers) ShowJoin(w http.ResponseWriter, r *http.Request) {
	h.showJoin(w, r, http.StatusOK, "")
}

func (h *Handlers) showJoin(w http.ResponseWriter, r *http.Request, status int, fault string) {
	join := views.Join{Fault: fault, Secret: h.Passcode != nil, Lecturer: h.Passcode.KnownTo(r), Keep: h.Class.Keep}
	if now := h.Class.Current(); now != nil {
		join.Class, join.Person, join.Labs = now.Name, now.Of(reply.Seat(r)), h.Class.Labs.All
	}
	earlier, err := h.Class.Earlier(r.Context(), reply.Seat(r))
	if err != nil {
		h.ErrorPage(w, r, http.StatusServiceUnavailable, reply.ProblemOf(r.Context(), err).Detail)
		return
	}
	if earlier != nil {
		join.Earlier = earlier.Name
	}
	httpio.Page(w, r, status, views.JoinPage(h.Page(r, "Class", active), join))
}

func (h *Handlers) showBoard(w http.ResponseWriter, r *http.Request, status int, fault string) {
	kept, err := h.Class.All(r.Context())
	if err != nil {
		h.ErrorPage(w, r, http.StatusServiceUnavailable, reply.ProblemOf(r.Context(), err).Detail)
		return
	}
	board := views.Board{ByHelp: sortsByHelp(r), Fault: fault, Kept: kept, Class: h.Class.Current(), Labs: h.Class.Labs.All, Now: h.Class.Now(), Hidden: hidesNames(r)}
	if board.Class != nil {
		board.Rows = h.rows(r)
		board.Counts = h.Class.Count(board.Rows)
		board.Askable, board.Side = h.Class.Askable(), h.side(r)
		board.Join = h.joining(r)
	}
	httpio.Page(w, r, status, views.BoardPage(h.Page(r, "Class", active), board))
}

// The board's order and whether it hides names are in its address, so that both last when the page is loaded again.
func sortsByHelp(r *http.Request) bool { return r.URL.Query().Get("sort") == "help" }
func hidesNames(r *http.Request) bool  { return r.URL.Query().Get("names") == "hidden" }

func (h *Handlers) rows(r *http.Request) []class.Row {
	rows := h.Class.Board()
	if sortsByHelp(r) {
		class.SortByHelp(rows)
	}
	return rows
}

// joining is where people join, as they type it.
func (h *Handlers) joining(r *http.Request) views.Joining {
	address := edge.Base(r)
	if len(h.Addresses) > 0 {
		address = h.Addresses[0]
	}
	return views.Joining{Address: address, Others: h.Addresses, QR: qrOf(address + "/class")}
}

// side is what stands beside the board: the person that the lecturer looks at, and what the class was asked.
func (h *Handlers) side(r *http.Request) views.Side {
	now := h.Class.Current()
	side := views.Side{Class: now, Labs: h.Class.Labs.All}
	if q := now.Latest(); q != nil {
		side.Question, side.Bars, side.Tally = q, now.Bars(q), now.Tally(q)
	}
	if id := r.URL.Query().Get("person"); id != "" && now.ByID(id) != nil {
		if sight, err := h.Class.Look(r.Context(), id); err == nil {
			side.Sight = &sight
			side.Row, _ = h.Class.Row(id)
		}
	}
	return side
}

// Bar is what the pages of a seat say of its class.
func (h *Handlers) Bar(r *http.Request) layout.Class {
	now := h.Class.Current()
	p := now.Of(door.ClientOf(r.Context()).Seat)
	if p == nil {
		return layout.Class{}
	}
	bar := layout.Class{Name: now.Name, Person: p.Name, Paused: now.Steps.Paused, Until: now.Steps.Until, OpenTo: now.Steps.OpenTo}
	for _, offer := range now.Offers {
		if offer.Person == p.ID {
			bar.Offers = append(bar.Offers, offer.Trace)
		}
	}
	if q := now.Latest(); q != nil && (q.Open() || !q.Done.IsZero()) {
		bar.Asks, bar.Open, bar.Said, bar.Came = q.Asks, q.Open(), p.Answers[q.Number], h.Class.Outcome(q, p.ID).Answer()
		for _, a := range q.Answers {
			bar.Answers = append(bar.Answers, [2]string{a.Name, a.Says})
		}
	}
	return bar
}

// seatOf is the whole seat of a request, for joining with it.
func seatOf(r *http.Request) seat.Seat { return seat.From(r.Context()) }

// Guard shows a page of the lecturer's to the lecturer alone; everybody else is led to the page with the passcode.
func (h *Handlers) Guard(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !h.Passcode.KnownTo(r) {
			h.showJoin(w, r, http.StatusForbidden, "This page is the lecturer’s. Enter the passcode below.")
			return
		}
		next(w, r)
	}
}
