package session

import (
	"net/http"
	"strings"

	"twodoors/web/door"
)

// idLength is that of an id: 256 random bits in base64url.
const idLength = 43

// CookieName is what the cookie is called. Over HTTPS its prefix makes browsers
// insist on Secure, on Path=/ and on no Domain (RFC 6265bis section 4.1.3.2).
func CookieName(secure bool) string {
	if secure {
		return "__Host-session"
	}
	return "session"
}

// setCookie sends the id to the browser, and with an empty id takes it away.
func setCookie(w http.ResponseWriter, secure bool, id string) {
	cookie := &http.Cookie{
		Name: CookieName(secure), Value: id, Path: "/",
		HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
	}
	if id == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}

type cookieFault struct {
	saw     string
	refusal *door.Refusal
}

// presented returns the id that a request brings. Two cookies of that name are
// none: one of them came from somewhere else, and nobody can tell which.
func presented(r *http.Request) (string, *cookieFault) {
	name := CookieName(door.ArrivalOf(r.Context()).Secure)
	cookies := r.CookiesNamed(name)
	switch {
	case len(cookies) == 0:
		return "", &cookieFault{"no cookie " + name, errNoCookie}
	case len(cookies) > 1:
		return "", &cookieFault{"more than one cookie " + name, errNoSession}
	case !wellFormed(cookies[0].Value):
		return "", &cookieFault{"the cookie " + name + " is no id of ours", errNoSession}
	}
	return cookies[0].Value, nil
}

func wellFormed(id string) bool {
	return len(id) == idLength && strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}
