package server

import (
	"net/http"

	"twodoors/web/door"
	"twodoors/web/httpio"
)

// changeRole gives an account another role.
func (s *Server) changeRole(w http.ResponseWriter, r *http.Request, visitor door.Visitor) {
	var asked struct {
		Username string `json:"username"`
		Role     string `json:"role"`
	}
	if err := httpio.ReadJSON(r, &asked); err != nil {
		failed(w, r, err)
		return
	}
	if err := s.Accounts.ChangeRole(r.Context(), visitor.Username, asked.Username, asked.Role); err != nil {
		failed(w, r, err)
		return
	}
	httpio.Empty(w, http.StatusNoContent)
}
