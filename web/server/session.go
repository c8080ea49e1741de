package server

import (
	"net/http"

	"twodoors/views/doors"
	"twodoors/web/door"
	"twodoors/web/httpio"
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
	err := httpio.ReadJSON(r, into)
	if err != nil {
		trace.Start(r.Context(), trace.PasswordCheck).Refuse(trace.BodyUnreadable)
	}
	return err
}

func (s *Server) sessionLogin(w http.ResponseWriter, r *http.Request) {
	var c credentials
	if err := readCredentials(r, &c); err != nil {
		failed(w, r, err)
		return
	}
	user, err := s.Accounts.Check(r.Context(), c.Username, c.Password)
	if err == nil {
		err = s.Session.Login(w, r, user)
	}
	if err != nil {
		failed(w, r, err)
		return
	}
	httpio.WriteJSON(w, http.StatusOK, account{user.Username, user.Role, s.Session.Notice(r)})
}

func (s *Server) sessionLogout(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Everywhere bool `json:"everywhere"`
	}
	if err := readOptional(r, &asked); err != nil {
		failed(w, r, err)
		return
	}
	if err := s.endSession(w, r, asked.Everywhere); err != nil {
		failed(w, r, err)
		return
	}
	httpio.Empty(w, http.StatusNoContent)
}

func (s *Server) endSession(w http.ResponseWriter, r *http.Request, everywhere bool) error {
	if everywhere {
		return s.Session.LogoutEverywhere(w, r)
	}
	return s.Session.Logout(w, r)
}

func (s *Server) sessionLoginPage(w http.ResponseWriter, r *http.Request) {
	httpio.Page(w, r, http.StatusOK, doors.SessionLogin(s.Page("Log in", "/"), s.form("", nil)))
}

func (s *Server) sessionLoginForm(w http.ResponseWriter, r *http.Request) {
	err := httpio.ReadForm(r)
	username := r.PostForm.Get("username")
	if err == nil {
		err = s.logInByForm(w, r, username)
	}
	if err != nil {
		refusal := asRefusal(r, err)
		retryAfter(w, refusal)
		httpio.Page(w, r, refusal.Status, doors.SessionLogin(s.Page("Log in", "/"), s.form(username, refusal)))
		return
	}
	place := "/session/account"
	if fromHome(r) {
		place += thenHome
	}
	httpio.See(w, place)
}

// thenHome ends the address of a page that shows its answer on the home page.
const thenHome = "?then=home"

// fromHome reports whether the home page led here and wants its visitor back.
func fromHome(r *http.Request) bool { return r.URL.Query().Get("then") == "home" }

func (s *Server) logInByForm(w http.ResponseWriter, r *http.Request, username string) error {
	user, err := s.Accounts.Check(r.Context(), username, r.PostForm.Get("password"))
	if err != nil {
		return err
	}
	return s.Session.Login(w, r, user)
}

func (s *Server) sessionLogoutForm(w http.ResponseWriter, r *http.Request) {
	err := httpio.ReadForm(r)
	if err == nil {
		err = s.endSession(w, r, r.PostForm.Get("everywhere") == "true")
	}
	if err != nil {
		s.askToLogIn(w, r, asRefusal(r, err))
		return
	}
	if fromHome(r) {
		httpio.See(w, "/")
		return
	}
	httpio.See(w, "/session/login")
}

func retryAfter(w http.ResponseWriter, refusal *door.Refusal) {
	if refusal.RetryAfter > 0 {
		w.Header().Set("Retry-After", httpio.Seconds(refusal.RetryAfter))
	}
}
