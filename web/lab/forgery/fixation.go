package forgery

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"

	"twodoors/web/door"
	"twodoors/web/httpio"
	"twodoors/web/lab"
	"twodoors/web/seat"
	"twodoors/web/trace"
)

// maxFixed is how long a chosen ID may be.
const maxFixed = 128

// fixed answers POST /api/labs/forgery/fixed: the attacker who planted a session ID in the visitor's browser presents
// it at the session door.
func (f *forger) fixed(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	var asked struct {
		ID string `json:"id"`
	}
	if err := httpio.ReadJSON(r, &asked); err != nil {
		lab.Refuse(w, err)
		return
	}
	raw, err := base64.RawURLEncoding.DecodeString(asked.ID) // which passes over the ends of lines
	if err != nil || len(raw) == 0 || len(asked.ID) > maxFixed || strings.ContainsAny(asked.ID, "\r\n") {
		httpio.Refuse(w, httpio.Problem{Status: http.StatusUnprocessableEntity, Detail: "id must be the session ID that you planted, in base64url."})
		return
	}
	attacker := f.labs.Client(lab.Thief, seat.From(r.Context()))
	defer attacker.Close()
	from := door.ClientOf(r.Context())
	shown, name := cookie(from, asked.ID), from.CookieName(lab.StickyCookie)
	if sticky, err := r.Cookie(name); err == nil { // to the server that the visitor logged in at
		shown.Set("Cookie", shown.Get("Cookie")+"; "+name+"="+sticky.Value)
	}
	status, _ := attacker.Do(r.Context(), http.MethodGet, "/api/session/me", shown, nil)
	httpio.WriteJSON(w, http.StatusOK, struct {
		Status int    `json:"status"`
		Says   string `json:"says"`
	}{status, attackerSays(status)})
}

// attackerSays tells what the session door answered to the planted ID.
func attackerSays(status int) string {
	switch status {
	case http.StatusOK:
		return "The attacker presented the planted ID and is logged in as you."
	case 0:
		return "The session door did not answer the attacker."
	}
	return fmt.Sprintf("The attacker presented the planted ID, and the session door refused it: %d.", status)
}
