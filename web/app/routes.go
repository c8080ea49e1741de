package app

import (
	"net/http"

	"twodoors/web/door"
	"twodoors/web/edge"
)

// Handler answers everything that a server answers. The second column of the
// table says who may: everybody, or who comes through a door, with a role.
func (a *App) Handler() http.Handler {
	mux := http.NewServeMux()
	a.Routes(mux)
	mux.HandleFunc("/", edge.Miss(mux, a.ErrorPage))
	return mux
}

// Routes adds the server's routes to mux.
func (a *App) Routes(mux *http.ServeMux) {
	everybody := func(h http.HandlerFunc) http.HandlerFunc { return h }
	session := func(role string) func(http.HandlerFunc) http.HandlerFunc {
		return func(h http.HandlerFunc) http.HandlerFunc { return behind(a.Session, role, problem, h) }
	}
	token := func(role string) func(http.HandlerFunc) http.HandlerFunc {
		return func(h http.HandlerFunc) http.HandlerFunc { return behind(a.Token, role, problem, h) }
	}
	sessionPage := func(h http.HandlerFunc) http.HandlerFunc {
		return behind(a.Session, door.AnyRole, a.askToLogIn, h)
	}

	for _, route := range []struct {
		pattern string
		who     func(http.HandlerFunc) http.HandlerFunc
		handler http.HandlerFunc
	}{
		{"GET /session/login", everybody, a.sessionLoginPage},
		{"POST /session/login", everybody, a.sessionLoginForm},
		{"GET /session/account", sessionPage, a.sessionAccountPage},
		{"POST /session/logout", everybody, a.sessionLogoutForm},
		{"GET /token/login", everybody, a.tokenLoginPage},
		{"GET /token/account", everybody, a.tokenAccountPage},
		{"GET /signup", everybody, a.signUpPage},
		{"POST /signup", everybody, a.signUpForm},

		{"POST /api/session/login", everybody, a.sessionLogin},
		{"GET /api/session/me", session(door.AnyRole), a.me},
		{"GET /api/session/admin", session(door.RoleAdmin), a.me},
		{"POST /api/session/logout", everybody, a.sessionLogout},
		{"POST /api/token/login", everybody, a.tokenLogin},
		{"GET /api/token/me", token(door.AnyRole), a.me},
		{"GET /api/token/admin", token(door.RoleAdmin), a.me},
		{"POST /api/token/refresh", everybody, a.tokenRefresh},
		{"POST /api/token/logout", everybody, a.tokenLogout},
		{"GET /.well-known/jwks.json", everybody, a.jwks},
		{"POST /api/signup", everybody, a.signUp},
		{"POST /api/account/password", a.eitherDoor(door.AnyRole), a.changePassword},
		{"POST /api/account/role", a.eitherDoor(door.RoleAdmin), a.changeRole},

		{"GET /healthz", everybody, a.healthz},
		{"GET /readyz", everybody, a.readyz},
	} {
		mux.Handle(route.pattern, route.who(route.handler))
	}
}
