package front

import (
	"context"
	"net/http"
	"strings"

	"twodoors/data"
	"twodoors/web/edge"
	"twodoors/web/health"
	"twodoors/web/room"
)

// routes are what a front answers, and who may ask for it.
func (f *Front) routes() http.Handler {
	mux := http.NewServeMux()
	servers, experiments, labs, control := f.serverRoom, f.experiments, f.labs, f.control
	class, lecturer, lecturerPage := f.classroom, f.Passcode.Guard, f.classroom.Guard
	for pattern, handler := range map[string]http.HandlerFunc{
		"/session/":             f.forward,
		"/token/":               f.forward,
		"/signup":               f.forward,
		"/api/session/":         f.forward,
		"/api/token/":           f.forward,
		"/api/signup":           f.forward,
		"/api/account/password": f.forward,
		"/api/account/role":     f.forward,
		jwksPath:                f.stageKeys,

		"GET /servers":                  servers.Show,
		"GET /servers/settings":         servers.ShowSettings,
		"GET /servers/survive":          servers.ShowSurvive,
		"GET /servers/balance":          servers.ShowBalance,
		"GET /servers/visitors/{id}":    servers.ShowVisit,
		"GET /servers/events":           servers.Events,
		"GET /bars":                     servers.Bars,
		"POST /servers/passcode":        servers.PasscodeForm,
		"POST /servers/settings":        control(servers.ChangeForm),
		"POST /servers/switch":          control(servers.SwitchForm),
		"POST /servers/keys":            control(servers.RotateForm),
		"POST /servers/add":             control(servers.AddForm),
		"POST /servers/{n}/remove":      control(servers.RemoveForm),
		"GET /api/servers":              servers.Status,
		"POST /api/servers":             control(servers.Add),
		"DELETE /api/servers/{n}":       control(servers.Remove),
		"POST /api/servers/{n}/restart": control(servers.Order(room.Restart)),
		"POST /api/servers/{n}/crash":   control(servers.Order(room.Crash)),
		"POST /api/servers/{n}/stop":    control(servers.Order(room.Stop)),
		"POST /api/servers/{n}/start":   control(servers.Order(room.Start)),
		"POST /api/store/stop":          control(servers.StopRedis),
		"POST /api/store/start":         control(servers.StartRedis),
		"PATCH /api/settings":           control(servers.Change),
		"POST /api/keys/rotate":         control(servers.Rotate),
		"GET /api/visitors":             servers.Visits,
		"PUT /api/visitors":             control(servers.SetVisitors),
		"GET /api/experiments/{name}":   experiments.Show,
		"POST /api/experiments/{name}":  experiments.Start,

		"POST /rooms/open":         servers.OpenForm,
		"POST /rooms/leave":        servers.LeaveForm,
		"POST /api/rooms":          servers.OpenRoom,
		"GET /api/rooms":           f.Passcode.Guard(servers.Rooms),
		"GET /api/rooms/mine":      servers.MyRoom,
		"DELETE /api/rooms/mine":   servers.LeaveRoom,
		"GET /r/{room}" + jwksPath: f.keysOf,

		"GET /labs":                   labs.List,
		"POST /labs/seat":             labs.SeatForm,
		"POST /labs/over":             labs.OverForm,
		"GET /labs/{name}":            labs.With(labs.Show),
		"POST /labs/{name}/act":       labs.With(labs.Press),
		"POST /labs/{name}/begin":     labs.With(labs.Form(labs.Begin)),
		"POST /labs/{name}/leave":     labs.With(labs.Form(labs.Leave)),
		"POST /labs/{name}/over":      labs.With(labs.Form(labs.Forget)),
		"GET /api/labs":               labs.All,
		"POST /api/labs/over":         labs.Over,
		"GET /api/labs/{name}":        labs.With(labs.One),
		"POST /api/labs/{name}/begin": labs.With(labs.Do(labs.Begin)),
		"POST /api/labs/{name}/leave": labs.With(labs.Do(labs.Leave)),
		"DELETE /api/labs/{name}":     labs.With(labs.Do(labs.Forget)),
		"GET /api/labs/{name}/record": labs.With(labs.Record),

		"GET /class":                       class.Show,
		"GET /class/join":                  class.ShowJoin,
		"GET /class/events":                lecturer(class.PageEvents),
		"GET /class/people/{id}":           lecturerPage(class.ShowPerson),
		"GET /wall":                        lecturerPage(class.ShowWall),
		"POST /class/passcode":             class.PasscodeForm,
		"POST /class/join":                 class.JoinForm,
		"POST /class/leave":                class.LeaveForm,
		"POST /class/rejoin":               class.RejoinForm,
		"POST /class/answer":               class.AnswerForm,
		"POST /class/offer":                class.OfferForm,
		"POST /class/open":                 lecturerPage(class.Open().Form),
		"POST /class/close":                lecturerPage(class.Close().Form),
		"POST /class/steps":                lecturerPage(class.Steps().Form),
		"POST /class/question":             lecturerPage(class.Ask().Form),
		"POST /class/everywhere":           lecturerPage(class.DoEverywhere().Form),
		"POST /class/wall":                 lecturerPage(class.Wall().Form),
		"POST /class/people/{id}/remove":   lecturerPage(class.RemoveForm),
		"POST /class/people/{id}/word":     lecturerPage(class.LetInForm),
		"POST /class/{id}/delete":          lecturerPage(class.DeleteForm),
		"GET /api/class":                   lecturer(class.Get),
		"GET /api/class/events":            lecturer(class.Events),
		"GET /api/class/all":               lecturer(class.All),
		"GET /api/class.csv":               lecturer(class.CSV),
		"GET /api/class/grades.csv":        lecturer(class.Grades),
		"GET /api/class/results":           lecturer(class.Results),
		"GET /api/class/records":           lecturer(class.Records),
		"GET /api/class/people/{id}":       lecturer(class.Person),
		"DELETE /api/class/people/{id}":    lecturer(class.Remove),
		"POST /api/class/people/{id}/word": lecturer(class.LetIn),
		"POST /api/class/open":             lecturer(class.Open().API),
		"POST /api/class/close":            lecturer(class.Close().API),
		"POST /api/class/steps":            lecturer(class.Steps().API),
		"POST /api/class/question":         lecturer(class.Ask().API),
		"POST /api/class/everywhere":       lecturer(class.DoEverywhere().API),
		"POST /api/class/wall":             lecturer(class.Wall().API),
		"DELETE /api/class/{id}":           lecturer(class.DeleteClass),
		"POST /api/class/join":             class.Join,
		"DELETE /api/class/join":           class.Leave,
		"POST /api/class/rejoin":           class.Rejoin,
		"POST /api/class/answer":           class.Answer,
		"POST /api/class/offer":            class.Offer,
		"POST /labs/{name}/predict":        labs.With(labs.PredictForm),
		"POST /api/labs/{name}/predict":    labs.With(labs.Predict),
		"POST /api/labs/{name}/hint":       labs.With(labs.OpenHint),

		"GET /api/turns": f.turns.Show,

		"GET /static/": f.Static.ServeHTTP,
		"GET /healthz": health.Live,
		"GET /readyz":  f.readiness().ServeHTTP,
		"/":            edge.Miss(mux, f.errorPage),
	} {
		mux.HandleFunc(pattern, handler)
	}
	f.inspector.Routes(mux)
	for pattern, handler := range f.Labs.Routes() {
		mux.HandleFunc(pattern, handler)
	}
	return inItsRoom(f.enter(f.turns.Before(f.together(f.guarded(mux)))))
}

// guarded checks where changing requests come from, but for those that a server
// checks itself.
func (f *Front) guarded(mux *http.ServeMux) http.Handler {
	own := edge.SameOrigin(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := strings.TrimPrefix(r.URL.Path, "/api")
		if strings.HasPrefix(path, "/session/") || strings.HasPrefix(path, "/token/") || path == "/signup" || strings.HasPrefix(path, "/account/") ||
			f.Labs.ChecksOrigin(path) {
			mux.ServeHTTP(w, r)
			return
		}
		own.ServeHTTP(w, r)
	})
}

// readiness is what the front needs: the database in its place, and one server that is ready.
func (f *Front) readiness() *health.Readiness {
	return health.NewReadiness(
		health.Open(f.Closing),
		health.Check{Name: "The database", Try: f.databaseInPlace},
		health.Check{Name: "The fleet", Try: f.Rooms.Stage.CanServe},
	)
}

func (f *Front) databaseInPlace(context.Context) (missing string, cause error) {
	err := f.Rooms.Stage.InPlace()
	return data.KindOf(err).Sentence(), err
}
