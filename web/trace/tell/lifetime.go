package tell

import (
	"time"

	"twodoors/web/trace"
)

// Lifetime is when a token was issued and when it ends, beside the moment at
// which the request presented it.
type Lifetime struct {
	Issued, Now, Expires time.Time
}

// LifetimeOf reads the times of the token that a request carried. It is nil when there was
// no token, or the token does not say.
func LifetimeOf(t *trace.Trace) *Lifetime {
	var claims struct {
		Issued  float64 `json:"iat"`
		Expires float64 `json:"exp"`
	}
	if !t.Credential.Claims(&claims) || !aDate(claims.Issued) || !aDate(claims.Expires) {
		return nil
	}
	return &Lifetime{Issued: time.Unix(int64(claims.Issued), 0), Now: t.At, Expires: time.Unix(int64(claims.Expires), 0)}
}

// aDate reports whether seconds since 1970 lie before the year 10000.
func aDate(seconds float64) bool { return seconds >= 1 && seconds <= 253402300799 }

// InWords says where in the token's lifetime the request came.
func (l Lifetime) InWords() string {
	after := l.Now.Sub(l.Issued)
	begin := "Issued " + Span(after) + " before this request"
	if after < 0 {
		begin = "Issued " + Span(-after) + " after this request, according to the token"
	}
	if left := l.Expires.Sub(l.Now); left > 0 {
		return begin + ", valid for another " + Span(left) + "."
	}
	return begin + ", expired " + Span(l.Now.Sub(l.Expires)) + " before it."
}

// Valid reports whether the request came before the token's end.
func (l Lifetime) Valid() bool { return l.Now.Before(l.Expires) }
