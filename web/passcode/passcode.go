// Package passcode is who may change a site that others can reach: those who know its
// passcode. It is about the site's own buttons, and opens no door.
package passcode

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"net/http"
	"time"

	"twodoors/data"
	"twodoors/web/door"
	"twodoors/web/httpio"
	"twodoors/web/limit"
)

// cookieName remembers that somebody entered the passcode. It opens the server
// room's buttons and no door.
const cookieName = "passcode"

// MinLength is how many characters a passcode has at least.
const MinLength = 8

// rate is how often a wrong passcode may be tried from one address.
// Each seat has a count of its own there too, so that one that guesses does not keep the next one out. Seats
// are free to make, so the address has a count as well. Whoever entered the passcode before is not counted at all.
var (
	rate        = limit.Rate{Burst: 10, Every: 5 * time.Second}
	addressRate = limit.Rate{Burst: 30, Every: 5 * time.Second}
)

// maxAddresses bounds the memory that tries under way take.
const maxAddresses = 10_000

// Passcode is who may press the server room's buttons where others can reach the
// site: those who know it.
type Passcode struct {
	key   []byte
	mark  string        // what the cookie of those who know it holds
	tries *limit.Shared // by network, and by seat there
	now   func() time.Time
}

// New returns a passcode. Whoever has entered it is known as long as both the key, which must be secret, and the code are
// the same, also after a restart. Wrong ones count in a table.
func New(code string, key []byte, table limit.Table, now func() time.Time) *Passcode {
	p := &Passcode{key: key, tries: limit.NewShared(table, maxAddresses), now: now}
	p.mark = p.markOf(code)
	return p
}

// Make returns one that nobody guesses, easy to read aloud.
func Make() string { return rand.Text()[:4] + "-" + rand.Text()[:4] }

// markOf is what the cookie would hold if a code were the passcode. Of marks, unlike of
// codes, a comparison does not even tell the length.
func (p *Passcode) markOf(code string) string {
	mac := hmac.New(sha256.New, p.key)
	mac.Write([]byte(code))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func (p *Passcode) isMark(mark string) bool { return hmac.Equal([]byte(mark), []byte(p.mark)) }

// KnownTo reports whether the sender of a request has entered the passcode. Where
// there is none, everybody at this machine may.
func (p *Passcode) KnownTo(r *http.Request) bool {
	if p == nil {
		return true
	}
	for _, cookie := range r.CookiesNamed(door.ClientOf(r.Context()).SiteCookieName(cookieName)) {
		if p.isMark(cookie.Value) {
			return true
		}
	}
	return false
}

// Enter checks a passcode that somebody typed, and remembers them. Each counts while it is looked at, so that guesses
// sent at the same instant all count; then only a wrong one does. One that comes too late is refused, right or wrong.
func (p *Passcode) Enter(w http.ResponseWriter, r *http.Request, code string) error {
	from := door.ClientOf(r.Context())
	if p == nil {
		return &httpio.Fault{Status: http.StatusConflict, Detail: "There is no passcode: only this machine can reach this site."}
	}
	right, wait, err := p.try(r.Context(), from, code)
	switch {
	case err != nil:
		slog.ErrorContext(r.Context(), "passcode not checked", "error", err)
		w.Header().Set("Retry-After", httpio.Seconds(time.Second))
		detail := "The tries of the passcode cannot be counted right now. " + cmp.Or(data.KindOf(err).Sentence(), "Try again in a moment.")
		return &httpio.Fault{Status: http.StatusServiceUnavailable, Detail: detail}
	case wait > 0:
		slog.WarnContext(r.Context(), "passcode throttled", "address", from.Address)
		w.Header().Set("Retry-After", httpio.Seconds(wait))
		return &httpio.Fault{Status: http.StatusTooManyRequests, Detail: "Too many wrong passcodes from your address. Wait a minute and try again."}
	case !right:
		slog.InfoContext(r.Context(), "passcode refused", "address", from.Address)
		return &httpio.Fault{Status: http.StatusForbidden, Detail: "Wrong passcode. The terminal in which Two Doors was started shows it."}
	}
	slog.InfoContext(r.Context(), "passcode entered", "address", from.Address)
	http.SetCookie(w, &http.Cookie{
		Name: from.SiteCookieName(cookieName), Value: p.mark, Path: "/",
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: from.Secure,
	})
	return nil
}

// try says whether a code is the passcode, or how long to wait before the next try.
func (p *Passcode) try(ctx context.Context, from door.Client, code string) (right bool, wait time.Duration, err error) {
	charged := map[limit.Key]limit.Rate{
		limit.KeyOf("passcode of a seat", from.Network(), from.Seat): rate, limit.KeyOf("passcode", from.Network()): addressRate,
	}
	try, wait, err := p.tries.Begin(ctx, charged, p.now())
	if err != nil || wait > 0 {
		return false, wait, err
	}
	right = p.isMark(p.markOf(code))
	wait, err = try.End(ctx, right, p.now())
	return right, wait, err
}

// Guard lets only those to a handler who know the passcode.
func (p *Passcode) Guard(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if p.KnownTo(r) {
			next(w, r)
			return
		}
		httpio.Refuse(w, httpio.Problem{Status: http.StatusForbidden, Detail: "This needs the passcode. Enter it in the server room, /servers."})
	}
}
