package jwtinspect

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/x509"
	_ "embed"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"strings"
	"sync"
	"unicode/utf8"
)

// lookAtKey finds what is wrong with a key that can be read.
func (i *inspection) lookAtKey(k *usable, alg *algorithm, given *Key) {
	if i.mentioned[k.String()] {
		return
	}
	i.mentioned[k.String()] = true
	if k.private != nil {
		i.find("key-private")
	}
	if key, ok := k.public.(*rsa.PublicKey); ok {
		if key.N.BitLen() < 2048 {
			i.find("key-short", key.N.BitLen())
		}
		if key.E != 65537 {
			i.find("key-exponent", key.E)
		}
	}
	if names := k.fits(); k.secret == nil && len(i.expect.Algorithms) == 0 && given.PEM != nil && len(names) > 2 {
		i.find("alg-open", strings.Join(names, ", "))
	}
	if k.secret == nil {
		return
	}
	least := 32
	name := "HS256"
	if alg != nil && alg.least > 0 {
		least, name = alg.least, alg.name
	}
	if len(k.secret) < least {
		i.find("secret-short", len(k.secret), name, least)
	}
	if strings.Contains(string(k.secret), "-----BEGIN ") {
		i.find("secret-is-key")
	}
	for _, common := range commonSecrets() {
		if string(k.secret) == string(common.secret) && !i.found("weak-secret") {
			i.find("weak-secret", common.from)
		}
	}
}

// lookForWeakSecret tries the common secrets. What is found says nothing about the
// token's origin: it says that anybody could have signed it.
func (i *inspection) lookForWeakSecret(alg *algorithm, t signed) {
	if alg == nil || alg.family != "secret" || len(t.signature) != alg.size {
		return
	}
	texts := [][]byte{[]byte(t.input())}
	if len(t.payload) > 0 && i.found("base64-bits") {
		texts = append(texts, texts[0][:len(texts[0])-1])
	}
	for n, text := range texts {
		for _, common := range commonSecrets() {
			if !hmac.Equal(alg.mac(common.secret, text), t.signature) {
				continue
			}
			i.find("weak-secret", common.from)
			if n > 0 {
				i.propose(t, change{part: payloadPart, at: len(t.payload), kind: remove})
			}
			return
		}
	}
}

//go:embed secrets.txt
var secretsText string

type common struct {
	secret []byte
	from   string // where it is known from
}

// commonSecrets reads the list: lines under headings, those that begin with
// "base64:" for secrets that are no text.
var commonSecrets = sync.OnceValue(func() []common {
	var list []common
	from := ""
	for line := range strings.Lines(secretsText) {
		line = strings.TrimRight(line, "\n")
		if heading, ok := strings.CutPrefix(line, "# "); ok {
			from = heading
			continue
		}
		secret := []byte(line)
		if encoded, ok := strings.CutPrefix(line, "base64:"); ok {
			secret, _ = base64.RawURLEncoding.DecodeString(encoded)
		}
		if len(secret) > 0 {
			list = append(list, common{secret, from})
		}
	}
	return list
})

// CommonSecrets are the words of the list, without those secrets that are no text.
func CommonSecrets() (words []string) {
	for _, common := range commonSecrets() {
		if utf8.Valid(common.secret) {
			words = append(words, string(common.secret))
		}
	}
	return words
}

// readSecretAnew finds whether the secret is the right one, only read otherwise than
// who signed reads it.
func (i *inspection) readSecretAnew(alg *algorithm, t signed, keys []*usable) bool {
	if alg == nil || alg.family != "secret" || len(t.signature) != alg.size || len(keys) != 1 || i.worst(concernsSignature) != nil {
		return false
	}
	for _, other := range keys[0].readings() {
		if len(other.secret) > 0 && hmac.Equal(alg.mac(other.secret, []byte(t.input())), t.signature) {
			i.find("secret-read", other.how)
			i.Signature.Reason = "It is not right for this secret as it was read, but for the same text " + other.how + "."
			return true
		}
	}
	return false
}

// reading is what a text may mean as a secret.
type reading struct {
	how    string
	secret []byte
}

// readings are what else people take the text of a secret for. What cannot be read
// so is empty.
func (k *usable) readings() []reading {
	text := string(k.secret)
	if k.text != "" {
		return []reading{{"read as text and not as base64", []byte(k.text)}}
	}
	decoded, _ := anyBase64(text)
	digits, _ := hex.DecodeString(text)
	return []reading{
		{"read as base64", decoded}, {"read as hexadecimal digits", digits},
		{"without the white space around it", []byte(strings.TrimSpace(text))}, {"with a line break behind it", []byte(text + "\n")},
	}
}

// forgedWith tries whether a token was signed with the public key for a secret, in
// the spellings that verifiers have fallen for (RFC 8725 section 2.1).
func forgedWith(alg *algorithm, t signed, k *usable) string {
	der, err := x509.MarshalPKIXPublicKey(k.public)
	if err != nil {
		return ""
	}
	bare := strings.TrimSpace(k.text)
	block := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	spellings := []struct{ how, text string }{
		{"in DER", string(der)}, {"in PEM", block}, {"in PEM without its last line break", strings.TrimSpace(block)},
		{"in the text that was given", k.text}, {"in the text that was given, without its last line break", bare}, {"in the text that was given, with a line break", bare + "\n"},
	}
	switch key := k.public.(type) {
	case *rsa.PublicKey:
		spellings = append(spellings, struct{ how, text string }{"as PKCS #1", string(x509.MarshalPKCS1PublicKey(key))})
	case ed25519.PublicKey:
		spellings = append(spellings, struct{ how, text string }{"as raw bytes", string(key)})
	case *ecdsa.PublicKey:
		if point, err := key.Bytes(); err == nil {
			spellings = append(spellings, struct{ how, text string }{"as raw bytes", string(point)})
		}
	}
	for _, s := range spellings {
		if len(s.text) > 1 && alg.verifies(&usable{secret: []byte(s.text)}, t.input(), t.signature) {
			return s.how
		}
	}
	return ""
}

// lookAtMismatch finds what a wrong signature looks like.
func (i *inspection) lookAtMismatch(alg *algorithm, t signed) {
	if alg.size == 0 || len(t.signature) == alg.size {
		return
	}
	var numbers struct{ R, S *big.Int }
	if rest, err := asn1.Unmarshal(t.signature, &numbers); err == nil && len(rest) == 0 && strings.HasPrefix(alg.name, "ES") {
		i.findAt(signaturePart, 0, "ecdsa-der", alg.size)
		return
	}
	i.findAt(signaturePart, 0, "signature-size", len(t.signature), alg.name, alg.size)
}
