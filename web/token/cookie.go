package token

import (
	"net/http"
	"time"

	"twodoors/web/door"
)

// CookiePath is where the cookie with the refresh token goes, and nowhere else.
const CookiePath = "/api/token"

// CookieName is what the cookie with the refresh token is called. Over HTTPS its
// prefix makes browsers insist on Secure (RFC 6265bis section 4.1.3.1). Outside the stage
// it carries the room.
func CookieName(from door.Client) string {
	name := from.InRoom("refresh")
	if from.Secure {
		return "__Secure-" + name
	}
	return name
}

// SetCookie leaves a refresh token where no script can read it. An empty one takes
// it away.
func SetCookie(w http.ResponseWriter, r *http.Request, text string, lifetime time.Duration) {
	from := door.ClientOf(r.Context())
	cookie := &http.Cookie{
		Name: CookieName(from), Value: text, Path: CookiePath, MaxAge: int(lifetime / time.Second),
		HttpOnly: true, Secure: from.Secure, SameSite: http.SameSiteStrictMode,
	}
	if text == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}

// Sent is a refresh token that a request brought.
type Sent struct {
	Text     string // empty when none came, or more than one
	Name     string // of the cookie, or "refresh_token" when it was in the body
	InCookie bool
	Conflict *door.Refusal // why there is no text though cookies came
}

// SentWith returns the refresh token of a request: the one in its body, or else
// the one in its cookie. Two cookies are none, as nobody can tell whose they are.
func SentWith(r *http.Request, body string) Sent {
	name := CookieName(door.ClientOf(r.Context()))
	if body != "" {
		return Sent{Text: body, Name: "refresh_token"}
	}
	switch cookies := r.CookiesNamed(name); len(cookies) {
	case 0:
		return Sent{Name: name, InCookie: true}
	case 1:
		return Sent{Text: cookies[0].Value, Name: name, InCookie: true}
	}
	return Sent{Name: name, InCookie: true, Conflict: door.TwoCookies(r, name)}
}

// DropStrays tells the browser to delete refresh cookies that others on this host set.
func (d *Door) DropStrays(w http.ResponseWriter, r *http.Request) {
	name := CookieName(door.ClientOf(r.Context()))
	if door.Strays(r, name, wellFormed) {
		door.DropStrays(w, r, name, CookiePath)
	}
}

func wellFormed(text string) bool {
	raw, err := base64url.DecodeString(text)
	return err == nil && len(raw) == refreshBytes
}
