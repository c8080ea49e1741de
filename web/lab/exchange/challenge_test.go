package exchange

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"testing"

	"github.com/golang-jwt/jwt/v5"
)

// Of the four tokens of a challenge the visitor's own verifies, and no other.
func TestOneOfFourVerifies(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	own, err := jwt.NewWithClaims(jwt.SigningMethodES256, jwt.MapClaims{"name": "ada", "role": "user", "exp": 4000000000}).SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := mixed(own)
	if err != nil || len(tokens) != 4 {
		t.Fatal(tokens, err)
	}
	for _, token := range tokens {
		_, err := jwt.Parse(token, func(*jwt.Token) (any, error) { return key.Public(), nil }, jwt.WithValidMethods([]string{"ES256"}))
		if (err == nil) != (token == own) {
			t.Errorf("%s: %v", token, err)
		}
	}
	for _, text := range []string{"", "a.b", "a.b.c", own + ".d", "!." + own[:20] + ".signature"} {
		if _, err := mixed(text); err == nil {
			t.Errorf("%q passes for a signed token", text)
		}
	}
}
