package jwtinspect

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Key is what a token is checked against, as people have it: one of these. What a PEM, a JWK
// and a JWKS hold is found out by looking at it, so any of them may hold any key but a secret
// in text.
type Key struct {
	Secret       *string        `json:"secret,omitempty"`        // of HS256 and its like, as text
	SecretBase64 *string        `json:"secret_base64,omitempty"` // the same for bytes that are no text
	SecretHex    *string        `json:"secret_hex,omitempty"`    // the same, in hexadecimal digits
	PEM          *string        `json:"pem,omitempty"`           // a public key, a certificate, or a private key
	JWK          jsontext.Value `json:"jwk,omitempty"`           // one key (RFC 7517 section 4)
	JWKS         jsontext.Value `json:"jwks,omitempty"`          // a set (RFC 7517 section 5)

	kept *keyring // once it was read
}

// keyring is all that was read from a key. Keys that cannot be used are left out, and what is
// wrong with them is told.
type keyring struct {
	keys  []*usable
	wrong []*fault
	isSet bool // one of them is looked up by its id
	err   error

	searched int // values of JSON
}

// KeyOf makes a key of a text that is said to be a secret, secret_base64, secret_hex, pem, jwk
// or jwks. Of one that is said to be nothing it finds out what it looks like. Line
// breaks at the end are not part of a secret; no text is no key.
func KeyOf(kind, text string) *Key {
	whole := text
	text = strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	if text == "" {
		return nil
	}
	switch kind {
	case "secret":
		return &Key{Secret: &text}
	case "secret_base64":
		return &Key{SecretBase64: &text}
	case "secret_hex":
		return &Key{SecretHex: &text}
	case "":
		found := readKeyText(whole)
		if errors.Is(found.err, errNoKey) {
			return &Key{Secret: &text}
		}
		return &Key{PEM: &whole, kept: &found}
	}
	return &Key{PEM: &whole}
}

// fault is what is wrong with a key, as a finding tells it.
type fault struct {
	code  string
	needs []any
}

func (f *fault) Error() string { return fmt.Sprintf(catalogue[f.code].text, f.needs...) }

func unreadable(why string, needs ...any) error {
	return &fault{"key-unreadable", []any{fmt.Sprintf(why, needs...)}}
}

// read reads a key, or all keys of a set, once.
func (k *Key) read() keyring {
	if k.kept == nil {
		ring := k.readOnce()
		k.kept = &ring
	}
	return *k.kept
}

// ID is the id of the key, when it is one and has an id.
func (k *Key) ID() string {
	if ring := k.read(); len(ring.keys) == 1 {
		return ring.keys[0].id
	}
	return ""
}

func (k *Key) readOnce() keyring {
	given := 0
	for _, there := range []bool{k.Secret != nil, k.SecretBase64 != nil, k.SecretHex != nil, k.PEM != nil, k.JWK != nil, k.JWKS != nil} {
		if there {
			given++
		}
	}
	switch {
	case given != 1:
		return keyring{err: unreadable("give exactly one of secret, secret_base64, secret_hex, pem, jwk and jwks")}
	case k.Secret != nil:
		return secretRing([]byte(*k.Secret), nil, "")
	case k.SecretBase64 != nil:
		raw, err := anyBase64(*k.SecretBase64)
		return secretRing(raw, err, *k.SecretBase64)
	case k.SecretHex != nil:
		raw, err := anyHex(*k.SecretHex)
		return secretRing(raw, err, *k.SecretHex)
	case k.JWK != nil:
		return orNamed(readKeyJSON(k.JWK), "the JSON contains no key: a JWK has the member kty")
	case k.JWKS != nil:
		return orNamed(readKeyJSON(k.JWKS), `the set is not one JSON object with a list "keys"`)
	}
	return orNamed(readKeyText(*k.PEM), "it is neither PEM, which begins with -----BEGIN, nor any other key format known here")
}

// orNamed says in words what a text without a key is not.
func orNamed(ring keyring, why string) keyring {
	if errors.Is(ring.err, errNoKey) {
		ring.err = unreadable("%s", why)
	}
	return ring
}

var errEmptySecret = unreadable("the secret is empty")

// secretRing holds one secret. It refuses an empty one: with it, a token signed with nothing
// would be right (security pitfall of many libraries).
func secretRing(raw []byte, err error, text string) keyring {
	switch {
	case err != nil:
		return keyring{err: err}
	case len(raw) == 0:
		return keyring{err: errEmptySecret}
	}
	return keyring{keys: []*usable{{secret: raw, text: text}}}
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

// anyHex reads digits in either case, with white space, colons or 0x among them.
func anyHex(text string) ([]byte, error) {
	text = strings.NewReplacer(":", "", "0x", "", "0X", "").Replace(strings.Join(strings.Fields(text), ""))
	raw, err := hex.DecodeString(text)
	if err != nil {
		return nil, unreadable("the secret is not hexadecimal, two digits per byte")
	}
	return raw, nil
}
