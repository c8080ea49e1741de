package servers

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"twodoors/web/door"
	"twodoors/web/httpio"
	"twodoors/web/lab"
	"twodoors/web/trace"
)

// copyLifetime is how many seconds a copy is kept.
const copyLifetime = 600

// copyCookie holds it.
const copyCookie = "copy"

// These handlers do what anybody at the browser can do by hand: write a cookie down and put it back. The copy is a
// cookie too and never leaves the visitor's browser.

// copySession stores the session cookie of the request under another name, which opens nothing.
func copySession(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	from := door.ClientOf(r.Context())
	if cookies := r.CookiesNamed(from.CookieName(lab.SessionCookie)); len(cookies) == 1 && isID(cookies[0].Value) {
		kept := cookie(from, copyCookie, cookies[0].Value)
		kept.MaxAge, kept.SameSite = copyLifetime, http.SameSiteStrictMode
		http.SetCookie(w, kept)
		httpio.WriteJSON(w, http.StatusOK, map[string]string{
			"copy": trace.ShowID(kept.Value), "says": "The session ID " + trace.ShowID(kept.Value) + " is copied into another cookie.",
		})
		return
	}
	httpio.Refuse(w, httpio.Problem{Status: http.StatusConflict, Detail: "This request carries no session cookie to copy. Log in at the session door first."})
}

// restoreSession makes the copy the session cookie again.
func restoreSession(w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	from := door.ClientOf(r.Context())
	if cookies := r.CookiesNamed(from.CookieName(copyCookie)); len(cookies) == 1 && isID(cookies[0].Value) {
		http.SetCookie(w, cookie(from, lab.SessionCookie, cookies[0].Value))
		over := cookie(from, copyCookie, "")
		over.MaxAge = -1
		http.SetCookie(w, over)
		httpio.WriteJSON(w, http.StatusOK, map[string]string{
			"session": trace.ShowID(cookies[0].Value), "says": "Copied cookie restored.",
		})
		return
	}
	httpio.Refuse(w, httpio.Problem{Status: http.StatusConflict, Detail: "There is no copied cookie: a copy is kept for ten minutes and can be restored once. Log in and copy the cookie again."})
}

// switchServer puts the next server into the sticky cookie, as the front does when a server does not answer.
func switchServer(labs *lab.Labs, w http.ResponseWriter, r *http.Request) {
	trace.Aside(r.Context())
	before, from := 0, door.ClientOf(r.Context())
	if c, err := r.Cookie(from.CookieName(lab.StickyCookie)); err == nil {
		before, _ = strconv.Atoi(c.Value)
	}
	next := max(before, 0)%labs.Rooms.Of(from.Seat).Settings().Servers + 1
	http.SetCookie(w, cookie(from, lab.StickyCookie, strconv.Itoa(next)))
	httpio.WriteJSON(w, http.StatusOK, struct {
		Server int    `json:"server"`
		Says   string `json:"says"`
	}{next, fmt.Sprintf("Next server: %d.", next)})
}

// isID reports whether a text could be a session ID.
func isID(s string) bool {
	return len(s) == 43 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}

// cookie is one as the session door and the front send it.
func cookie(to door.Client, name, value string) *http.Cookie {
	return &http.Cookie{Name: to.CookieName(name), Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: to.Secure}
}
