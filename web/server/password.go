package server

import (
	"net/http"

	"twodoors/web/door"
	"twodoors/web/httpio"
)

// eitherDoor lets through to a handler who has a role and brings what one of the
// doors gave: a token in the header Authorization, or else a session cookie.
func (s *Server) eitherDoor(role string, next visited) http.HandlerFunc {
	byToken, bySession := behind(s.Token, role, problem, next), behind(s.Session, role, problem, next)
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			byToken(w, r)
			return
		}
		bySession(w, r)
	}
}

// changePassword ends every session of the account and gives whoever came through
// the session door a new one. An access token stays good until it expires. What goes
// wrong after the change was kept does not undo it, and the answer says so.
func (s *Server) changePassword(w http.ResponseWriter, r *http.Request, visitor door.Visitor) {
	var asked struct {
		Old string `json:"old"`
		New string `json:"new"`
	}
	if err := httpio.ReadJSON(r, &asked); err != nil {
		failed(w, r, err)
		return
	}
	user, err := s.Accounts.ChangePassword(r.Context(), visitor.Username, asked.Old, asked.New)
	if err != nil {
		failed(w, r, err)
		return
	}
	if visitor.Door == door.Session {
		if err := s.Session.Login(w, r, user); err != nil {
			refusal := *asRefusal(r, err)
			refusal.Detail = "Your password was changed, but you are logged out because no new session could be created. Log in with the new password."
			problem(w, r, &refusal)
			return
		}
	}
	httpio.Empty(w, http.StatusNoContent)
}
