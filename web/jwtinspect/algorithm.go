package jwtinspect

import (
	"crypto/hmac"
	"crypto/rsa"
	"hash"

	"github.com/golang-jwt/jwt/v5"
)

// algorithm is a way to sign, and the one kind of key that it is for.
type algorithm struct {
	name   string
	family string // secret, RSA, Ed25519, or the curve
	size   int    // of the signature in bytes; 0 when the key decides
	least  int    // bytes of a secret (RFC 7518 section 3.2)
	method jwt.SigningMethod
}

// algorithms are all that sign here (RFC 7518 section 3.1, RFC 8037 section 3.1,
// RFC 9864 section 2).
var algorithms = []algorithm{
	{"HS256", "secret", 32, 32, jwt.SigningMethodHS256},
	{"HS384", "secret", 48, 48, jwt.SigningMethodHS384},
	{"HS512", "secret", 64, 64, jwt.SigningMethodHS512},
	{"RS256", "RSA", 0, 0, jwt.SigningMethodRS256},
	{"RS384", "RSA", 0, 0, jwt.SigningMethodRS384},
	{"RS512", "RSA", 0, 0, jwt.SigningMethodRS512},
	{"PS256", "RSA", 0, 0, pss(jwt.SigningMethodPS256, rsa.PSSSaltLengthEqualsHash)},
	{"PS384", "RSA", 0, 0, pss(jwt.SigningMethodPS384, rsa.PSSSaltLengthEqualsHash)},
	{"PS512", "RSA", 0, 0, pss(jwt.SigningMethodPS512, rsa.PSSSaltLengthEqualsHash)},
	{"ES256", "P-256", 64, 0, jwt.SigningMethodES256},
	{"ES384", "P-384", 96, 0, jwt.SigningMethodES384},
	{"ES512", "P-521", 132, 0, jwt.SigningMethodES512},
	{"EdDSA", "Ed25519", 64, 0, jwt.SigningMethodEdDSA},
	{"Ed25519", "Ed25519", 64, 0, jwt.SigningMethodEdDSA},
}

// elsewhere are algorithms that are registered, and that are not checked here.
var elsewhere = map[string]string{
	"ES256K": "RFC 8812 section 3.2", "Ed448": "RFC 9864 section 2.2",
}

// pss takes only salts of one length. The library takes any.
func pss(method *jwt.SigningMethodRSAPSS, salt int) *jwt.SigningMethodRSAPSS {
	return &jwt.SigningMethodRSAPSS{
		SigningMethodRSA: method.SigningMethodRSA, Options: method.Options,
		VerifyOptions: &rsa.PSSOptions{SaltLength: salt, Hash: method.Hash},
	}
}

// Algorithms lists the names of all that sign here.
func Algorithms() []string {
	var names []string
	for _, a := range algorithms {
		names = append(names, a.name)
	}
	return names
}

func algorithmNamed(name string) *algorithm {
	for n := range algorithms {
		if algorithms[n].name == name {
			return &algorithms[n]
		}
	}
	return nil
}

// verifies reports whether a signature over a text is right for a key.
func (a *algorithm) verifies(k *usable, signed string, signature []byte) bool {
	return a.try(k, signed, signature) == nil
}

func (a *algorithm) try(k *usable, signed string, signature []byte) error {
	if k.secret != nil {
		return a.method.Verify(signed, signature, k.secret)
	}
	return a.method.Verify(signed, signature, k.public)
}

func (a *algorithm) newMAC(secret []byte) hash.Hash {
	return hmac.New(a.method.(*jwt.SigningMethodHMAC).Hash.New, secret)
}

// mac is what an algorithm with a secret signs with.
func (a *algorithm) mac(secret, text []byte) []byte {
	mac := a.newMAC(secret)
	mac.Write(text)
	return mac.Sum(nil)
}
