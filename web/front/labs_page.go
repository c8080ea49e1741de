package front

import (
	"net/http"

	"twodoors/views"
	"twodoors/web/door"
	"twodoors/web/edge"
	"twodoors/web/front/reply"
	"twodoors/web/httpio"
	"twodoors/web/lab"
	"twodoors/web/seat"
	"twodoors/web/settings"
	"twodoors/web/trace"
)

// labsPage lists the labs and how far the seat has come.
func (f *Front) labsPage(w http.ResponseWriter, r *http.Request) {
	f.showLabs(w, r, http.StatusOK, "")
}

func (f *Front) showLabs(w http.ResponseWriter, r *http.Request, status int, fault string) {
	all, err := f.Labs.Progress(r.Context(), reply.Seat(r))
	if err != nil {
		f.errorPage(w, r, http.StatusServiceUnavailable, reply.ProblemOf(r.Context(), err).Detail)
		return
	}
	httpio.Page(w, r, status, views.Labs(f.page(r, "Labs", "/labs"), views.LabList{
		Labs: f.Labs.All, Progress: all, Code: seat.From(r.Context()).Code(), MayControl: f.Passcode.KnownTo(r), Fault: fault,
	}))
}

// labPage shows one lab.
func (f *Front) labPage(w http.ResponseWriter, r *http.Request, l *lab.Lab) {
	f.showLab(w, r, l, http.StatusOK, "")
}

func (f *Front) showLab(w http.ResponseWriter, r *http.Request, l *lab.Lab, status int, fault string) {
	all, err := f.Labs.Progress(r.Context(), reply.Seat(r))
	if err != nil {
		f.errorPage(w, r, http.StatusServiceUnavailable, reply.ProblemOf(r.Context(), err).Detail)
		return
	}
	page := views.LabPage{
		Lab: l, Progress: all[l.Name], Base: edge.Base(r), Seat: seat.From(r.Context()).Value,
		Variables: map[string]string{lab.Name: accountName(r)}, MayControl: f.Passcode.KnownTo(r),
		Others: f.Labs.Others(reply.Seat(r)), Fault: fault,
	}
	page.Try = func(name string) views.Tried {
		return views.Tried{Experiment: f.experiments.One(name, seatValue(r)), Result: f.experiments.Runner.State(name).Result}
	}
	shown := f.labPages[l.Name]
	page.Scripts, page.Live = shown.scripts, shown.live
	if shown.stage != nil {
		page.Stage = shown.stage(page)
	}
	httpio.Page(w, r, status, views.Lab(f.page(r, l.Title, "/labs"), page))
}

// accountName is an account that a seat may make for itself in a lab.
func accountName(r *http.Request) string { return "pat-" + lab.Handle(reply.Seat(r)) }

// seatForm takes the browser to the seat of a code.
func (f *Front) seatForm(w http.ResponseWriter, r *http.Request) {
	if err := httpio.ReadForm(r); err != nil {
		f.showLabs(w, r, http.StatusBadRequest, reply.ProblemOf(r.Context(), err).Detail)
		return
	}
	found, ok := f.Seats.ByCode(r.PostForm.Get("code"))
	if !ok {
		f.showLabs(w, r, http.StatusUnprocessableEntity, "This is not the code of a seat. Copy all 32 letters and digits from the page of the labs on the other machine.")
		return
	}
	http.SetCookie(w, seat.Cookie(found, door.ClientOf(r.Context()).Secure))
	httpio.See(w, "/labs")
}

// overForm starts over: the seat, or with the passcode the whole room.
func (f *Front) overForm(w http.ResponseWriter, r *http.Request) {
	err := httpio.ReadForm(r)
	if err == nil {
		err = f.startOver(r, r.PostForm.Get("what"))
	}
	if err != nil {
		problem := reply.ProblemOf(r.Context(), err)
		f.showLabs(w, r, problem.Status, problem.Detail)
		return
	}
	httpio.See(w, "/labs")
}

// apiOver answers POST /api/labs/over: {"what": "seat"} or {"what": "room"}.
func (f *Front) apiOver(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		What string `json:"what"`
	}
	err := httpio.ReadJSON(r, &asked)
	if err == nil {
		err = f.startOver(r, asked.What)
	}
	if err != nil {
		reply.Refuse(w, r, err)
		return
	}
	httpio.Empty(w, http.StatusNoContent)
}

func (f *Front) startOver(r *http.Request, what string) error {
	trace.Aside(r.Context())
	switch what {
	case "seat":
		f.Traces.Clear(seatValue(r))
		return f.Labs.Forget(r.Context(), reply.Seat(r), "")
	case "room":
		if !f.Passcode.KnownTo(r) {
			return errNoPasscode
		}
		f.Traces.ClearAll()
		if err := f.Labs.Forget(r.Context(), "", ""); err != nil {
			return err
		}
		return f.Stage.Change(reply.Seat(r), func(s *settings.Settings) error { *s = f.atStart; return nil })
	}
	return &httpio.Fault{Status: http.StatusUnprocessableEntity, Detail: "what must be seat or room."}
}
