package front

import (
	"net/http"
	"strings"

	"twodoors/web/edge"
	"twodoors/web/health"
	"twodoors/web/lab"
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

		{"GET /servers", f.room},
		{"GET /servers/events", f.roomEvents},
		{"GET /servers/broken", f.brokenBar},
		{"POST /servers/passcode", f.passcodeForm},
		{"POST /servers/settings", f.settingsForm},
		{"POST /servers/keys", f.keysForm},
		{"POST /servers/add", f.addForm},
		{"POST /servers/{n}/remove", f.removeForm},
		{"GET /api/servers", f.apiServers},
		{"POST /api/servers/{n}/restart", f.control(restart)},
		{"POST /api/servers/{n}/crash", f.control(crash)},

		{"POST /api/servers/{n}/stop", f.control(stop)},
		{"POST /api/servers/{n}/start", f.control(startAgain)},
		{"POST /api/servers", f.addServer},
		{"DELETE /api/servers/{n}", f.removeServer},
		{"POST /api/store/stop", f.controlStore(false)},
		{"POST /api/store/start", f.controlStore(true)},
		{"PATCH /api/settings", f.changeSettings},
		{"POST /api/keys/rotate", f.rotateKeys},
		{"GET /api/experiments/{name}", f.showExperiment},
		{"POST /api/experiments/{name}", f.startExperiment},

		{"GET /static/", f.Static.ServeHTTP},
		{"GET /healthz", health.Live},
		{"GET /readyz", f.readiness().ServeHTTP},
		{"/", edge.Miss(mux, f.errorPage)},
	} {
		mux.HandleFunc(route.pattern, route.handler)
	}
	f.Inspector.Routes(mux)
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

func isAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }
