package front

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"twodoors/views"
	"twodoors/web/lab"
	"twodoors/web/request"
	"twodoors/web/response"
	"twodoors/web/seat"
	"twodoors/web/settings"
	"twodoors/web/trace"
)

// shown is a lab and what its page has beside the tasks. Adding a lab is adding a
// line here.
type shown struct {
	lab     *lab.Lab
	stage   func(views.LabPage) templ.Component // nil when there is nothing
	live    bool                                // the stage changes with what happens
	scripts []string
}

func allLabs() []shown {
	return []shown{
		{lab: lab.Restart()},
		{lab: lab.Servers(), stage: views.LabServers, live: true},
		{lab: lab.Store(), stage: views.LabStore, live: true},
		{lab: lab.Theft(), stage: views.TheftStage, live: true, scripts: []string{"lab-theft.js"}},
		{lab: lab.Expiry(), stage: views.ExpiryStage, scripts: []string{"lab-expiry.js"}},
		{lab: lab.Forgery(), stage: views.ForgeryStage, scripts: []string{"lab-forgery.js"}},
		{lab: lab.Storage(), scripts: []string{"lab-storage.js"}},
		{lab: lab.Roles()},
		{lab: lab.Exchange(), scripts: []string{"lab-exchange.js"}},
		{lab: lab.Cost(), stage: views.CostStage, live: true, scripts: []string{"lab-cost.js"}},
	}
}

// Labs are all labs that there are.
func Labs() (labs []*lab.Lab) {
	for _, s := range allLabs() {
		labs = append(labs, s.lab)
	}
	return labs
}

// Classroom is what the labs need of the front.
type Classroom struct {
	Labs    *lab.Labs
	Seats   *seat.Seats
	Key     ed25519.PrivateKey // signs records
	Version string             // of Two Doors, for records
	Address lab.Address        // where the labs' own clients reach the site

	shown map[string]shown
}

// openClassroom makes the labs ready.
func (f *Front) openClassroom(ctx context.Context) error {
	c := f.Classroom
	c.shown = map[string]shown{}
	for _, s := range allLabs() {
		c.shown[s.lab.Name] = s
		c.Labs.All = append(c.Labs.All, s.lab)
	}
	c.Labs.Host = f
	f.Fleet.Room.Changed = c.Labs.Changed
	f.Experiments.Ended = f.noteExperiment
	return c.Labs.Open(ctx)
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
	for _, s := range f.Classroom.shown {
		if s.lab.Routes == nil {
			continue
		}
		for pattern, handler := range s.lab.Routes(f) {
			mux.HandleFunc(pattern, handler)
		}
	}
}

// withLab finds the lab that a path names.
func (f *Front) withLab(next func(http.ResponseWriter, *http.Request, *lab.Lab)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		trace.Aside(r.Context())
		if l := f.Classroom.Labs.ByName(r.PathValue("name")); l != nil {
			next(w, r, l)
			return
		}
		detail := "There is no lab of that name. The labs page, /labs, lists them."
		if isAPI(r) {
			response.Refuse(w, response.Problem{Status: http.StatusNotFound, Detail: detail})
			return
		}
		f.errorPage(w, r, http.StatusNotFound, detail)
	}
}

// act is what somebody asks of a lab.
type act func(r *http.Request, l *lab.Lab, sure bool) error

// beginLab sets the lab up. What changes the site is for those who may.
func (f *Front) beginLab(r *http.Request, l *lab.Lab, sure bool) error {
	if l.Needs != "" && !f.Passcode.knownTo(r) {
		return errNoPasscode
	}
	if err := lostSeat(r); err != nil {
		return err
	}
	return f.Classroom.Labs.Begin(r.Context(), seatName(r), l, sure)
}

var errNoPasscode = &request.Fault{Status: http.StatusForbidden, Detail: "This lab changes the site for everybody: only who knows the passcode may begin it. Enter it in the server room, at /servers."}

func (f *Front) leaveLab(r *http.Request, l *lab.Lab, _ bool) error {
	return f.Classroom.Labs.Leave(r.Context(), seatName(r), l)
}

func (f *Front) forgetLab(r *http.Request, l *lab.Lab, _ bool) error {
	return f.Classroom.Labs.Forget(r.Context(), seatName(r), l.Name)
}

// labForm does what a form of the lab's page asks for, and shows the page again.
func (f *Front) labForm(do act) func(http.ResponseWriter, *http.Request, *lab.Lab) {
	return func(w http.ResponseWriter, r *http.Request, l *lab.Lab) {
		err := request.Form(r)
		if err == nil {
			err = do(r, l, r.PostForm.Get("sure") == "true")
		}
		if err != nil {
			fault := asFault(r.Context(), err)
			f.showLab(w, r, l, fault.Status, fault.Detail)
			return
		}
		response.See(w, "/labs/"+l.Name)
	}
}

// apiAct does what a request of the API asks for, and answers with the progress.
func (f *Front) apiAct(do act) func(http.ResponseWriter, *http.Request, *lab.Lab) {
	return func(w http.ResponseWriter, r *http.Request, l *lab.Lab) {
		var asked struct {
			Sure bool `json:"sure"`
		}
		if r.ContentLength != 0 {
			if err := request.JSON(r, &asked); err != nil {
				refuse(w, err)
				return
			}
		}
		if err := do(r, l, asked.Sure); err != nil {
			refuse(w, asFault(r.Context(), err))
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
	all, err := f.Classroom.Labs.Progress(r.Context(), seatName(r))
	if err != nil {
		refuse(w, asFault(r.Context(), err))
		return
	}
	response.JSON(w, http.StatusOK, labStatus{l.Name, l.Question, len(l.Tasks), all[l.Name]})
}

func (f *Front) apiLabs(w http.ResponseWriter, r *http.Request) {
	all, err := f.Classroom.Labs.Progress(r.Context(), seatName(r))
	if err != nil {
		refuse(w, asFault(r.Context(), err))
		return
	}
	labs := []labStatus{}
	for _, l := range f.Classroom.Labs.All {
		labs = append(labs, labStatus{l.Name, l.Question, len(l.Tasks), all[l.Name]})
	}
	response.JSON(w, http.StatusOK, labs)
}

// labRecord answers with the signed record of a finished lab.
func (f *Front) labRecord(w http.ResponseWriter, r *http.Request, l *lab.Lab) {
	all, err := f.Classroom.Labs.Progress(r.Context(), seatName(r))
	if err != nil {
		refuse(w, asFault(r.Context(), err))
		return
	}
	p := all[l.Name]
	if p == nil || p.Finished.IsZero() {
		response.Refuse(w, response.Problem{Status: http.StatusConflict, Detail: "This lab is not finished. Do its tasks, then ask for the record again."})
		return
	}
	file, err := lab.NewRecord(f.Classroom.Version, seatName(r), l, p).Sign(f.Classroom.Key)
	if err != nil {
		refuse(w, asFault(r.Context(), err))
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Write(file)
}

// Settings are what the site goes by, and whether its store is taken away.
func (f *Front) Settings() (settings.Settings, bool) {
	now := f.settings()
	return now, now.Store == settings.StoreRedis && f.Fleet.Store.status().State == "away"
}

// Choose makes the site go by changed settings, with all of its servers and its
// store running: a lab may have been left while it had stopped one.
func (f *Front) Choose(ctx context.Context, seat string, change func(*settings.Settings) error) error {
	if err := f.choose(seat, change); err != nil {
		return err
	}
	return f.startAll(ctx, seat)
}

func (f *Front) startAll(ctx context.Context, seat string) error {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	for _, s := range f.Fleet.all() {
		if err := s.ask(startAgain, seat)(ctx); err != nil && err != errRemoved {
			return fmt.Errorf("start server %d: %w", s.Number, err)
		}
	}
	if f.settings().Store == settings.StoreRedis && f.Fleet.Store.Outside == "" {
		return f.Fleet.Store.bring(ctx, seat)
	}
	return nil
}

// Others is how many other seats were at work within a while.
func (f *Front) Others(name string, within time.Duration) int {
	return f.Log.Others(name, f.Now().Add(-within))
}

// Seat is that of a request.
func (f *Front) Seat(r *http.Request) seat.Seat { return seat.From(r.Context()) }

// Address is where the labs' own clients reach this site.
func (f *Front) Address() lab.Address {
	return f.Classroom.Address
}

// Closed is closed when the site shuts down.
func (f *Front) Closed() <-chan struct{} { return f.Closing }

// noteExperiment tells the labs of a seat that an experiment which it had started was
// run to its end.
func (f *Front) noteExperiment(by string, s experimentState) {
	proofs := s.Result.Proofs()
	if len(proofs) == 0 {
		return
	}
	f.Classroom.Labs.Note(seat.Seat{Value: by}.Name(), lab.Seen{
		Trace: proofs[min(len(proofs), maxProofs)-1].ID, At: f.Now().UTC().Round(0), Client: lab.ExperimentName,
		Method: "POST", Path: "/api/experiments/" + s.Name, Status: http.StatusOK, Outcome: trace.Allowed,
		Found: lab.Found{Kind: lab.FoundFinished, Facts: map[string]string{"title": s.Title}}, Settings: f.Classroom.Labs.Circumstances(),
	})
}
