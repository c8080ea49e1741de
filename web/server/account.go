package server

import (
	"net/http"

	"twodoors/views/doors"
	"twodoors/views/layout"
	"twodoors/web/door"
	"twodoors/web/httpio"
	"twodoors/web/trace"
)

// me tells visitors who they are. It is the protected page of both doors, and
// cannot tell through which of them somebody came but by what the door says.
func (s *Server) me(w http.ResponseWriter, _ *http.Request, visitor door.Visitor) {
	httpio.WriteJSON(w, http.StatusOK, struct {
		Door     string `json:"door"`
		Username string `json:"username"`
		Role     string `json:"role"`
		Server   int    `json:"server"`
		PID      int    `json:"pid"`
	}{visitor.Door, visitor.Username, visitor.Role, s.Identity.Server, s.Identity.PID})
}

func (s *Server) sessionAccountPage(w http.ResponseWriter, r *http.Request, visitor door.Visitor) {
	t := trace.From(r.Context())
	leadHome(w, r)
	httpio.Page(w, r, http.StatusOK, doors.SessionAccount(s.Page("Your account", "/"), doors.Account{
		Username: visitor.Username, Role: visitor.Role,
		Server: s.Identity.Server, PID: s.Identity.PID,
		CookieName: t.Credential.Name, CookieShown: t.Credential.Shown, CookieBytes: t.Credential.Bytes,
		TraceID: t.ID, StoreName: s.Session.Store.Where(),
	}))
}

// leadHome has a browser without scripts go back to the home page, which shows the answer that it has
// just got.
func leadHome(w http.ResponseWriter, r *http.Request) {
	if fromHome(r) {
		w.Header().Set("Refresh", "0; url=/")
	}
}

func (s *Server) tokenAccountPage(w http.ResponseWriter, r *http.Request) {
	httpio.Page(w, r, http.StatusOK, doors.TokenAccount(s.Page("Your account", "/")))
}

// askToLogIn answers who came to a page of the session door and was refused.
func (s *Server) askToLogIn(w http.ResponseWriter, r *http.Request, refusal *door.Refusal) {
	if refusal.Status == http.StatusUnauthorized {
		leadHome(w, r)
		httpio.Page(w, r, refusal.Status, doors.SessionLogin(s.Page("Log in", "/"), s.form("", refusal)))
		return
	}
	retryAfter(w, refusal)
	s.ErrorPage(w, r, refusal.Status, refusal.Detail)
}

// ErrorPage shows people a problem.
func (s *Server) ErrorPage(w http.ResponseWriter, r *http.Request, status int, detail string) {
	title := http.StatusText(status)
	httpio.Page(w, r, status, layout.Problem(s.Page(title, ""), status, title, detail, w.Header().Get("Trace-Id")))
}

func (s *Server) form(username string, refusal *door.Refusal) doors.Form {
	form := doors.Form{Username: username, Server: s.Identity.Server, PID: s.Identity.PID}
	if refusal != nil {
		form.Fault = refusal.Detail
	}
	return form
}
