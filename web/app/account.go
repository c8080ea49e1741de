package app

import (
	"net/http"

	"twodoors/views"
	"twodoors/web/door"
	"twodoors/web/response"
	"twodoors/web/trace"
)

// me tells visitors who they are. It is the protected page of both doors, and
// cannot tell through which of them somebody came but by what the door says.
func (a *App) me(w http.ResponseWriter, _ *http.Request, visitor door.Visitor) {
	response.JSON(w, http.StatusOK, struct {
		Door     string `json:"door"`
		Username string `json:"username"`
		Role     string `json:"role"`
		Server   int    `json:"server"`
		PID      int    `json:"pid"`
	}{visitor.Door, visitor.Username, visitor.Role, a.Identity.Server, a.Identity.PID})
}

func (a *App) sessionAccountPage(w http.ResponseWriter, r *http.Request, visitor door.Visitor) {
	t := trace.From(r.Context())
	response.Page(w, r, http.StatusOK, views.SessionAccount(a.Page("Your account", "/"), views.Account{
		Username: visitor.Username, Role: visitor.Role,
		Server: a.Identity.Server, PID: a.Identity.PID,
		CookieName: t.Credential.Name, CookieShown: t.Credential.Shown, CookieBytes: t.Credential.Bytes,
		TraceID: t.ID, StoreName: a.Session.Store.Where(),
	}))
}

func (a *App) tokenAccountPage(w http.ResponseWriter, r *http.Request) {
	response.Page(w, r, http.StatusOK, views.TokenAccount(a.Page("Your account", "/")))
}

// askToLogIn answers who came to a page of the session door and was refused.
func (a *App) askToLogIn(w http.ResponseWriter, r *http.Request, refusal *door.Refusal) {
	if refusal.Status == http.StatusUnauthorized {
		response.Page(w, r, refusal.Status, views.SessionLogin(a.Page("Log in", "/"), a.form("", refusal)))
		return
	}
	retryAfter(w, refusal)
	a.ErrorPage(w, r, refusal.Status, refusal.Detail)
}

// ErrorPage shows people a problem.
func (a *App) ErrorPage(w http.ResponseWriter, r *http.Request, status int, detail string) {
	title := http.StatusText(status)
	response.Page(w, r, status, views.Problem(a.Page(title, ""), status, title, detail, w.Header().Get("Trace-Id")))
}

func (a *App) form(username string, refusal *door.Refusal) views.Form {
	form := views.Form{Username: username, Server: a.Identity.Server, PID: a.Identity.PID}
	if refusal != nil {
		form.Fault = refusal.Detail
	}
	return form
}
