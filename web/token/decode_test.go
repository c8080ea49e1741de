package token_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"twodoors/web/token"
)

// Whatever Decode accepts has one spelling only: its parts, encoded again, are
// the same text.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		"eyJhbGciOiJIUzI1NiJ9.e30.AAAA", "eyJhbGciOiJub25lIn0.e30.", "..", strings.Repeat(".", 10000), "a.b.c.d.e",
		"eyJhbGciOiJIUzI1NiIsImFsZyI6Im5vbmUifQ.e30.AAAA", "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjFlNDAwfQ.AAAA",
		"eyJhbGciOiJIUzI1NiJ9.bnVsbA.AAAA", "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOlsxXX0.AAAA", "eyJhbGciOiJIUzI1NiJ9\n.e30.AAAA",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		decoded, err := token.Decode(text)
		if err != nil {
			if strings.Contains(err.Error(), "\n") || len(err.Error()) > 120 {
				t.Errorf("an error that shows too much: %q", err)
			}
			return
		}
		if got := decoded.Signed + "." + base64.RawURLEncoding.EncodeToString(decoded.Signature); got != text {
			t.Errorf("%q is also spelled %q", text, got)
		}
	})
}
