package app

import (
	"net/http"

	"twodoors/views"
	"twodoors/web/door"
	"twodoors/web/request"
	"twodoors/web/response"
	"twodoors/web/trace"
)

// credentials are what somebody logs in or signs up with.
type credentials struct {
	Username string `json:"username"`
	Password string `json:"password"`
}

// account is who logged in or signed up.
type account struct {
	Username string `json:"username"`
	Role     string `json:"role"`
	Notice   string `json:"notice,omitempty"` // what may go wrong next, and what to do then
}

// readCredentials reads a body that should hold a name and a password. One that
// does not is refused by the step that would have checked them.
func readCredentials(r *http.Request, into any) error {
	err := request.JSON(r, into)
	if err != nil {
		trace.Start(r.Context(), trace.PasswordCheck).Refuse(trace.BodyUnreadable)
	}
	return err
}

func (a *App) sessionLogin(w http.ResponseWriter, r *http.Request) {
	var c credentials
	if err := readCredentials(r, &c); err != nil {
		failed(w, r, err)
		return
	}
	user, err := a.Desk.Check(r.Context(), c.Username, c.Password)
	if err == nil {
		err = a.Session.Login(w, r, user)
	}
	if err != nil {
		failed(w, r, err)
		return
	}
	response.JSON(w, http.StatusOK, account{user.Username, user.Role, a.Session.Notice(r)})
}

func (a *App) sessionLogout(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Everywhere bool `json:"everywhere"`
	}
	if err := readOptional(r, &asked); err != nil {
		failed(w, r, err)
		return
	}
	if err := a.endSession(w, r, asked.Everywhere); err != nil {
		failed(w, r, err)
		return
	}
	response.Empty(w, http.StatusNoContent)
}

func (a *App) endSession(w http.ResponseWriter, r *http.Request, everywhere bool) error {
	if everywhere {
		return a.Session.LogoutEverywhere(w, r)
	}
	return a.Session.Logout(w, r)
}

func (a *App) sessionLoginPage(w http.ResponseWriter, r *http.Request) {
	response.Page(w, r, http.StatusOK, views.SessionLogin(a.Page("Log in", "/"), a.form("", nil)))
}

func (a *App) sessionLoginForm(w http.ResponseWriter, r *http.Request) {
	err := request.Form(r)
	username := r.PostForm.Get("username")
	if err == nil {
		err = a.logInByForm(w, r, username)
	}
	if err != nil {
		refusal := asRefusal(r, err)
		retryAfter(w, refusal)
		response.Page(w, r, refusal.Status, views.SessionLogin(a.Page("Log in", "/"), a.form(username, refusal)))
		return
	}
	response.See(w, "/session/account")
}

func (a *App) logInByForm(w http.ResponseWriter, r *http.Request, username string) error {
	user, err := a.Desk.Check(r.Context(), username, r.PostForm.Get("password"))
	if err != nil {
		return err
	}
	return a.Session.Login(w, r, user)
}

func (a *App) sessionLogoutForm(w http.ResponseWriter, r *http.Request) {
	err := request.Form(r)
	if err == nil {
		err = a.endSession(w, r, r.PostForm.Get("everywhere") == "true")
	}
	if err != nil {
		a.askToLogIn(w, r, asRefusal(r, err))
		return
	}
	response.See(w, "/session/login")
}

func retryAfter(w http.ResponseWriter, refusal *door.Refusal) {
	if refusal.RetryAfter > 0 {
		w.Header().Set("Retry-After", response.Seconds(refusal.RetryAfter))
	}
}
