package jwtinspect

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"errors"
	"math/big"
	"strings"
)

// maxPrivate is how long a private key may be in DER: as long as one of RSA with
// the largest modulus.
const maxPrivate = 4800

// derForms are what a key in DER may be. The label before it is often wrong, so each is tried.
var derForms = []struct {
	private bool
	read    func(der []byte) (any, error)
}{
	{false, x509.ParsePKIXPublicKey},
	{false, certified},
	{false, func(der []byte) (any, error) { return x509.ParsePKCS1PublicKey(der) }},
	{false, smallRSA},
	{true, x509.ParsePKCS8PrivateKey},
	{true, func(der []byte) (any, error) { return x509.ParsePKCS1PrivateKey(der) }},
	{true, func(der []byte) (any, error) { return x509.ParseECPrivateKey(der) }},
}

// readDER reads a key, or a certificate with one. What it knows and cannot use it names.
func readDER(der []byte) (*usable, error) {
	for _, form := range derForms {
		if form.private && len(der) > maxPrivate {
			continue
		}
		if key, err := form.read(der); err == nil {
			if k, err := use(key); !errors.Is(err, errNoKey) {
				return k, err
			}
		}
	}
	if key := forPSS(der); key != nil {
		k, err := use(key)
		if err == nil {
			k.pss = true
		}
		return k, err
	}
	return nil, nameByOID(der)
}

func certified(der []byte) (any, error) {
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return certificate.PublicKey, nil
}

// smallRSA reads keys that the library thinks too odd, so that what is odd can be told.
func smallRSA(der []byte) (any, error) {
	var key struct {
		N *big.Int
		E int
	}
	rest, err := asn1.Unmarshal(der, &key)
	if err != nil || len(rest) > 0 || key.N.Sign() <= 0 {
		return nil, errNoKey
	}
	return &rsa.PublicKey{N: key.N, E: key.E}, nil
}

var oidPSS = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}

// forPSS reads a key that says that it is for RSASSA-PSS (RFC 4055 section 1.2), which the
// library does not.
func forPSS(der []byte) any {
	type algorithm struct {
		ID         asn1.ObjectIdentifier
		Parameters asn1.RawValue `asn1:"optional"`
	}
	var public struct {
		Algorithm algorithm
		Key       asn1.BitString
	}
	var private struct {
		Version   int
		Algorithm algorithm
		Key       []byte
	}
	if _, err := asn1.Unmarshal(der, &public); err == nil && public.Algorithm.ID.Equal(oidPSS) {
		if key, err := x509.ParsePKCS1PublicKey(public.Key.Bytes); err == nil {
			return key
		}
	}
	if _, err := asn1.Unmarshal(der, &private); err == nil && private.Algorithm.ID.Equal(oidPSS) && len(der) <= maxPrivate {
		if key, err := x509.ParsePKCS1PrivateKey(private.Key); err == nil {
			return key
		}
	}
	return nil
}

// Keys that are known, and that are not checked with here.
const (
	nameSecp256k1 = "it is a key on secp256k1, for ES256K (RFC 8812), which is not checked here. Use a library that supports it"
	nameEd448     = "it is an Ed448 key (RFC 8037), which is not checked here. Use a library that supports it"
	nameX25519    = "it is an X25519 or X448 key (RFC 8037): it is for encrypting, and signs nothing"
	nameBrainpool = "it is a key on a Brainpool curve, which JWS does not have"
	nameDSA       = "it is a DSA key, which cannot sign tokens"
	nameDH        = "it is a Diffie-Hellman key: it is for key agreement and cannot sign"
	nameMLDSA     = "it is an ML-DSA key, which is not checked here. Use a library that supports it"
)

// oids are what such keys name their algorithm or their curve by.
var oids = []struct {
	id   asn1.ObjectIdentifier
	what string
}{
	{asn1.ObjectIdentifier{1, 3, 132, 0, 10}, nameSecp256k1},
	{asn1.ObjectIdentifier{1, 3, 101, 113}, nameEd448},
	{asn1.ObjectIdentifier{1, 3, 101, 110}, nameX25519},
	{asn1.ObjectIdentifier{1, 3, 101, 111}, nameX25519},
	{asn1.ObjectIdentifier{1, 3, 36, 3, 3, 2, 8, 1, 1, 7}, nameBrainpool},
	{asn1.ObjectIdentifier{1, 3, 36, 3, 3, 2, 8, 1, 1, 11}, nameBrainpool},
	{asn1.ObjectIdentifier{1, 3, 36, 3, 3, 2, 8, 1, 1, 13}, nameBrainpool},
	{asn1.ObjectIdentifier{1, 2, 840, 10040, 4, 1}, nameDSA},
	{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 3, 1}, nameDH},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 3, 17}, nameMLDSA},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 3, 18}, nameMLDSA},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 3, 19}, nameMLDSA},
}

// nameByOID names a key by what it calls its algorithm, wherever that stands.
func nameByOID(der []byte) error {
	var whole asn1.RawValue
	if rest, err := asn1.Unmarshal(der, &whole); err != nil || len(rest) > 0 {
		return errNoKey
	}
	for _, known := range oids {
		if id, err := asn1.Marshal(known.id); err == nil && bytes.Contains(der, id) {
			return unreadable("%s", known.what)
		}
	}
	return errNoKey
}

// derBegins is how a sequence of DER begins in base64. maxTried bounds how many are looked at.
var derBegins = expression(`\bM[A-P][A-Za-z0-9+/_-]`)

const maxTried = 16

// readBareDER finds keys and certificates in DER that stand in a text in base64, as identity
// servers show them, and in XML. Each says itself how long it is.
func readBareDER(text string) keyring {
	var ring keyring
	text = unescape(text)
	for n, at := 0, 0; n < maxTried; n++ {
		next := derBegins().FindStringIndex(text[at:])
		if next == nil {
			break
		}
		at += next[0]
		key, err := readDER(sequence(text[at:]))
		if !errors.Is(err, errNoKey) {
			ring.add(key, err)
		}
		end := strings.IndexFunc(text[at:], func(r rune) bool { return !inBase64(r) })
		if end < 0 {
			break
		}
		at += end
	}
	if len(ring.keys)+len(ring.wrong) == 0 {
		return keyring{err: errNoKey}
	}
	return ring.finish("")
}

// sequence decodes base64 up to the end of the first sequence of DER in it.
func sequence(text string) []byte {
	if end := strings.IndexFunc(text, func(r rune) bool { return !inBase64(r) && !strings.ContainsRune(" \t\r\n", r) }); end >= 0 {
		text = text[:end]
	}
	text = strings.NewReplacer("-", "+", "_", "/").Replace(strings.Join(strings.Fields(text), ""))
	raw, _ := base64.RawStdEncoding.DecodeString(text[:len(text)/4*4+[]int{0, 0, 2, 3}[len(text)%4]])
	var whole asn1.RawValue
	if _, err := asn1.Unmarshal(raw, &whole); err != nil {
		return nil
	}
	return whole.FullBytes
}

func inBase64(r rune) bool { return !foreign(r) || r == '+' || r == '/' }
