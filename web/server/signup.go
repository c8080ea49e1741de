package server

import (
	"net/http"

	"twodoors/views/doors"
	"twodoors/web/httpio"
)

func (s *Server) signUp(w http.ResponseWriter, r *http.Request) {
	var c credentials
	if err := readCredentials(r, &c); err != nil {
		failed(w, r, err)
		return
	}
	user, err := s.Accounts.SignUp(r.Context(), c.Username, c.Password)
	if err != nil {
		failed(w, r, err)
		return
	}
	httpio.WriteJSON(w, http.StatusCreated, account{Username: user.Username, Role: user.Role})
}

func (s *Server) signUpPage(w http.ResponseWriter, r *http.Request) {
	httpio.Page(w, r, http.StatusOK, doors.SignUp(s.Page("Sign up", "/"), s.form("", nil)))
}

func (s *Server) signUpForm(w http.ResponseWriter, r *http.Request) {
	err := httpio.ReadForm(r)
	username := r.PostForm.Get("username")
	if err == nil {
		_, err = s.Accounts.SignUp(r.Context(), username, r.PostForm.Get("password"))
	}
	if err != nil {
		refusal := asRefusal(r, err)
		retryAfter(w, refusal)
		httpio.Page(w, r, refusal.Status, doors.SignUp(s.Page("Sign up", "/"), s.form(username, refusal)))
		return
	}
	httpio.See(w, "/session/login")
}
