package front

import (
	"context"
	"net/http"
	"strings"

	"twodoors/data"
	"twodoors/web/edge"
	"twodoors/web/health"
	"twodoors/web/lab"
	"twodoors/web/room"
)

// Handler answers visitors: some requests by itself, those for a door by a
// server.
func (f *Front) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, route := range []struct {
		pattern string
		handler http.HandlerFunc
	}{
		{"/session/", f.forward},
		{"/token/", f.forward},
		{"/signup", f.forward},
		{"/api/session/", f.forward},
		{"/api/token/", f.forward},
		{"/api/signup", f.forward},
		{"/api/account/password", f.forward},
		{"/api/account/role", f.forward},
		{"/.well-known/jwks.json", f.forward},

		{"GET /servers", f.serverRoom},
		{"GET /servers/events", f.roomEvents},
		{"GET /servers/broken", f.brokenBar},
		{"POST /servers/passcode", f.passcodeForm},
		{"POST /servers/settings", f.controlling(f.byForm(settingsPanel, f.settingsForm))},
		{"POST /servers/keys", f.controlling(f.byForm(settingsPanel, f.keysForm))},
		{"POST /servers/add", f.controlling(f.byForm("/servers", f.addForm))},
		{"POST /servers/{n}/remove", f.controlling(f.byForm("/servers", f.remove))},
		{"GET /api/servers", f.apiServers},
		{"POST /api/servers/{n}/restart", f.order(room.Restart)},
		{"POST /api/servers/{n}/crash", f.order(room.Crash)},
		{"POST /api/servers/{n}/stop", f.order(room.Stop)},
		{"POST /api/servers/{n}/start", f.order(room.Start)},
		{"POST /api/servers", f.controlling(f.addServer)},
		{"DELETE /api/servers/{n}", f.controlling(f.removeServer)},
		{"POST /api/store/stop", f.controlling(f.stopRedis)},
		{"POST /api/store/start", f.controlling(f.startRedis)},
		{"PATCH /api/settings", f.controlling(f.changeSettings)},
		{"POST /api/keys/rotate", f.controlling(f.rotateKeys)},
		{"GET /api/experiments/{name}", f.showExperiment},
		{"POST /api/experiments/{name}", f.controlling(f.startExperiment)},

		{"GET /static/", f.Static.ServeHTTP},
		{"GET /healthz", health.Live},
		{"GET /readyz", f.readiness().ServeHTTP},
		{"/", edge.Miss(mux, f.errorPage)},
	} {
		mux.HandleFunc(route.pattern, route.handler)
	}
	f.inspector.Routes(mux)
	f.labRoutes(mux)
	return f.guarded(mux)
}

// guarded checks where changing requests come from, but for those that a server
// checks itself.
func (f *Front) guarded(mux *http.ServeMux) http.Handler {
	own := edge.SameOrigin(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := strings.TrimPrefix(r.URL.Path, "/api")
		if strings.HasPrefix(path, "/session/") || strings.HasPrefix(path, "/token/") || path == "/signup" || strings.HasPrefix(path, "/account/") ||
			path == lab.Arrival {
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
		health.Check{Name: "The fleet", Try: f.Stage.CanServe},
	)
}

func (f *Front) databaseInPlace(context.Context) (missing string, cause error) {
	err := f.Stage.InPlace()
	return data.KindOf(err).Sentence(), err
}
