// Package seat tells which requests belong together: those of one browser or
// terminal taking part. A seat lets nobody in; it is the notebook that the
// inspector keeps for you.
//
// A seat is a random secret with a mark of this site's on it, so one that
// somebody thought up is no seat, and one of ours is known again after every
// restart without being kept anywhere.
package seat

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
)

// CookieName and HeaderName are where a request brings its seat: a browser in
// the cookie, a terminal in the header.
const (
	CookieName = "seat"
	HeaderName = "Seat"
)

const (
	randomBytes = 16
	markBytes   = 16
	valueLength = 43 // both in base64url
)

// Seat is the place of one browser or terminal.
type Seat struct {
	Value string // the secret; empty for the request of nobody
	New   bool   // made for this request, not brought by it
}

// Name is a name for the seat that does not reveal its secret.
func (s Seat) Name() string {
	sum := sha256.Sum256([]byte(s.Value))
	return hex.EncodeToString(sum[:8])
}

// Seats knows this site's seats from all others.
type Seats struct{ key []byte }

// New returns the seats marked with a key, which must be secret and lasting.
func New(key []byte) *Seats { return &Seats{key} }

// Find returns the seat that a request brings, or a new one.
func (s *Seats) Find(r *http.Request) Seat {
	if value := r.Header.Get(HeaderName); value != "" && s.valid(value) {
		return Seat{Value: value}
	}
	for _, cookie := range r.CookiesNamed(CookieName) {
		if s.valid(cookie.Value) {
			return Seat{Value: cookie.Value}
		}
	}
	return s.fresh()
}

// Cookie is what tells a browser its new seat.
func Cookie(s Seat, secure bool) *http.Cookie {
	return &http.Cookie{
		Name: CookieName, Value: s.Value, Path: "/", MaxAge: 180 * 24 * 60 * 60,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: secure,
	}
}

func (s *Seats) fresh() Seat {
	value := make([]byte, randomBytes, randomBytes+markBytes)
	rand.Read(value)
	return Seat{Value: base64.RawURLEncoding.EncodeToString(append(value, s.mark(value)...)), New: true}
}

func (s *Seats) valid(value string) bool {
	if len(value) != valueLength {
		return false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(value)
	return err == nil && hmac.Equal(raw[randomBytes:], s.mark(raw[:randomBytes]))
}

func (s *Seats) mark(random []byte) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write(random)
	return mac.Sum(nil)[:markBytes]
}

type contextKey struct{}

// With returns a context that carries the seat.
func With(ctx context.Context, s Seat) context.Context {
	return context.WithValue(ctx, contextKey{}, s)
}

// From returns the seat of a request.
func From(ctx context.Context) Seat {
	s, _ := ctx.Value(contextKey{}).(Seat)
	return s
}
