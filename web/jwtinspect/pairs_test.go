package jwtinspect_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-json-experiment/json/jsontext"

	"twodoors/web/jwtinspect"
)

func pemOf(t testing.TB, kind string, der []byte, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// pair is a key pair in the forms in which people have it.
type pair struct {
	public, private string // PEM
	jwk             string
}

func makePair(t testing.TB, key crypto.Signer) pair {
	t.Helper()
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	p := pair{public: pemOf(t, "PUBLIC KEY", public, err)}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	p.private = pemOf(t, "PRIVATE KEY", private, err)
	jwk, err := (&jose.JSONWebKey{Key: key.Public(), KeyID: "k1", Use: "sig"}).MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	p.jwk = string(jwk)
	return p
}

func pemKey(s string) *jwtinspect.Key  { return &jwtinspect.Key{PEM: &s} }
func jwkKey(s string) *jwtinspect.Key  { return &jwtinspect.Key{JWK: jsontext.Value(s)} }
func jwksKey(s string) *jwtinspect.Key { return &jwtinspect.Key{JWKS: jsontext.Value(s)} }

// makePairs are a key pair for each algorithm that has one.
func makePairs(t testing.TB) map[string]pair {
	t.Helper()
	pairs := map[string]pair{}
	for alg, key := range makeKeys(t) {
		pairs[alg] = makePair(t, key)
	}
	return pairs
}

func makeKeys(t testing.TB) map[string]crypto.Signer {
	t.Helper()
	keys := map[string]crypto.Signer{}
	var err error
	for alg, curve := range map[string]elliptic.Curve{"ES256": elliptic.P256(), "ES384": elliptic.P384(), "ES512": elliptic.P521()} {
		if keys[alg], err = ecdsa.GenerateKey(curve, rand.Reader); err != nil {
			t.Fatal(err)
		}
	}
	if keys["RS256"], err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		t.Fatal(err)
	}
	if _, keys["EdDSA"], err = ed25519.GenerateKey(rand.Reader); err != nil {
		t.Fatal(err)
	}
	for _, alg := range []string{"RS384", "RS512", "PS256", "PS384", "PS512"} {
		keys[alg] = keys["RS256"]
	}
	keys["Ed25519"] = keys["EdDSA"]
	return keys
}

func draft(alg string) jwtinspect.Draft {
	return jwtinspect.Draft{Algorithm: alg, Header: jsontext.Value(`{"typ":"at+jwt","kid":"k1"}`),
		Payload: jsontext.Value(`{"iss":"me", "aud":"you", "iat":1800000000, "exp":1800000300}`)}
}

// sign signs the draft by an algorithm.
func sign(t testing.TB, alg string, key *jwtinspect.Key) string {
	t.Helper()
	text, err := jwtinspect.Sign(draft(alg), key)
	if err != nil {
		t.Fatalf("%s: %v", alg, err)
	}
	return text
}

// keysFor are the key that signs by an algorithm, and those that verify it, in each of their forms.
func keysFor(alg string, pairs map[string]pair) (signer *jwtinspect.Key, verifiers []*jwtinspect.Key) {
	p, isPair := pairs[alg]
	if !isPair {
		shared := strong + strong
		return secret(shared), []*jwtinspect.Key{secret(shared), {SecretBase64: new(encode(shared))}}
	}
	return pemKey(p.private), []*jwtinspect.Key{pemKey(p.private), pemKey(p.public), jwkKey(p.jwk), jwksKey(`{"keys":[` + p.jwk + `]}`)}
}
