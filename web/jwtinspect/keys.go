package jwtinspect

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Key is what a token is checked against, as people have it: one of these.
type Key struct {
	Secret       *string        `json:"secret,omitempty"`        // of HS256 and its like, as text
	SecretBase64 *string        `json:"secret_base64,omitempty"` // the same for bytes that are no text
	PEM          *string        `json:"pem,omitempty"`           // a public key, a certificate, or a private key
	JWK          jsontext.Value `json:"jwk,omitempty"`           // one key (RFC 7517 section 4)
	JWKS         jsontext.Value `json:"jwks,omitempty"`          // a set (RFC 7517 section 5)
}

// KeyOf makes a key of a text that is said to be a secret, secret_base64, pem, jwk
// or jwks. Of one that is said to be nothing it finds out what it looks like. Line
// breaks at the end are not part of a secret; no text is no key.
func KeyOf(kind, text string) *Key {
	text = strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	if text == "" {
		return nil
	}
	if kind == "" {
		kind = looksLike(strings.TrimSpace(text))
	}
	switch kind {
	case "secret_base64":
		return &Key{SecretBase64: &text}
	case "pem":
		return &Key{PEM: &text}
	case "jwk":
		return &Key{JWK: jsontext.Value(strings.TrimSpace(text))}
	case "jwks":
		return &Key{JWKS: jsontext.Value(strings.TrimSpace(text))}
	}
	return &Key{Secret: &text}
}

func looksLike(text string) string {
	switch {
	case strings.HasPrefix(text, "-----BEGIN "):
		return "pem"
	case strings.HasPrefix(text, "{") && strings.Contains(text, `"keys"`):
		return "jwks"
	case strings.HasPrefix(text, "{") && strings.Contains(text, `"kty"`):
		return "jwk"
	}
	return "secret"
}

// usable is a key that was read.
type usable struct {
	id, algorithm string // of a JWK; empty when it does not say
	secret        []byte // of HMAC
	public        any    // *rsa.PublicKey, *ecdsa.PublicKey, ed25519.PublicKey
	private       any    // its other half, when that was given
	text          string // that was given, where that is not the key itself
}

// in words.
func (k *usable) String() string {
	switch key := k.public.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("an RSA key of %d bits", key.N.BitLen())
	case *ecdsa.PublicKey:
		return "an EC key on " + key.Curve.Params().Name
	case ed25519.PublicKey:
		return "an Ed25519 key"
	}
	return fmt.Sprintf("a secret of %s", plural(len(k.secret), "byte"))
}

// fault is what is wrong with a key, as a finding tells it.
type fault struct {
	code  string
	needs []any
}

func (f *fault) Error() string { return fmt.Sprintf(catalogue[f.code].text, f.needs...) }

func unreadable(why string) error { return &fault{"key-unreadable", []any{why}} }

// read reads a key, or all keys of a set. Those of a set that cannot be used are
// left out, and what is wrong with them is told.
func (k *Key) read() (keys []*usable, wrong []*fault, err error) {
	given := 0
	for _, there := range []bool{k.Secret != nil, k.SecretBase64 != nil, k.PEM != nil, k.JWK != nil, k.JWKS != nil} {
		if there {
			given++
		}
	}
	switch {
	case given != 1:
		return nil, nil, unreadable("give exactly one of secret, secret_base64, pem, jwk and jwks")
	case k.Secret != nil:
		return one(readSecret([]byte(*k.Secret)))
	case k.SecretBase64 != nil:
		raw, err := anyBase64(*k.SecretBase64)
		if err != nil {
			return nil, nil, err
		}
		key, err := readSecret(raw)
		if err == nil {
			key.text = *k.SecretBase64
		}
		return one(key, err)
	case k.PEM != nil:
		return one(readPEM(*k.PEM))
	case k.JWK != nil:
		return one(readJWK(k.JWK))
	}
	return readJWKS(k.JWKS)
}

func one(key *usable, err error) ([]*usable, []*fault, error) {
	if err != nil {
		return nil, nil, err
	}
	return []*usable{key}, nil, nil
}

// readSecret refuses an empty one: with it, a token signed with nothing would be
// right (security pitfall of many libraries).
func readSecret(raw []byte) (*usable, error) {
	if len(raw) == 0 {
		return nil, unreadable("the secret is empty")
	}
	return &usable{secret: raw}, nil
}

// anyBase64 reads either alphabet, with or without padding: secrets are handed on
// in all four.
func anyBase64(text string) ([]byte, error) {
	text = strings.TrimRight(strings.Join(strings.Fields(text), ""), "=")
	text = strings.NewReplacer("+", "-", "/", "_").Replace(text)
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, unreadable("the secret is not base64")
	}
	return raw, nil
}

// maxPrivate is how long a private key may be in DER: as long as one of RSA with
// the largest modulus.
const maxPrivate = 4800

func readPEM(text string) (*usable, error) {
	block, _ := pem.Decode([]byte(strings.TrimSpace(text) + "\n"))
	if block == nil {
		return nil, unreadable("it is not PEM, which begins with -----BEGIN")
	}
	if block.Headers["DEK-Info"] != "" || block.Type == "ENCRYPTED PRIVATE KEY" {
		return nil, unreadable("the private key is encrypted; give the public one")
	}
	key, err := readDER(block)
	if err != nil {
		return nil, err
	}
	k, err := use(key)
	if err != nil {
		return nil, err
	}
	k.text = text
	return k, nil
}

func readDER(block *pem.Block) (key any, err error) {
	if strings.HasSuffix(block.Type, "PRIVATE KEY") {
		if len(block.Bytes) > maxPrivate {
			return nil, &fault{"key-too-large", []any{"in PEM", fmt.Sprintf("%d bytes", len(block.Bytes))}}
		}
	}
	switch block.Type {
	case "PUBLIC KEY":
		key, err = x509.ParsePKIXPublicKey(block.Bytes)
	case "RSA PUBLIC KEY":
		if key, err = x509.ParsePKCS1PublicKey(block.Bytes); err != nil {
			key, err = smallRSA(block.Bytes, err)
		}
	case "CERTIFICATE":
		var certificate *x509.Certificate
		if certificate, err = x509.ParseCertificate(block.Bytes); err == nil {
			key = certificate.PublicKey
		}
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	default:
		return nil, unreadable("PEM of type " + quoted(block.Type) + " is no key")
	}
	if err != nil {
		return nil, unreadable("what the PEM holds is no " + strings.ToLower(block.Type) + " that can be read")
	}
	return key, nil
}

func smallRSA(der []byte, err error) (any, error) {
	var key struct {
		N *big.Int
		E int
	}
	if rest, wrong := asn1.Unmarshal(der, &key); wrong != nil || len(rest) > 0 {
		return nil, errors.Join(err, wrong)
	}
	return &rsa.PublicKey{N: key.N, E: key.E}, nil
}

// use takes what a library read for a key, and keeps to those that tokens are
// signed with.
func use(key any) (*usable, error) {
	k := &usable{public: key}
	switch private := key.(type) {
	case *rsa.PrivateKey:
		k.private, k.public = private, &private.PublicKey
	case *ecdsa.PrivateKey:
		k.private, k.public = private, &private.PublicKey
	case ed25519.PrivateKey:
		k.private, k.public = private, private.Public()
	}
	switch public := k.public.(type) {
	case *rsa.PublicKey:
		if bits := public.N.BitLen(); bits > maxModulus {
			return nil, &fault{"key-too-large", []any{"of RSA", fmt.Sprintf("%d bits, at most %d", bits, maxModulus)}}
		}
	case *ecdsa.PublicKey:
		if name := public.Curve.Params().Name; name != "P-256" && name != "P-384" && name != "P-521" {
			return nil, unreadable("tokens are not signed on the curve " + name)
		}
	case ed25519.PublicKey:
	default:
		return nil, unreadable(fmt.Sprintf("tokens are not signed with a key of this kind, %T", key))
	}
	return k, nil
}
