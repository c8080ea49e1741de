package app

import (
	"net/http"

	"twodoors/web/door"
	"twodoors/web/edge"
	"twodoors/web/health"
)

// Handler answers everything that a server answers.
func (a *App) Handler() http.Handler {
	mux := http.NewServeMux()
	a.Routes(mux)
	mux.HandleFunc("/", edge.Miss(mux, a.ErrorPage))
	return mux
}

// Routes adds the server's routes to mux: what is asked for, who may, and who
// answers.
func (a *App) Routes(mux *http.ServeMux) {
	everybody := func(h http.HandlerFunc) http.HandlerFunc { return h }
	session := func(role string, h visited) http.HandlerFunc { return behind(a.Session, role, problem, h) }
	token := func(role string, h visited) http.HandlerFunc { return behind(a.Token, role, problem, h) }
	sessionPage := func(h visited) http.HandlerFunc { return behind(a.Session, door.AnyRole, a.askToLogIn, h) }

	mux.Handle("GET /session/login", everybody(a.sessionLoginPage))
	mux.Handle("POST /session/login", everybody(a.sessionLoginForm))
	mux.Handle("GET /session/account", sessionPage(a.sessionAccountPage))
	mux.Handle("POST /session/logout", everybody(a.sessionLogoutForm))
	mux.Handle("GET /token/login", everybody(a.tokenLoginPage))
	mux.Handle("GET /token/account", everybody(a.tokenAccountPage))
	mux.Handle("GET /signup", everybody(a.signUpPage))
	mux.Handle("POST /signup", everybody(a.signUpForm))

	mux.Handle("POST /api/session/login", everybody(a.sessionLogin))
	mux.Handle("GET /api/session/me", session(door.AnyRole, a.me))
	mux.Handle("GET /api/session/admin", session(door.RoleAdmin, a.me))
	mux.Handle("POST /api/session/logout", everybody(a.sessionLogout))
	mux.Handle("POST /api/token/login", everybody(a.tokenLogin))
	mux.Handle("GET /api/token/me", token(door.AnyRole, a.me))
	mux.Handle("GET /api/token/admin", token(door.RoleAdmin, a.me))
	mux.Handle("POST /api/token/refresh", everybody(a.tokenRefresh))
	mux.Handle("POST /api/token/logout", everybody(a.tokenLogout))
	mux.Handle("GET /.well-known/jwks.json", everybody(a.jwks))
	mux.Handle("POST /api/signup", everybody(a.signUp))
	mux.Handle("POST /api/account/password", a.eitherDoor(door.AnyRole, a.changePassword))
	mux.Handle("POST /api/account/role", a.eitherDoor(door.RoleAdmin, a.changeRole))

	mux.Handle("GET /healthz", everybody(health.Live))
	mux.Handle("GET /readyz", a.readiness())
}
