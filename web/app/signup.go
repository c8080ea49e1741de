package app

import (
	"net/http"

	"twodoors/views"
	"twodoors/web/request"
	"twodoors/web/response"
)

func (a *App) signUp(w http.ResponseWriter, r *http.Request) {
	var c credentials
	if err := readCredentials(r, &c); err != nil {
		failed(w, r, err)
		return
	}
	user, err := a.Desk.SignUp(r.Context(), c.Username, c.Password)
	if err != nil {
		failed(w, r, err)
		return
	}
	response.JSON(w, http.StatusCreated, account{Username: user.Username, Role: user.Role})
}

func (a *App) signUpPage(w http.ResponseWriter, r *http.Request) {
	response.Page(w, r, http.StatusOK, views.SignUp(a.Page("Make an account", "/"), a.form("", nil)))
}

func (a *App) signUpForm(w http.ResponseWriter, r *http.Request) {
	err := request.Form(r)
	username := r.PostForm.Get("username")
	if err == nil {
		_, err = a.Desk.SignUp(r.Context(), username, r.PostForm.Get("password"))
	}
	if err != nil {
		refusal := asRefusal(r, err)
		retryAfter(w, refusal)
		response.Page(w, r, refusal.Status, views.SignUp(a.Page("Make an account", "/"), a.form(username, refusal)))
		return
	}
	response.See(w, "/session/login")
}
