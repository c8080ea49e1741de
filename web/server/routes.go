package server

import (
	"net/http"

	"twodoors/web/door"
	"twodoors/web/edge"
	"twodoors/web/health"
)

// Handler answers everything that a server answers.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	s.Routes(mux)
	mux.HandleFunc("/", edge.Miss(mux, s.ErrorPage))
	return mux
}

// Routes adds the server's routes to mux: what is asked for, who may, and who
// answers.
func (s *Server) Routes(mux *http.ServeMux) {
	everybody := func(h http.HandlerFunc) http.HandlerFunc { return h }
	session := func(role string, h visited) http.HandlerFunc { return behind(s.Session, role, problem, h) }
	token := func(role string, h visited) http.HandlerFunc { return behind(s.Token, role, problem, h) }
	sessionPage := func(h visited) http.HandlerFunc { return behind(s.Session, door.AnyRole, s.askToLogIn, h) }

	mux.Handle("GET /session/login", everybody(s.sessionLoginPage))
	mux.Handle("POST /session/login", everybody(s.sessionLoginForm))
	mux.Handle("GET /session/account", sessionPage(s.sessionAccountPage))
	mux.Handle("POST /session/logout", everybody(s.sessionLogoutForm))
	mux.Handle("GET /token/login", everybody(s.tokenLoginPage))
	mux.Handle("GET /token/account", everybody(s.tokenAccountPage))
	mux.Handle("GET /signup", everybody(s.signUpPage))
	mux.Handle("POST /signup", everybody(s.signUpForm))

	mux.Handle("POST /api/session/login", everybody(s.sessionLogin))
	mux.Handle("GET /api/session/me", session(door.AnyRole, s.me))
	mux.Handle("GET /api/session/admin", session(door.RoleAdmin, s.me))
	mux.Handle("POST /api/session/logout", everybody(s.sessionLogout))
	mux.Handle("POST /api/token/login", everybody(s.tokenLogin))
	mux.Handle("GET /api/token/me", token(door.AnyRole, s.me))
	mux.Handle("GET /api/token/admin", token(door.RoleAdmin, s.me))
	mux.Handle("POST /api/token/refresh", everybody(s.tokenRefresh))
	mux.Handle("POST /api/token/logout", everybody(s.tokenLogout))
	mux.Handle("GET /.well-known/jwks.json", everybody(s.jwks))
	mux.Handle("POST /api/signup", everybody(s.signUp))
	mux.Handle("POST /api/account/password", s.eitherDoor(door.AnyRole, s.changePassword))
	mux.Handle("POST /api/account/role", s.eitherDoor(door.RoleAdmin, s.changeRole))

	mux.Handle("GET /healthz", everybody(health.Live))
	mux.Handle("GET /readyz", s.Readiness())
}
