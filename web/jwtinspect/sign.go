package jwtinspect

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Draft is a token before it is signed.
type Draft struct {
	Header    jsontext.Value // an object; its alg becomes the algorithm
	Payload   jsontext.Value // an object
	Algorithm string
}

// Sign makes a token. The payload is signed as it stands, but for white space; it
// may say what a door refuses, so that one can see it refused.
func Sign(draft Draft, key *Key) (string, error) {
	alg := algorithmNamed(draft.Algorithm)
	if alg == nil {
		return "", fmt.Errorf("the algorithm %s is not supported for signing; choose one of %s", quoted(draft.Algorithm), strings.Join(Algorithms(), ", "))
	}
	k, err := key.signing(alg)
	if err != nil {
		return "", err
	}
	header, err := withAlgorithm(draft.Header, alg.name)
	if err != nil {
		return "", err
	}
	payload := slices.Clone(draft.Payload)
	if o := readObject([]byte(strings.TrimSpace(string(payload)))); o.fault != nil {
		return "", fmt.Errorf("the payload is not one JSON object: %s", place(o.fault))
	}
	if err := payload.Compact(jsontext.CanonicalizeRawInts(false)); err != nil {
		return "", errors.New("the payload is not one JSON object")
	}
	text := base64.RawURLEncoding.EncodeToString(header) + "." + base64.RawURLEncoding.EncodeToString(payload)
	signature, err := alg.sign(k, text)
	if err != nil {
		return "", fmt.Errorf("the key cannot sign with %s: it is too short, or another kind of key", alg.name)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature), nil
}

// signing returns the one key to sign with.
func (k *Key) signing(alg *algorithm) (*usable, error) {
	if k == nil {
		return nil, errors.New("there is no key to sign with: give a secret, or a private key")
	}
	ring := k.read()
	keys := ring.keys
	switch {
	case ring.err != nil:
		return nil, ring.err
	case len(keys) != 1:
		return nil, errors.New("give one key to sign with, not a set")
	case !slices.Contains(keys[0].fits(), alg.name):
		return nil, fmt.Errorf("%s is not for %s but for %s. %s", keys[0], alg.name, strings.Join(keys[0].fits(), ", "), remedyToSign(alg, keys[0]))
	case keys[0].secret == nil && keys[0].private == nil:
		return nil, errors.New("this is a public key: it verifies signatures. Signing needs the private key")
	}
	if key, ok := keys[0].private.(*rsa.PrivateKey); ok && key.N.BitLen() < 2048 {
		return nil, fmt.Errorf("%s is too short to sign with: 2048 bits at least (RFC 7518 section 3.3)", keys[0])
	}
	return keys[0], nil
}

// remedyToSign says which key to give in place of one that does not fit.
func remedyToSign(alg *algorithm, k *usable) string {
	switch {
	case alg.family == "secret":
		return "Give a secret"
	case k.secret != nil:
		if key := k.keyInText(); key != nil {
			return fmt.Sprintf("That text is %s: give it as a key, not as a secret", key)
		}
		return "Give a private key"
	}
	return "Choose one of these"
}

func (a *algorithm) sign(k *usable, text string) ([]byte, error) {
	if k.secret != nil {
		return a.method.Sign(text, k.secret)
	}
	return a.method.Sign(text, k.private)
}

// withAlgorithm puts the algorithm into a header, where one stands or at the front.
func withAlgorithm(header jsontext.Value, alg string) ([]byte, error) {
	o := readObject([]byte(strings.TrimSpace(string(header))))
	if o.fault != nil {
		return nil, fmt.Errorf("the header is not one JSON object: %s", place(o.fault))
	}
	named, _ := jsontext.AppendQuote(nil, alg)
	if !o.has("alg") {
		o.names = append([]string{"alg"}, o.names...)
	}
	o.members["alg"] = named
	out := []byte("{")
	for n, name := range o.names {
		if n > 0 {
			out = append(out, ',')
		}
		out, _ = jsontext.AppendQuote(out, name)
		out = append(append(out, ':'), o.members[name]...)
	}
	value := jsontext.Value(append(out, '}'))
	return value, value.Compact()
}

// place says where JSON stops to be JSON.
func place(err error) string {
	if broken, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return fmt.Sprintf("it breaks at byte %d", broken.ByteOffset)
	}
	return err.Error()
}

// Flip changes one character of a part to another of the same alphabet, so that
// the text still looks like a token. It reports what it changed; a place that is
// not there changes nothing.
func Flip(text, part string, position int) (flipped, was, is string) {
	number := slices.Index(jwsParts, part)
	pieces := strings.Split(text, ".")
	if number < 0 || number >= len(pieces) || position < 1 || position > len(pieces[number]) {
		return text, "", ""
	}
	piece := []byte(pieces[number])
	old := piece[position-1]
	// 32 characters on: the first of the six bits changes, so the last character of a
	// part says something else too, and does not only change bits that nothing uses.
	at := strings.IndexByte(alphabet, old)
	piece[position-1] = alphabet[(max(at, 0)+32)%len(alphabet)]
	pieces[number] = string(piece)
	return strings.Join(pieces, "."), string(old), string(piece[position-1])
}

// NewKey makes a key to try an algorithm with, as KeyOf reads it.
func NewKey(alg string) (kind, text string, err error) {
	a := algorithmNamed(alg)
	var key any
	switch {
	case a == nil:
		return "", "", fmt.Errorf("the algorithm %s is not supported for signing", quoted(alg))
	case a.family == "secret":
		return "secret", rand.Text() + rand.Text() + rand.Text(), nil
	case a.family == "RSA":
		return "", "", errors.New("generating an RSA key takes long: run openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048, and paste its output")
	case a.family == "Ed25519":
		_, key, err = ed25519.GenerateKey(rand.Reader)
	default:
		key, err = ecdsa.GenerateKey(map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384(), "P-521": elliptic.P521()}[a.family], rand.Reader)
	}
	if err != nil {
		return "", "", err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	return "pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), err
}

// Algorithms lists those that a key is for, the usual one first.
func (k *Key) Algorithms() ([]string, error) {
	ring := k.read()
	if ring.err != nil {
		return nil, ring.err
	}
	return ring.keys[0].fits(), nil
}
