package doors

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// T16: how the header Authorization may be written, byte for byte: the scheme in any
// case, one blank or more, one token (RFC 6750 section 2.1, RFC 9110 section 11.4). What
// surrounds a value is no part of it (RFC 9110 section 5.5). Every refusal says what is
// missing, with the challenge that belongs to it (RFC 6750 section 3.1).
func TestAuthorizationByteForByte(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	token := v.token()
	const (
		bare      = `Bearer realm="Two Doors"`
		malformed = `error="invalid_request"`
		invalid   = `error="invalid_token"`

		missing = "This request has no token"
		scheme  = "The scheme before the token is missing"
		other   = "does not use the scheme Bearer"
		form    = "must be the word Bearer, a space, and one token"
	)
	for value, want := range map[string]struct {
		status    int
		reason    string
		challenge string
		detail    string
	}{
		" Bearer TOKEN":               {200, "", "", ""},
		"Bearer TOKEN":                {200, "", "", ""},
		" Bearer  TOKEN":              {200, "", "", ""},
		" Bearer      TOKEN":          {200, "", "", ""},
		"  \t Bearer TOKEN":           {200, "", "", ""},
		" Bearer TOKEN \t ":           {200, "", "", ""},
		" bearer TOKEN":               {200, "", "", ""},
		" BeArEr   TOKEN":             {200, "", "", ""},
		" Bearer":                     {400, "bearer.read", malformed, form},
		" Bearer   ":                  {400, "bearer.read", malformed, form},
		" bearer":                     {400, "bearer.read", malformed, form},
		" Bearer\tTOKEN":              {400, "bearer.read", malformed, form},
		" Bearer \tTOKEN":             {400, "bearer.read", malformed, form},
		" Bearer\t TOKEN":             {400, "bearer.read", malformed, form},
		" Bearer TOKEN TOKEN":         {400, "bearer.read", malformed, form},
		" Bearer TOKEN\tx":            {400, "bearer.read", malformed, form},
		" Bearer TOKEN,":              {400, "bearer.read", malformed, form},
		" Bearer ,TOKEN":              {400, "bearer.read", malformed, form},
		" Bearer, TOKEN":              {400, "bearer.read", malformed, form},
		" Bearer TOKEN, Bearer TOKEN": {400, "bearer.read", malformed, form},
		" Bearer Bearer TOKEN":        {400, "bearer.read", malformed, form},
		"":                            {401, "bearer.read", bare, missing},
		"   ":                         {401, "bearer.read", bare, missing},
		" TOKEN":                      {401, "bearer.read", bare, scheme},
		" BearerTOKEN":                {401, "bearer.read", bare, scheme},
		" TOKEN TOKEN":                {401, "bearer.read", bare, scheme},
		" Bearer:TOKEN":               {401, "bearer.read", bare, scheme},
		" Basic YWRhOmxvdmVsYWNl":     {401, "bearer.read", bare, other},
		" Basic":                      {401, "bearer.read", bare, other},
		" Token TOKEN":                {401, "bearer.read", bare, other},
		" DPoP TOKEN":                 {401, "bearer.read", bare, other},
		" Bearer x":                   {401, "token.decode", invalid, "not a well-formed token"},
		` Bearer "TOKEN"`:             {401, "token.decode", invalid, "not a well-formed token"},
	} {
		a := v.callWith("Authorization:" + strings.ReplaceAll(value, "TOKEN", token))
		got := a.Header.Get("WWW-Authenticate")
		if a.StatusCode != want.status || !strings.Contains(got, want.challenge) || (want.challenge == bare || want.challenge == "") && got != want.challenge || !strings.Contains(a.body, want.detail) {
			t.Errorf("%q: %d %q %s\nwant %+v", value, a.StatusCode, got, a.body, want)
		}
		if reason := v.reason(a); reason != want.reason {
			t.Errorf("%q: refused by %q, want %q", value, reason, want.reason)
		}
		if strings.Contains(a.body, token) || strings.Contains(got, token) {
			t.Errorf("%q: the answer repeats the token", value)
		}
	}
}

// callWith calls the token door with one more line in the header, as it is written.
func (v *visit) callWith(line string) answer {
	v.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(v.http.URL, "http://"))
	if err != nil {
		v.t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /api/token/me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nSeat: %s\r\n%s\r\n\r\n", v.seat, line)
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		v.t.Fatal(err)
	}
	text, err := io.ReadAll(response.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer{response, string(text)}
}
