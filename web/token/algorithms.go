package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"fmt"

	"github.com/golang-jwt/jwt/v5"
)

// The algorithms that tokens are signed by (RFC 7518 section 3.1, RFC 8037
// section 3.1). With HS256 one secret signs and verifies, so whoever can check a
// token can also make one; the others have a key pair, whose public half anybody
// may have.
const (
	HS256 = "HS256" // HMAC with SHA-256
	RS256 = "RS256" // RSASSA-PKCS1-v1_5 with SHA-256
	ES256 = "ES256" // ECDSA on P-256 with SHA-256
	EdDSA = "EdDSA" // Ed25519
)

// secretLength is that of an HMAC secret, in bytes: as long as the hash.
const secretLength = 32

// rsaBits of the keys that are made here. 2048 is the least that RFC 7518 section
// 3.3 takes, and enough for tokens that live for minutes.
const rsaBits = 2048

// algorithm is how keys of one algorithm are made, kept, and used.
type algorithm struct {
	method jwt.SigningMethod
	make   func() (kept []byte, err error)
	read   func(kept []byte) (private, public any, err error)
}

var algorithms = map[string]algorithm{
	HS256: {jwt.SigningMethodHS256, makeSecret, readSecret},
	RS256: {jwt.SigningMethodRS256, pair(func() (any, error) { return rsa.GenerateKey(rand.Reader, rsaBits) }), readRSA},
	ES256: {jwt.SigningMethodES256, pair(func() (any, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) }), readECDSA},
	EdDSA: {jwt.SigningMethodEdDSA, pair(func() (any, error) { _, key, err := ed25519.GenerateKey(rand.Reader); return key, err }), readEd25519},
}

func makeSecret() ([]byte, error) {
	secret := make([]byte, secretLength)
	rand.Read(secret)
	return secret, nil
}

// pair makes a private key, which is kept as PKCS #8.
func pair(generate func() (any, error)) func() ([]byte, error) {
	return func() ([]byte, error) {
		key, err := generate()
		if err != nil {
			return nil, err
		}
		return x509.MarshalPKCS8PrivateKey(key)
	}
}

func readSecret(kept []byte) (private, public any, err error) {
	switch {
	case len(kept) != secretLength:
		return nil, nil, fmt.Errorf("an HMAC secret has %d bytes, this one has %d", secretLength, len(kept))
	case weak(kept):
		return nil, nil, fmt.Errorf("the secret is not random")
	}
	return kept, kept, nil
}

func readRSA(kept []byte) (private, public any, err error) {
	key, err := readPrivate[*rsa.PrivateKey](kept)
	switch {
	case err != nil:
		return nil, nil, err
	case key.N.BitLen() < rsaBits || key.E != 65537:
		return nil, nil, fmt.Errorf("an RSA key has at least %d bits and the exponent 65537, this one has %d and %d", rsaBits, key.N.BitLen(), key.E)
	}
	key.Precompute()
	return key, key.Public(), key.Validate()
}

func readECDSA(kept []byte) (private, public any, err error) {
	key, err := readPrivate[*ecdsa.PrivateKey](kept)
	switch {
	case err != nil:
		return nil, nil, err
	case key.Curve != elliptic.P256():
		return nil, nil, fmt.Errorf("the curve is not P-256")
	}
	return key, key.Public(), nil
}

func readEd25519(kept []byte) (private, public any, err error) {
	key, err := readPrivate[ed25519.PrivateKey](kept)
	if err != nil {
		return nil, nil, err
	}
	return key, key.Public(), nil
}

// readPrivate reads a private key of one kind. Its errors do not show the key.
func readPrivate[K crypto.Signer](kept []byte) (key K, err error) {
	parsed, err := x509.ParsePKCS8PrivateKey(kept)
	if err != nil {
		return key, fmt.Errorf("it is not a private key in PKCS #8")
	}
	key, ok := parsed.(K)
	if !ok {
		return key, fmt.Errorf("it is another kind of key, %T", parsed)
	}
	return key, nil
}

// weak reports whether a secret has so few different bytes that nobody drew it
// at random: of 32 random ones, 16 or more differ all but always.
func weak(secret []byte) bool {
	different := map[byte]bool{}
	for _, b := range secret {
		different[b] = true
	}
	return len(different) < 16
}
