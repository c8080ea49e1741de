package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"time"

	"twodoors/views/doors"
	"twodoors/web/httpio"
	"twodoors/web/token"
	"twodoors/web/trace"
)

// tokenAnswer is the answer to a login or a refresh at the token door (RFC 6749 section
// 5.1).
type tokenAnswer struct {
	AccessToken string `json:"access_token,omitempty"` // left out when it comes in the header
	TokenType   string `json:"token_type"`
	ExpiresIn   int64  `json:"expires_in"` // seconds

	RefreshToken     string `json:"refresh_token,omitempty"`     // left out when it comes in a cookie
	RefreshExpiresIn int64  `json:"refresh_expires_in,omitzero"` // seconds, left out when none was issued
}

// delivery is how a client wants what it is issued.
type delivery struct {
	Deliver   string `json:"deliver"`    // the access token in the "body", the default, or in a "header"
	RefreshIn string `json:"refresh_in"` // the refresh token in a "cookie", the default, or in the "body"
}

func (d delivery) fault() error {
	switch {
	case d.Deliver != "" && d.Deliver != "body" && d.Deliver != "header":
		return &httpio.Fault{Status: http.StatusBadRequest, Detail: `The member "deliver" must be "body" or "header".`}
	case d.RefreshIn != "" && d.RefreshIn != "cookie" && d.RefreshIn != "body":
		return &httpio.Fault{Status: http.StatusBadRequest, Detail: `The member "refresh_in" must be "cookie" or "body".`}
	}
	return nil
}

func (s *Server) tokenLogin(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		credentials `json:",inline"`
		delivery    `json:",inline"`
	}
	err := readCredentials(r, &asked)
	if err == nil {
		err = asked.delivery.fault()
	}
	if err != nil {
		failed(w, r, err)
		return
	}
	user, err := s.Accounts.Check(r.Context(), asked.Username, asked.Password)
	if err != nil {
		failed(w, r, err)
		return
	}
	issued, err := s.Token.Login(r, user)
	if err != nil {
		failed(w, r, err)
		return
	}
	s.Token.DropStrays(w, r)
	deliver(w, r, issued, asked.delivery)
}

// deliver hands out what was issued as it was asked for.
func deliver(w http.ResponseWriter, r *http.Request, issued token.Issued, how delivery) {
	answer := tokenAnswer{AccessToken: issued.Token, TokenType: "Bearer", ExpiresIn: int64(issued.Lifetime / time.Second),
		RefreshExpiresIn: int64(issued.RefreshLifetime / time.Second)}
	if how.Deliver == "header" {
		w.Header().Set("Authorization", "Bearer "+issued.Token)
		answer.AccessToken = ""
	}
	switch {
	case issued.Refresh == "":
	case how.RefreshIn == "body":
		answer.RefreshToken = issued.Refresh
	default:
		token.SetCookie(w, r, issued.Refresh, issued.RefreshLifetime)
	}
	httpio.WriteJSON(w, http.StatusOK, answer)
}

// refreshing is what a client sends to refresh or to log out; a browser's refresh
// token comes in its cookie instead.
type refreshing struct {
	RefreshToken string `json:"refresh_token"`
}

// readOptional reads a body that may be left out.
func readOptional(r *http.Request, into any) error {
	if r.ContentLength == 0 {
		return nil
	}
	return httpio.ReadJSON(r, into)
}

// tokenRefresh gives the next refresh token where the one before came from.
func (s *Server) tokenRefresh(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		refreshing `json:",inline"`
		Deliver    string `json:"deliver"`
	}
	err := readOptional(r, &asked)
	how := delivery{Deliver: asked.Deliver}
	if err == nil {
		err = how.fault()
	}
	if err != nil {
		trace.Start(r.Context(), trace.RefreshFind).Refuse(trace.BodyUnreadable)
		failed(w, r, err)
		return
	}
	sent := token.SentWith(r, asked.RefreshToken)
	if !sent.InCookie {
		how.RefreshIn = "body"
	}
	issued, err := s.Token.Refresh(r, sent)
	if err != nil {
		s.Token.DropStrays(w, r)
		failed(w, r, err)
		return
	}
	deliver(w, r, issued, how)
}

func (s *Server) tokenLogout(w http.ResponseWriter, r *http.Request) {
	var asked refreshing
	if err := readOptional(r, &asked); err != nil {
		failed(w, r, err)
		return
	}
	if err := s.Token.Logout(r, token.SentWith(r, asked.RefreshToken)); err != nil {
		refuseWith(s.Token, problem, w, r, err)
		return
	}
	token.SetCookie(w, r, "", 0)
	httpio.Empty(w, http.StatusNoContent)
}

// jwks publishes the public keys (RFC 7517 section 5), to the pages of other sites,
// too: nothing in them depends on who asks. Whoever keeps the answer asks again after
// a minute: a key that was retired is then gone there as well.
func (s *Server) jwks(w http.ResponseWriter, r *http.Request) {
	text, err := json.Marshal(s.Token.Rules().Keys.Public())
	if err != nil {
		failed(w, r, err)
		return
	}
	hash := sha256.Sum256(text)
	w.Header().Set("Content-Type", "application/jwk-set+json")
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	w.Header().Set("Cache-Control", "public, max-age=60")
	w.Header().Set("ETag", `"`+hex.EncodeToString(hash[:16])+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(text))
}

func (s *Server) tokenLoginPage(w http.ResponseWriter, r *http.Request) {
	httpio.Page(w, r, http.StatusOK, doors.TokenLogin(s.Page("Log in", "/")))
}
