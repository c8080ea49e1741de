package views

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// jwtParts are the parts of a token that a trace shows. Its signature is cut
// short there, so what is shown opens nothing.
type jwtParts struct {
	Header, Payload string // decoded, one member a line; why not when they cannot be
}

// takeApart decodes the token that a request carried, nil when it carried none.
func takeApart(t *trace.Trace) *jwtParts {
	header, payload, ok := shownJWT(t)
	if !ok {
		return nil
	}
	return &jwtParts{Header: decoded(header), Payload: decoded(payload)}
}

func shownJWT(t *trace.Trace) (header, payload string, ok bool) {
	if t.Credential == nil || t.Credential.Kind != "bearer" {
		return "", "", false
	}
	parts := strings.Split(t.Credential.Shown, ".")
	if len(parts) != 3 {
		return "", "", false
	}
	return parts[0], parts[1], true
}

func decoded(part string) string {
	raw, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return "This part is not whole base64url."
	}
	value := jsontext.Value(raw)
	if err := value.Indent(jsontext.WithIndent("  ")); err != nil {
		return spellOut(clip(string(raw), 2048), false)
	}
	return spellOut(string(value), true)
}

// Lifetime is when a token was issued and when it ends, beside the moment at
// which the request brought it.
type Lifetime struct {
	Issued, Now, Expires time.Time
}

// lifetime reads the times of the token that a request carried, nil when it
// carried none or does not say.
func lifetime(t *trace.Trace) *Lifetime {
	var claims struct {
		Issued  float64 `json:"iat"`
		Expires float64 `json:"exp"`
	}
	if !payloadOf(t, &claims) || !aDate(claims.Issued) || !aDate(claims.Expires) {
		return nil
	}
	return &Lifetime{Issued: time.Unix(int64(claims.Issued), 0), Now: t.At, Expires: time.Unix(int64(claims.Expires), 0)}
}

func aDate(seconds float64) bool { return seconds >= 1 && seconds <= 253402300799 }

func payloadOf(t *trace.Trace, into any) bool {
	_, payload, ok := shownJWT(t)
	if !ok {
		return false
	}
	raw, err := base64.RawURLEncoding.DecodeString(payload)
	return err == nil && json.Unmarshal(raw, into) == nil
}

// InWords says how the request lies in the token's lifetime.
func (l Lifetime) InWords() string {
	after := l.Now.Sub(l.Issued)
	begin := "Issued " + tell.Span(after) + " before this request"
	if after < 0 {
		begin = "Issued " + tell.Span(-after) + " after this request, by its own word"
	}
	if left := l.Expires.Sub(l.Now); left > 0 {
		return begin + ", good for another " + tell.Span(left) + "."
	}
	return begin + ", expired " + tell.Span(l.Now.Sub(l.Expires)) + " before it."
}

// Valid reports whether the request came before the token's end.
func (l Lifetime) Valid() bool { return l.Now.Before(l.Expires) }

// at places a moment on a line from 0 to width.
func (l Lifetime) at(moment time.Time, width int) string {
	first, last := l.Issued, l.Expires
	if l.Now.Before(first) {
		first = l.Now
	}
	if l.Now.After(last) {
		last = l.Now
	}
	span := last.Sub(first).Seconds()
	if span <= 0 {
		return "0"
	}
	return number(moment.Sub(first).Seconds() / span * float64(width))
}
