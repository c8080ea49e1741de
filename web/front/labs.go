package front

import (
	"net/http"

	"github.com/a-h/templ"

	"twodoors/views"
	"twodoors/web/front/experiments"
	"twodoors/web/front/reply"
	"twodoors/web/httpio"
	"twodoors/web/lab"
	"twodoors/web/seat"
	"twodoors/web/trace"
)

// besides is what the page of a lab has beside its tasks.
type besides struct {
	stage   func(views.LabPage) templ.Component // nil when there is nothing
	live    bool                                // the stage changes with what happens
	scripts []string
}

// labPages are what the pages of labs have, by the lab's name.
func labPages() map[string]besides {
	return map[string]besides{
		"servers":  {stage: views.LabServers, live: true},
		"store":    {stage: views.LabStore, live: true},
		"theft":    {stage: views.TheftStage, live: true, scripts: []string{"lab-theft.js"}},
		"expiry":   {stage: views.ExpiryStage, scripts: []string{"lab-expiry.js"}},
		"forgery":  {stage: views.ForgeryStage, scripts: []string{"lab-forgery.js"}},
		"storage":  {scripts: []string{"lab-storage.js"}},
		"exchange": {scripts: []string{"lab-exchange.js"}},
		"cost":     {stage: views.CostStage, live: true, scripts: []string{"lab-cost.js"}},
	}
}

// labRoutes adds the routes of the labs.
func (f *Front) labRoutes(mux *http.ServeMux) {
	for pattern, handler := range map[string]http.HandlerFunc{
		"GET /labs":                   f.labsPage,
		"POST /labs/seat":             f.seatForm,
		"POST /labs/over":             f.overForm,
		"GET /labs/{name}":            f.withLab(f.labPage),
		"POST /labs/{name}/begin":     f.withLab(f.labForm(f.beginLab)),
		"POST /labs/{name}/leave":     f.withLab(f.labForm(f.leaveLab)),
		"POST /labs/{name}/over":      f.withLab(f.labForm(f.forgetLab)),
		"GET /api/labs":               f.apiLabs,
		"POST /api/labs/over":         f.apiOver,
		"GET /api/labs/{name}":        f.withLab(f.apiLab),
		"POST /api/labs/{name}/begin": f.withLab(f.apiAct(f.beginLab)),
		"POST /api/labs/{name}/leave": f.withLab(f.apiAct(f.leaveLab)),
		"DELETE /api/labs/{name}":     f.withLab(f.apiAct(f.forgetLab)),
		"GET /api/labs/{name}/record": f.withLab(f.labRecord),
	} {
		mux.HandleFunc(pattern, handler)
	}
	for _, l := range f.Labs.All {
		if l.Routes == nil {
			continue
		}
		for pattern, handler := range l.Routes(f.Labs) {
			mux.HandleFunc(pattern, handler)
		}
	}
}

// withLab finds the lab that a path names.
func (f *Front) withLab(next func(http.ResponseWriter, *http.Request, *lab.Lab)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		trace.Aside(r.Context())
		if l := f.Labs.ByName(r.PathValue("name")); l != nil {
			next(w, r, l)
			return
		}
		detail := "There is no lab of that name. The labs page, /labs, lists them."
		if reply.IsAPI(r) {
			httpio.Refuse(w, httpio.Problem{Status: http.StatusNotFound, Detail: detail})
			return
		}
		f.errorPage(w, r, http.StatusNotFound, detail)
	}
}

// act is what somebody asks of a lab.
type act func(r *http.Request, l *lab.Lab, sure bool) error

// beginLab sets the lab up. What changes the site is for those who may.
func (f *Front) beginLab(r *http.Request, l *lab.Lab, sure bool) error {
	if l.Needs != "" && !f.Passcode.KnownTo(r) {
		return errNoPasscode
	}
	if err := lostSeat(r); err != nil {
		return err
	}
	return f.Labs.Begin(r.Context(), reply.Seat(r), l, sure)
}

var errNoPasscode = &httpio.Fault{Status: http.StatusForbidden, Detail: "This lab changes the site for everybody: only who knows the passcode may begin it. Enter it in the server room, at /servers."}

func (f *Front) leaveLab(r *http.Request, l *lab.Lab, _ bool) error {
	return f.Labs.Leave(r.Context(), reply.Seat(r), l)
}

func (f *Front) forgetLab(r *http.Request, l *lab.Lab, _ bool) error {
	return f.Labs.Forget(r.Context(), reply.Seat(r), l.Name)
}

// labForm does what a form of the lab's page asks for, and shows the page again.
func (f *Front) labForm(do act) func(http.ResponseWriter, *http.Request, *lab.Lab) {
	return func(w http.ResponseWriter, r *http.Request, l *lab.Lab) {
		err := httpio.ReadForm(r)
		if err == nil {
			err = do(r, l, r.PostForm.Get("sure") == "true")
		}
		if err != nil {
			problem := reply.ProblemOf(r.Context(), err)
			f.showLab(w, r, l, problem.Status, problem.Detail)
			return
		}
		httpio.See(w, "/labs/"+l.Name)
	}
}

// apiAct does what a request of the API asks for, and answers with the progress.
func (f *Front) apiAct(do act) func(http.ResponseWriter, *http.Request, *lab.Lab) {
	return func(w http.ResponseWriter, r *http.Request, l *lab.Lab) {
		var asked struct {
			Sure bool `json:"sure"`
		}
		if r.ContentLength != 0 {
			if err := httpio.ReadJSON(r, &asked); err != nil {
				reply.Refuse(w, r, err)
				return
			}
		}
		if err := do(r, l, asked.Sure); err != nil {
			reply.Refuse(w, r, err)
			return
		}
		f.apiLab(w, r, l)
	}
}

// labStatus is a lab as the API tells it.
type labStatus struct {
	Name     string        `json:"name"`
	Question string        `json:"question"`
	Tasks    int           `json:"tasks"`
	Progress *lab.Progress `json:"progress"` // null before it was begun
}

func (f *Front) apiLab(w http.ResponseWriter, r *http.Request, l *lab.Lab) {
	all, err := f.Labs.Progress(r.Context(), reply.Seat(r))
	if err != nil {
		reply.Refuse(w, r, err)
		return
	}
	httpio.WriteJSON(w, http.StatusOK, labStatus{l.Name, l.Question, len(l.Tasks), all[l.Name]})
}

func (f *Front) apiLabs(w http.ResponseWriter, r *http.Request) {
	all, err := f.Labs.Progress(r.Context(), reply.Seat(r))
	if err != nil {
		reply.Refuse(w, r, err)
		return
	}
	labs := []labStatus{}
	for _, l := range f.Labs.All {
		labs = append(labs, labStatus{l.Name, l.Question, len(l.Tasks), all[l.Name]})
	}
	httpio.WriteJSON(w, http.StatusOK, labs)
}

// labRecord answers with the signed record of a finished lab.
func (f *Front) labRecord(w http.ResponseWriter, r *http.Request, l *lab.Lab) {
	all, err := f.Labs.Progress(r.Context(), reply.Seat(r))
	if err != nil {
		reply.Refuse(w, r, err)
		return
	}
	p := all[l.Name]
	if p == nil || p.Finished.IsZero() {
		httpio.Refuse(w, httpio.Problem{Status: http.StatusConflict, Detail: "This lab is not finished. Do its tasks, then ask for the record again."})
		return
	}
	file, err := lab.NewRecord(f.Version, reply.Seat(r), l, p).Sign(f.Records)
	if err != nil {
		reply.Refuse(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Write(file)
}

// noteExperiment tells the labs of a seat that an experiment which it had started was
// run to its end.
func (f *Front) noteExperiment(s experiments.State) {
	proofs := s.Result.Proofs()
	if len(proofs) == 0 {
		return
	}
	f.Labs.Found(seat.Seat{Value: s.Seat}.Name(), lab.Seen{
		Trace: proofs[min(len(proofs), experiments.MaxProofs)-1].ID, Client: lab.Experiment,
		Method: "POST", Path: "/api/experiments/" + s.Name, Status: http.StatusOK, Outcome: trace.Allowed,
		Found: lab.ExperimentFinished.Found("title", s.Title),
	})
}
