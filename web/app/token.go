package app

import (
	"net/http"
	"time"

	"twodoors/views"
	"twodoors/web/request"
	"twodoors/web/response"
)

// issued is the answer to a login at the token door (RFC 6749 section 5.1).
type issued struct {
	AccessToken string `json:"access_token,omitempty"` // left out when it comes in the header
	TokenType   string `json:"token_type"`
	ExpiresIn   int64  `json:"expires_in"` // seconds
}

func (a *App) tokenLogin(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Username string `json:"username"`
		Password string `json:"password"`
		Deliver  string `json:"deliver"` // "body", the default, or "header"
	}
	err := readCredentials(r, &asked)
	if err == nil && asked.Deliver != "" && asked.Deliver != "body" && asked.Deliver != "header" {
		err = &request.Fault{Status: http.StatusBadRequest, Detail: `The member "deliver" must be "body" or "header".`}
	}
	if err != nil {
		failed(w, r, err)
		return
	}
	user, err := a.Desk.Check(r.Context(), asked.Username, asked.Password)
	if err != nil {
		failed(w, r, err)
		return
	}
	token, err := a.Token.Login(r, user)
	if err != nil {
		failed(w, r, err)
		return
	}
	answer := issued{AccessToken: token.Token, TokenType: "Bearer", ExpiresIn: int64(token.Lifetime / time.Second)}
	if asked.Deliver == "header" {
		w.Header().Set("Authorization", "Bearer "+token.Token)
		answer.AccessToken = ""
	}
	response.JSON(w, http.StatusOK, answer)
}

func (a *App) tokenLogout(w http.ResponseWriter, r *http.Request) {
	a.Token.Logout(r)
	response.Empty(w, http.StatusNoContent)
}

func (a *App) tokenLoginPage(w http.ResponseWriter, r *http.Request) {
	response.Page(w, r, http.StatusOK, views.TokenLogin(a.Page("Log in", "/")))
}
