package app

import (
	"net/http"

	"twodoors/web/door"
	"twodoors/web/request"
	"twodoors/web/response"
)

// changeRole gives an account another role.
func (a *App) changeRole(w http.ResponseWriter, r *http.Request, visitor door.Visitor) {
	var asked struct {
		Username string `json:"username"`
		Role     string `json:"role"`
	}
	if err := request.JSON(r, &asked); err != nil {
		failed(w, r, err)
		return
	}
	if err := a.Desk.ChangeRole(r.Context(), visitor.Username, asked.Username, asked.Role); err != nil {
		failed(w, r, err)
		return
	}
	response.Empty(w, http.StatusNoContent)
}
