package jwtinspect

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"strings"
)

// lookAtKey finds what is wrong with a key that can be read.
func (i *inspection) lookAtKey(k *usable, alg *algorithm) {
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
		if isROCA(key.N) {
			i.find("key-roca")
		}
	}
	if names := k.fits(); k.secret == nil && len(i.expect.Algorithms) == 0 && i.key.PEM != nil && len(names) > 2 {
		i.find("alg-open", strings.Join(names, ", "))
	}
	if k.secret != nil {
		i.lookAtSecret(k, alg)
	}
}

// isROCA reports whether a modulus is one of those that a faulty chip made, and that can be
// factored (CVE-2017-15361): to each small prime it is a power of 65537.
func isROCA(modulus *big.Int) bool {
	for _, prime := range []int64{3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167} {
		rest := new(big.Int).Mod(modulus, big.NewInt(prime)).Int64()
		power := int64(1)
		for n := int64(0); power != rest; n++ {
			if n == prime {
				return false
			}
			power = power * 65537 % prime
		}
	}
	return true
}

// lookAtSecret finds what makes a secret easy to guess, or no secret at all.
func (i *inspection) lookAtSecret(k *usable, alg *algorithm) {
	least, name := 32, "HS256"
	if alg != nil && alg.least > 0 {
		least, name = alg.least, alg.name
	}
	if len(k.secret) < least {
		i.find("secret-short", len(k.secret), name, least)
	}
	if key := k.keyInText(); key != nil {
		i.find("secret-is-key", key)
	}
	if from := knownFrom(k.secret); from != "" && !i.found("weak-secret") {
		i.find("weak-secret", from)
	}
}

// keyInText is the public or private key that was given as if it was a secret, nil when there is
// none.
func (k *usable) keyInText() *usable {
	if len(k.secret) > maxSecret {
		return nil
	}
	if ring := readKeyText(string(k.secret)); len(ring.keys) > 0 && ring.keys[0].secret == nil {
		return ring.keys[0]
	}
	return nil
}

// forgedWith tries whether a token was signed with the public key for a secret, in
// the spellings that verifiers have fallen for (RFC 8725 section 2.1).
func forgedWith(alg *algorithm, t signed, k *usable) string {
	der, err := x509.MarshalPKIXPublicKey(k.public)
	if err != nil || alg.family != "secret" {
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

// lookAtSignatureSize finds a signature that no key makes by this algorithm.
func (i *inspection) lookAtSignatureSize(alg *algorithm, t signed) {
	if alg.size > 0 && len(t.signature) != alg.size {
		i.findAt(signaturePart, 0, "signature-size", len(t.signature), alg.name, alg.size)
	}
}
