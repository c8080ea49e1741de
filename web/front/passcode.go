package front

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"twodoors/web/door"
	"twodoors/web/request"
	"twodoors/web/response"
)

// passcodeCookie remembers that somebody entered the passcode. It opens the server
// room's buttons and no door.
const passcodeCookie = "passcode"

// How often a wrong passcode may be tried from one address.
const (
	passcodeBurst = 10
	passcodeEvery = 5 * time.Second
	maxAddresses  = 10_000
)

// Passcode is who may press the server room's buttons where others can reach the
// site: those who know it.
type Passcode struct {
	code string
	mark string // what the cookie of those who know it holds

	mu    sync.Mutex
	tries map[string]*rate.Limiter // by address
}

// NewPasscode returns a passcode that is good until the process ends.
func NewPasscode(code string) *Passcode {
	key := make([]byte, sha256.Size)
	rand.Read(key)
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(code))
	return &Passcode{code: code, mark: base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), tries: map[string]*rate.Limiter{}}
}

// MakePasscode returns one that nobody guesses, easy to read aloud.
func MakePasscode() string { return rand.Text()[:4] + "-" + rand.Text()[:4] }

// knownTo reports whether the sender of a request has entered the passcode. Where
// there is none, everybody at this machine may.
func (p *Passcode) knownTo(r *http.Request) bool {
	if p == nil {
		return true
	}
	for _, cookie := range r.CookiesNamed(passcodeCookie) {
		if subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(p.mark)) == 1 {
			return true
		}
	}
	return false
}

// enter checks a passcode that somebody typed, and remembers them.
func (p *Passcode) enter(w http.ResponseWriter, r *http.Request, code string) error {
	from := door.ArrivalOf(r.Context())
	if p == nil {
		return &request.Fault{Status: http.StatusConflict, Detail: "There is no passcode: this site listens on this machine alone."}
	}
	if !p.try(from.Address) {
		slog.WarnContext(r.Context(), "passcode throttled", "address", from.Address)
		w.Header().Set("Retry-After", response.Seconds(passcodeEvery))
		return &request.Fault{Status: http.StatusTooManyRequests, Detail: "There were too many wrong passcodes from your address. Wait a minute and try again."}
	}
	if subtle.ConstantTimeCompare([]byte(code), []byte(p.code)) != 1 {
		slog.InfoContext(r.Context(), "passcode refused", "address", from.Address)
		return &request.Fault{Status: http.StatusForbidden, Detail: "This is not the passcode. The terminal that Two Doors was started in shows it."}
	}
	slog.InfoContext(r.Context(), "passcode entered", "address", from.Address)
	http.SetCookie(w, &http.Cookie{Name: passcodeCookie, Value: p.mark, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: from.Secure})
	return nil
}

// try counts an attempt, and reports whether there may be one.
func (p *Passcode) try(address string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.tries) >= maxAddresses {
		clear(p.tries)
	}
	limiter := p.tries[address]
	if limiter == nil {
		limiter = rate.NewLimiter(rate.Every(passcodeEvery), passcodeBurst)
		p.tries[address] = limiter
	}
	return limiter.Allow()
}

// passcodeForm answers the room's form for the passcode.
func (f *Front) passcodeForm(w http.ResponseWriter, r *http.Request) {
	f.answerForm(w, r, settingsPanel, func() error { return f.Passcode.enter(w, r, r.PostForm.Get("passcode")) })
}
