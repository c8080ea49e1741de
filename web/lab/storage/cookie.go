package storage

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"

	"twodoors/web/httpio"
	"twodoors/web/lab"
	"twodoors/web/seat"
)

// practiceName is a cookie that opens nothing and whose attributes can be chosen.
const practiceName = "practice"

// practice is the value of a seat's practice cookie with a certain SameSite. Nobody can make it up: a request that
// carries it got it here.
func (st *storage) practice(s seat.Seat, sameSite string) string {
	mac := hmac.New(sha256.New, st.secret[:])
	mac.Write([]byte(sameSite + " " + s.Name()))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// kindOf tells the SameSite of the seat's practice cookie that begins like this, "" when none does or the beginning is
// too short.
func (st *storage) kindOf(s seat.Seat, value string) string {
	for _, kind := range []string{"none", "lax", "strict"} {
		if len(value) >= 6 && strings.HasPrefix(st.practice(s, kind), value) {
			return kind
		}
	}
	return ""
}

// flags are the attributes of the practice cookie.
type flags struct {
	HTTPOnly bool   `json:"http_only"`
	SameSite string `json:"same_site"`
}

// cookie answers POST /api/labs/storage/cookie with a practice cookie. Browsers take
// SameSite=None only with Secure, and take Secure from this machine without HTTPS.
func (st *storage) cookie(w http.ResponseWriter, r *http.Request) {
	v := st.visit(r)
	var asked flags
	if err := httpio.ReadJSON(r, &asked); err != nil {
		lab.Refuse(w, err)
		return
	}
	same, ok := map[string]http.SameSite{"none": http.SameSiteNoneMode, "lax": http.SameSiteLaxMode, "strict": http.SameSiteStrictMode}[asked.SameSite]
	if !ok {
		httpio.Refuse(w, httpio.Problem{Status: http.StatusUnprocessableEntity, Detail: "same_site must be none, lax or strict."})
		return
	}
	http.SetCookie(w, &http.Cookie{Name: practiceName, Value: st.practice(v.seat, asked.SameSite), Path: "/labs/storage", MaxAge: 3600,
		HttpOnly: asked.HTTPOnly, SameSite: same, Secure: same == http.SameSiteNoneMode || strings.HasPrefix(v.base, "https:")})
	v.cookie.Store(&asked.SameSite)
	reach := "scripts"
	if asked.HTTPOnly {
		reach = "http_only"
	}
	found := setCookie.Found("reach", reach, "same_site", asked.SameSite)
	st.note(r, v, found)
	httpio.WriteJSON(w, http.StatusOK, struct {
		flags
		Says string `json:"says"`
	}{asked, found.Said})
}
