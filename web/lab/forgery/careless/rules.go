package careless

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"math/big"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// rules are the steps of a verifier, each of which a mistake may replace.
type rules struct {
	listed func(text string) bool // nil but for the one who has a table
	read   func(text string) (parts, error)
	method func(header) (method, error)
	key    func(header) (crypto.PublicKey, error)
	typ    func(header) error
	claims func(claims) error
}

// parts are a decoded token.
type parts struct {
	header    header
	claims    claims
	signed    string // what the signature is over
	signature []byte
}

type header struct {
	Algorithm string         `json:"alg"`
	Type      string         `json:"typ"`
	KeyID     string         `json:"kid"`
	JWK       jsontext.Value `json:"jwk"`
	JKU       string         `json:"jku"`
}

type claims struct {
	Issuer   string         `json:"iss"`
	Audience jsontext.Value `json:"aud"` // a text, or a list of texts
	Expires  int64          `json:"exp"`
	Name     string         `json:"name"`
	Role     string         `json:"role"`
}

// method verifies a signature with a key.
type method func(key crypto.PublicKey, signed string, signature []byte) error

// verify goes through the steps, and says who would be let in.
func (r rules) verify(text string) (who string, err error) {
	if r.listed != nil && r.listed(text) {
		return "its owner", nil
	}
	p, err := r.read(text)
	if err != nil {
		return "", err
	}
	verify, err := r.method(p.header)
	if err != nil {
		return "", err
	}
	key, err := r.key(p.header)
	if err != nil {
		return "", err
	}
	if err := verify(key, p.signed, p.signature); err != nil {
		return "", err
	}
	if err := r.typ(p.header); err != nil {
		return "", err
	}
	if err := r.claims(p.claims); err != nil {
		return "", err
	}
	return p.claims.Name + ", role " + p.claims.Role, nil
}

// careful are the rules without a mistake.
func careful(w World) rules {
	return rules{
		read:   read,
		method: func(h header) (method, error) { return methodOf(h.Algorithm, w) },
		key: func(h header) (crypto.PublicKey, error) {
			if key, ok := w.Keys[h.KeyID]; ok {
				return key.Public, nil
			}
			return nil, errors.New("it has no key with that ID")
		},
		typ:    func(h header) error { return typeIs(h, w.Type) },
		claims: func(c claims) error { return first(issuerOf(c, w), audienceOf(c, w), expiryOf(c, w)) },
	}
}

// read decodes a token. It refuses duplicate members.
func read(text string) (p parts, err error) {
	three := strings.Split(text, ".")
	if len(three) != 3 {
		return p, errors.New("it does not have three parts")
	}
	p.signed = three[0] + "." + three[1]
	if p.signature, err = base64.RawURLEncoding.Strict().DecodeString(three[2]); err != nil {
		return p, errors.New("the signature is not base64url")
	}
	if unpack(three[0], &p.header) != nil {
		return p, errors.New("the header is not a JSON object")
	}
	if unpack(three[1], &p.claims) != nil {
		return p, errors.New("the payload is not a JSON object, or has a duplicate member")
	}
	return p, nil
}

func unpack(part string, into any, options ...json.Options) error {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(part)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, into, options...)
}

// methodOf accepts the algorithms of the site's keys, and no other.
func methodOf(algorithm string, w World) (method, error) {
	for _, key := range w.Keys {
		if key.Algorithm == algorithm {
			return methods[algorithm], nil
		}
	}
	return nil, errors.New("no key uses that algorithm")
}

var errSignature = errors.New("the signature is invalid")

var methods = map[string]method{
	"RS256": func(key crypto.PublicKey, signed string, signature []byte) error {
		sum := sha256.Sum256([]byte(signed))
		if public, ok := key.(*rsa.PublicKey); ok && rsa.VerifyPKCS1v15(public, crypto.SHA256, sum[:], signature) == nil {
			return nil
		}
		return errSignature
	},
	"ES256": func(key crypto.PublicKey, signed string, signature []byte) error {
		sum := sha256.Sum256([]byte(signed))
		if public, ok := key.(*ecdsa.PublicKey); ok && len(signature) == 64 &&
			ecdsa.Verify(public, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
			return nil
		}
		return errSignature
	},
	"EdDSA": func(key crypto.PublicKey, signed string, signature []byte) error {
		if public, ok := key.(ed25519.PublicKey); ok && ed25519.Verify(public, []byte(signed), signature) {
			return nil
		}
		return errSignature
	},
}

func typeIs(h header, wanted string) error {
	if !strings.EqualFold(h.Type, wanted) {
		return errors.New("the type is wrong")
	}
	return nil
}

func issuerOf(c claims, w World) error {
	if c.Issuer != w.Issuer {
		return errors.New("the issuer is wrong")
	}
	return nil
}

func audienceOf(c claims, w World) error {
	var one string
	var several []string
	if json.Unmarshal(c.Audience, &one) == nil && one == w.Audience || json.Unmarshal(c.Audience, &several) == nil && slices.Contains(several, w.Audience) {
		return nil
	}
	return errors.New("the audience is wrong")
}

func expiryOf(c claims, w World) error {
	if w.Now.Unix() >= c.Expires {
		return errors.New("it has expired")
	}
	return nil
}

// first returns the first error that there is.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
