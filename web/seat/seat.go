// Package seat tells which requests belong together: those of one browser or
// terminal taking part. A seat lets nobody in; it is the notebook that the
// inspector keeps for you.
//
// A seat is a random secret with a mark of this site's on it, so one that
// somebody thought up is no seat, and one of ours is known again after every
// restart without being kept anywhere.
package seat

import (
	"bytes"
	"context"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"hash"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// HeaderName is where a terminal's request brings its seat. A browser's has a cookie.
const HeaderName = "Seat"

const (
	randomBytes = 16
	markBytes   = 16
	valueLength = 43 // both in base64url
	nameFrom    = 22 // the first character that is of the mark alone
)

var encoding = base64.RawURLEncoding.Strict()

// Seat is the place of one browser or terminal.
type Seat struct {
	Value string // the secret; empty for the request of nobody
	New   bool   // made for this request, not brought by it
	Lost  Loss   // why it was not brought, when it should have been
}

// Name is a name for the seat that does not reveal its secret: the end of its
// mark, from which nobody can tell the random part.
func (s Seat) Name() string { return s.Value[nameFrom:] }

// Seats knows this site's seats from all others.
type Seats struct {
	marks  sync.Pool // of hash.Hash, as preparing one takes as long as using it
	sealer cipher.AEAD
}

// New returns the seats marked with a key, which must be secret and lasting.
func New(key []byte) *Seats {
	return &Seats{sync.Pool{New: func() any { return hmac.New(sha256.New, key) }}, newSealer(key)}
}

// Find returns the seat that a request brings, or a new one. Over HTTPS the cookie is
// another one than on plain HTTP. Two cookies of its name are none: one of them came
// from somewhere else, and nobody can tell which.
func (s *Seats) Find(r *http.Request, secure bool) Seat {
	if brought := r.Header[HeaderName]; len(brought) == 1 && s.valid(brought[0]) {
		return Seat{Value: brought[0]}
	}
	cookies := r.CookiesNamed(CookieName(secure))
	if len(cookies) == 1 && s.valid(cookies[0].Value) {
		return Seat{Value: cookies[0].Value}
	}
	made := s.Make()
	made.Lost = lost(r, len(cookies))
	return made
}

// Make returns a seat that nobody has.
func (s *Seats) Make() Seat {
	value := make([]byte, randomBytes, randomBytes+markBytes)
	rand.Read(value)
	return Seat{Value: encoding.EncodeToString(append(value, s.mark(value)...)), New: true}
}

func (s *Seats) valid(value string) bool {
	if len(value) != valueLength {
		return false
	}
	raw, err := encoding.DecodeString(value)
	if err != nil || len(raw) != randomBytes+markBytes { // base64 passes over the ends of lines
		return false
	}
	return hmac.Equal(raw[randomBytes:], s.mark(raw[:randomBytes]))
}

func (s *Seats) mark(random []byte) []byte {
	mac := s.marks.Get().(hash.Hash)
	defer s.marks.Put(mac)
	mac.Reset()
	mac.Write(random)
	return mac.Sum(nil)[:markBytes]
}

type contextKey struct{}

// With returns a context that carries the seat.
func With(ctx context.Context, s *Seat) context.Context {
	return context.WithValue(ctx, contextKey{}, s)
}

// From returns the seat of a request.
func From(ctx context.Context) Seat {
	if s, ok := ctx.Value(contextKey{}).(*Seat); ok {
		return *s
	}
	return Seat{}
}

// codes are written in capital letters and digits that nobody confuses.
var codes = base32.StdEncoding.WithPadding(base32.NoPadding)

// codeBytes are the secret and the beginning of its mark, which tells a slip of the
// pen, and a code that somebody thought up, from a code that we have shown.
const codeBytes = randomBytes + 4

// Code is the seat as somebody can copy it by hand to another machine: 32 letters
// and digits in groups of four. It is as secret as the seat.
func (s Seat) Code() string {
	raw, err := encoding.DecodeString(s.Value)
	if err != nil || len(raw) < codeBytes {
		return ""
	}
	groups := slices.Collect(slices.Chunk([]byte(codes.EncodeToString(raw[:codeBytes])), 4))
	return string(bytes.Join(groups, []byte("-")))
}

// ByCode returns the seat of a code, and whether it is one.
func (s *Seats) ByCode(code string) (Seat, bool) {
	letters := strings.NewReplacer("-", "", " ", "", "0", "O", "1", "I").Replace(strings.ToUpper(code))
	raw, err := codes.DecodeString(letters)
	if err != nil || len(raw) != codeBytes {
		return Seat{}, false
	}
	random := raw[:randomBytes:randomBytes]
	mark := s.mark(random)
	if !hmac.Equal(mark[:codeBytes-randomBytes], raw[randomBytes:]) {
		return Seat{}, false
	}
	return Seat{Value: encoding.EncodeToString(append(random, mark...))}, true
}

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
