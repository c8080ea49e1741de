package session

import (
	"net/http"
	"strings"

	"twodoors/web/door"
	"twodoors/web/trace"
)

// idLength is that of an id: 256 random bits in base64url.
const idLength = 43

// cookieName is what the cookie of a request is called.
func cookieName(r *http.Request) string { return door.ClientOf(r.Context()).CookieName("session") }

// setCookie sends the id to the browser, and with an empty id takes it away.
func setCookie(w http.ResponseWriter, r *http.Request, id string) {
	cookie := &http.Cookie{
		Name: cookieName(r), Value: id, Path: "/",
		HttpOnly: true, Secure: door.ClientOf(r.Context()).Secure, SameSite: http.SameSiteLaxMode,
	}
	if id == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}

type cookieFault struct {
	why     trace.Why
	refusal *door.Refusal
}

// presented returns the id that a request brings. Two cookies of that name are
// none: one of them came from somewhere else, and nobody can tell which.
func presented(r *http.Request) (string, *cookieFault) {
	name := cookieName(r)
	cookies := r.CookiesNamed(name)
	switch {
	case len(cookies) == 0:
		return "", &cookieFault{trace.CookieMissing, errNoCookie}
	case len(cookies) > 1:
		return "", &cookieFault{trace.CookieTwice, door.TwoCookies(r, name)}
	case !wellFormed(cookies[0].Value):
		return "", &cookieFault{trace.CookieMalformed, errStray}
	}
	return cookies[0].Value, nil
}

// maxPresented is how many ids a request can end: each costs the store a change.
const maxPresented = 4

// eachPresented returns the ids that a request brings, to end them all. Ours, whose path
// is the shortest, is among the last (RFC 6265bis section 5.8.3).
func eachPresented(r *http.Request) (ids []string) {
	for _, cookie := range r.CookiesNamed(cookieName(r)) {
		if wellFormed(cookie.Value) {
			ids = append(ids, cookie.Value)
		}
	}
	return ids[max(0, len(ids)-maxPresented):]
}

// DropStrays tells the browser to delete session cookies that others on this host set.
func (d *Door) DropStrays(w http.ResponseWriter, r *http.Request) {
	name := cookieName(r)
	if door.Strays(r, name, wellFormed) {
		door.DropStrays(w, r, name, "/")
	}
}

// Notice tells somebody who logs in of a stray session cookie; it is empty when there
// is none.
func (d *Door) Notice(r *http.Request) string {
	name := cookieName(r)
	if !door.Strays(r, name, wellFormed) {
		return ""
	}
	return door.StrayNotice(r, name)
}

func wellFormed(id string) bool {
	return len(id) == idLength && strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}
