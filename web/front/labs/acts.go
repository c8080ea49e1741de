package labs

import (
	"cmp"
	"net/http"

	"twodoors/views/labs"
	"twodoors/web/door"
	"twodoors/web/front/reply"
	"twodoors/web/httpio"
	"twodoors/web/inspector"
	"twodoors/web/lab"
	"twodoors/web/trace"
)

// With finds the lab that a path names.
func (h *Handlers) With(next func(http.ResponseWriter, *http.Request, *lab.Lab)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		trace.Aside(r.Context())
		if l := h.Labs.ByName(r.PathValue("name")); l != nil {
			next(w, r, l)
			return
		}
		detail := "There is no lab with that name. The labs page, /labs, lists them."
		if reply.IsAPI(r) {
			httpio.Refuse(w, httpio.Problem{Status: http.StatusNotFound, Detail: detail})
			return
		}
		h.ErrorPage(w, r, http.StatusNotFound, detail)
	}
}

// Act is what somebody asks of a lab.
type Act func(r *http.Request, l *lab.Lab) error

// Begin opens a room for the lab.
func (h *Handlers) Begin(r *http.Request, l *lab.Lab) error {
	if err := cmp.Or(inspector.NeedSeat(r, "A lab"), h.MayBegin(reply.Seat(r), l)); err != nil {
		return err
	}
	return h.Labs.Begin(r.Context(), reply.Seat(r), door.ClientOf(r.Context()).Network(), l)
}

// Leave ends the lab's room, also half-way.
func (h *Handlers) Leave(r *http.Request, l *lab.Lab) error {
	return h.Labs.Leave(r.Context(), reply.Seat(r), l)
}

// Forget starts a lab over.
func (h *Handlers) Forget(r *http.Request, l *lab.Lab) error {
	return h.Labs.Forget(r.Context(), reply.Seat(r), l.Name)
}

// Form does what a form of the lab's page asks for, and shows the page again, at the task that comes next.
func (h *Handlers) Form(do Act) func(http.ResponseWriter, *http.Request, *lab.Lab) {
	return func(w http.ResponseWriter, r *http.Request, l *lab.Lab) {
		err := httpio.ReadForm(r)
		if err == nil {
			err = do(r, l)
		}
		if err != nil {
			h.showFault(w, r, l, err)
			return
		}
		httpio.See(w, "/labs/"+l.Name+h.nextTask(r, l))
	}
}

// nextTask is the fragment of the next task on a lab's page, empty while the lab is not under way.
func (h *Handlers) nextTask(r *http.Request, l *lab.Lab) string {
	all, err := h.Labs.Progress(r.Context(), reply.Seat(r))
	if p := all[l.Name]; err == nil && p.Running() {
		return "#" + labs.TitleID(p.Done())
	}
	return ""
}
