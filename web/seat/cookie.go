package seat

import (
	"net/http"
	"net/url"
	"strings"
)

// CookieName is what the cookie is called. Over HTTPS its prefix makes browsers insist
// on Secure, on Path=/ and on no Domain (RFC 6265bis section 4.1.3.2). So the site of
// the same name on plain HTTP, which cannot replace a cookie that is Secure, has a
// cookie apart.
func CookieName(secure bool) string {
	if secure {
		return "__Host-seat"
	}
	return "seat"
}

// Cookie is what tells a browser its new seat.
func Cookie(s Seat, secure bool) *http.Cookie {
	return &http.Cookie{
		Name: CookieName(secure), Value: s.Value, Path: "/", MaxAge: 180 * 24 * 60 * 60,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: secure,
	}
}

// Loss is why a request did not bring the seat that its sender should have.
type Loss int

// Why a seat is not brought.
const (
	NotLost  Loss = iota
	Withheld      // a page of ours sent the request, so the browser had a cookie from us and did not send it
	Twice         // there are several cookies of its name, of which none counts
)

func lost(r *http.Request, cookies int) Loss {
	switch {
	case cookies > 1:
		return Twice
	case cookies == 0 && fromOurPage(r):
		return Withheld
	}
	return NotLost // a newcomer, or somebody with the seat of a site that was here before
}

// fromOurPage reports whether one of our own pages made a browser send a request. On
// plain HTTP browsers do not say so in Sec-Fetch-Site, but name the page.
func fromOurPage(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" {
		return site == "same-origin"
	}
	for _, name := range []string{"Origin", "Referer"} {
		if page, err := url.Parse(r.Header.Get(name)); err == nil && page.Host != "" {
			return strings.EqualFold(page.Host, r.Host)
		}
	}
	return false
}
