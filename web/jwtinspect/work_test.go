package jwtinspect

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A13: what takes a processor for long is known before it is done, and what people have
// day by day is not taken for it.
func TestWorkIsKnownBefore(t *testing.T) {
	t.Parallel()
	secret, other := strings.Repeat("s", 40), strings.Repeat("t", 40)
	p521, _ := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	p256, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	r2048, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	set := func(n int, key any) *Key {
		var keys jose.JSONWebKeySet
		for range n {
			keys.Keys = append(keys.Keys, jose.JSONWebKey{Key: key})
		}
		text, err := json.Marshal(keys)
		if err != nil {
			t.Fatal(err)
		}
		return &Key{JWKS: jsontext.Value(text)}
	}
	private := func(key any) *Key {
		text, err := jose.JSONWebKey{Key: key}.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		return &Key{JWK: text}
	}
	signed := func(alg string, key *Key, size int) string {
		text, err := Sign(Draft{Header: jsontext.Value(`{}`), Payload: jsontext.Value(`{"a":"` + strings.Repeat("x", size) + `"}`), Algorithm: alg}, key)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	right := signed("HS256", &Key{Secret: &secret}, 200)
	es512, es256, rs256 := signed("ES512", private(p521), 200), signed("ES256", private(p256), 200), signed("RS256", private(r2048), 200)
	changed := func(text string) string { flipped, _, _ := Flip(text, "payload", 3); return flipped }
	const little, much = 5 * time.Millisecond, 10 * time.Millisecond
	for _, test := range []struct {
		what        string
		text        string
		key         *Key
		least, most time.Duration
	}{
		{"no token", "hello", nil, 0, 0},
		{"without a key", right, nil, 0, little},
		{"the right secret", right, &Key{Secret: &secret}, 0, little},
		{"ES512, right", es512, set(1, p521.Public()), 0, little},
		{"RS256, right", rs256, set(10, r2048.Public()), 0, little},
		{"RS256, changed", changed(rs256), set(10, r2048.Public()), 0, little},
		{"ES256, changed, with thirty keys", changed(es256), set(30, p256.Public()), 0, little},
		{"another secret", right, &Key{Secret: &other}, 0, much},
		{"another secret, and a part that nobody can read", changed(right), &Key{Secret: &other}, much, time.Second},
		{"a long text under a secret", signed("HS256", &Key{Secret: &secret}, 40_000), nil, much, time.Second},
		{"ES512, changed, with a hundred keys", changed(es512), set(100, p521.Public()), much, 50 * time.Millisecond},
	} {
		if work := Work(test.text, test.key); work < test.least || work > test.most {
			t.Errorf("%s: %s", test.what, work)
		}
	}
	if work := SignWork(Draft{Algorithm: "RS256"}, private(r2048)); work > little {
		t.Errorf("signing with 2048 bits: %s", work)
	}
}
