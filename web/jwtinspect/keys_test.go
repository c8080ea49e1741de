package jwtinspect_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"twodoors/web/jwtinspect"
)

func hs256(text, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// What is signed here by an algorithm is verified by the public key in each of its forms.
func TestEveryAlgorithmSignsAndVerifies(t *testing.T) {
	t.Parallel()
	pairs := makePairs(t)
	for _, alg := range jwtinspect.Algorithms() {
		signer, verifiers := keysFor(alg, pairs)
		text := sign(t, alg, signer)
		for n, key := range verifiers {
			if r := look(text, key); !r.Valid() {
				t.Errorf("%s, key %d: %+v %+v %+v", alg, n, r.Structure, r.Signature, r.Policy)
			}
			if r := look(text, key, "none"); r.Signature.Valid {
				t.Errorf("%s, key %d: valid, though not among the algorithms that are allowed", alg, n)
			}
		}
	}
}

// A key of another kind verifies nothing. One of RSA is good for RS256 and PS256 alike.
func TestKeyOfAnotherKindVerifiesNothing(t *testing.T) {
	t.Parallel()
	pairs := makePairs(t)
	for _, alg := range jwtinspect.Algorithms() {
		signer, _ := keysFor(alg, pairs)
		text := sign(t, alg, signer)
		for other, q := range pairs {
			if q.jwk == pairs[alg].jwk {
				continue
			}
			if r := look(text, pemKey(q.public)); r.Signature.Valid || finding(r, "alg-key") == nil {
				t.Errorf("%s with a key for %s: %+v %v", alg, other, r.Signature, codes(r))
			}
		}
	}
}

// A public key signs nothing, and nothing is signed by "none".
func TestWhatDoesNotSign(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := jwtinspect.Sign(draft("ES256"), pemKey(makePair(t, key).public)); err == nil {
		t.Error("a public key signs")
	}
	if _, err := jwtinspect.Sign(draft("none"), secret(strong)); err == nil {
		t.Error("none signs")
	}
}

// T4: a token signed with the public key as if that were a secret is called what
// it is, whichever way the key was spelled.
func TestForgeryWithPublicKeyIsNamed(t *testing.T) {
	t.Parallel()
	for alg, key := range makeKeys(t) {
		p := makePair(t, key)
		der, _ := x509.MarshalPKIXPublicKey(key.Public())
		for _, spelling := range []string{p.public, strings.TrimSpace(p.public), string(der)} {
			text := encode(`{"alg":"HS256"}`) + "." + encode(`{"exp":1800000300}`)
			text += "." + hs256(text, spelling)
			r := look(text, pemKey(p.public))
			if r.Signature.Valid || finding(r, "forged") == nil || finding(r, "alg-key") == nil || !r.Signature.Checked {
				t.Errorf("%s: %+v %v", alg, r.Signature, codes(r))
			}
		}
		text := encode(`{"alg":"HS256"}`) + "." + encode(`{"exp":1800000300}`)
		if r := look(text+"."+hs256(text, p.jwk), jwkKey(p.jwk)); r.Signature.Valid || finding(r, "forged") == nil {
			t.Errorf("%s, text of the JWK: %v", alg, codes(r))
		}
	}
	p := makePair(t, makeKeys(t)["RS256"])
	text := encode(`{"alg":"HS256"}`) + "." + encode(`{}`)
	text += "." + hs256(text, p.public)
	if r := look(text, secret(p.public)); finding(r, "secret-is-key") == nil {
		t.Errorf("a public key passes for a secret: %v", codes(r))
	}
}

// I6, T5: a key that comes inside the token verifies nothing.
func TestKeyInsideTokenIsNotUsed(t *testing.T) {
	t.Parallel()
	keys := makeKeys(t)
	mine, other := makePair(t, keys["ES256"]), makePair(t, keys["RS256"])
	d := draft("ES256")
	d.Header = jsontext.Value(`{"jwk":` + mine.jwk + `,"jku":"http://127.0.0.1:1/","x5u":"http://127.0.0.1:1/"}`)
	text, err := jwtinspect.Sign(d, pemKey(mine.private))
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []*jwtinspect.Key{nil, pemKey(other.public), secret(strong)} {
		r := look(text, key)
		if r.Signature.Valid || finding(r, "key-embedded") == nil || finding(r, "key-remote") == nil {
			t.Errorf("%+v %v", r.Signature, codes(r))
		}
	}
}

// Hostile keys: each is refused or left out, with the reason, and quickly (I4).
func TestHostileKeys(t *testing.T) {
	t.Parallel()
	keys := makeKeys(t)
	rs, es := makePair(t, keys["RS256"]), makePair(t, keys["ES256"])
	text, err := jwtinspect.Sign(draft("RS256"), pemKey(rs.private))
	if err != nil {
		t.Fatal(err)
	}
	huge := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 65536), big.NewInt(1))
	hugeDER, _ := x509.MarshalPKIXPublicKey(&rsa.PublicKey{N: huge, E: 65537})
	p224, _ := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	p224DER, _ := x509.MarshalPKIXPublicKey(p224.Public())
	short := &rsa.PublicKey{N: new(big.Int).Rsh(keys["RS256"].Public().(*rsa.PublicKey).N, 1024), E: 3}
	shortDER, _ := x509.MarshalPKIXPublicKey(short)
	for _, test := range []struct {
		name  string
		key   *jwtinspect.Key
		code  string
		valid bool
	}{
		{"none given", &jwtinspect.Key{}, "key-unreadable", false},
		{"two given", &jwtinspect.Key{Secret: new("x"), PEM: &rs.public}, "key-unreadable", false},
		{"empty secret", secret(""), "key-unreadable", false},
		{"empty secret", &jwtinspect.Key{SecretBase64: new("==")}, "key-unreadable", false},
		{"no base64", &jwtinspect.Key{SecretBase64: new("*")}, "key-unreadable", false},
		{"no PEM", pemKey("x"), "key-unreadable", false},
		{"broken PEM", pemKey("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"), "key-unreadable", false},
		{"PEM of something else", pemKey("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----"), "key-unreadable", false},
		{"huge modulus", pemKey(pemOf(t, "PUBLIC KEY", hugeDER, nil)), "key-too-large", false},
		{"huge private key", pemKey(pemOf(t, "PRIVATE KEY", make([]byte, 20000), nil)), "key-too-large", false},
		{"huge modulus in a JWK", jwkKey(`{"kty":"RSA","e":"AQAB","n":"` + base64.RawURLEncoding.EncodeToString(huge.Bytes()) + `"}`), "key-too-large", false},
		{"short modulus", pemKey(pemOf(t, "PUBLIC KEY", shortDER, nil)), "key-short", false},
		{"odd exponent", pemKey(pemOf(t, "PUBLIC KEY", shortDER, nil)), "key-exponent", false},
		{"a curve that JWTs do not have", pemKey(pemOf(t, "PUBLIC KEY", p224DER, nil)), "key-unreadable", false},
		{"no object", jwkKey(`[]`), "key-unreadable", false},
		{"doubled member", jwkKey(`{"kty":"RSA","kty":"oct"}`), "key-unreadable", false},
		{"no kty", jwkKey(`{"k":"AAAA"}`), "key-unreadable", false},
		{"a point off the curve", jwkKey(`{"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}`), "key-unreadable", false},
		{"for encryption", jwkKey(strings.Replace(rs.jwk, `"sig"`, `"enc"`, 1)), "key-use", false},
		{"for wrapping", jwkKey(strings.Replace(rs.jwk, `"use":"sig"`, `"key_ops":["wrapKey"]`, 1)), "key-use", false},
		{"for another algorithm", jwkKey(strings.Replace(rs.jwk, `"use":"sig"`, `"alg":"PS256"`, 1)), "alg-key", false},
		{"private", pemKey(rs.private), "key-private", true},
		{"for six algorithms", pemKey(rs.public), "alg-open", true},
		{"no set", jwksKey(`{"keys":7}`), "key-unreadable", false},
		{"empty set", jwksKey(`{"keys":[]}`), "key-unreadable", false},
		{"more than 100", jwksKey(`{"keys":[` + strings.Repeat(`{"kty":"oct","k":"AAAA"},`, 100) + `{}]}`), "key-too-large", false},
		{"one unknown", jwksKey(`{"keys":[{"kty":"LMS"},` + rs.jwk + `]}`), "key-unknown", true},
		{"doubled kid", jwksKey(`{"keys":[` + es.jwk + `,` + rs.jwk + `]}`), "key-doubled", true},
		{"a secret among public keys", jwksKey(`{"keys":[{"kty":"oct","k":"` + encode(strong) + `"},` + rs.jwk + `]}`), "key-mixed", true},
		{"another kid", jwksKey(`{"keys":[` + strings.Replace(rs.jwk, "k1", "k2", 1) + `,` + es.jwk + `]}`), "", false},
	} {
		began := time.Now()
		r := look(text, test.key)
		if test.code != "" && finding(r, test.code) == nil || r.Signature.Valid != test.valid {
			t.Errorf("%s: %v, want %s; %+v", test.name, codes(r), test.code, r.Signature)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("%s took %v", test.name, took)
		}
	}
}

// A certificate is a public key as well.
func TestCertificate(t *testing.T) {
	t.Parallel()
	key := makeKeys(t)["ES256"]
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	certificate := pemOf(t, "CERTIFICATE", der, err)
	text, err := jwtinspect.Sign(draft("ES256"), pemKey(makePair(t, key).private))
	if r := look(text, pemKey(certificate)); err != nil || !r.Signature.Valid {
		t.Errorf("%v %+v", err, r.Signature)
	}
	// In DER, as other systems have it: named, as people wonder for hours.
	digest := sha256.Sum256([]byte(text[:strings.LastIndex(text, ".")]))
	asn1, err := key.Sign(rand.Reader, digest[:], crypto.SHA256)
	text = text[:strings.LastIndex(text, ".")+1] + base64.RawURLEncoding.EncodeToString(asn1)
	if r := look(text, pemKey(certificate)); err != nil || finding(r, "ecdsa-der") == nil {
		t.Errorf("%v %v", err, codes(r))
	}
}

// Whoever signs may write what a door refuses, but only one JSON object.
func TestSignRefusesWhatIsNoToken(t *testing.T) {
	t.Parallel()
	for _, d := range []jwtinspect.Draft{
		{Algorithm: "HS256", Header: jsontext.Value(`{}`), Payload: jsontext.Value(`[]`)},
		{Algorithm: "HS256", Header: jsontext.Value(`{}`), Payload: jsontext.Value(`{"a":1,"a":2}`)},
		{Algorithm: "HS256", Header: jsontext.Value(`{}`), Payload: jsontext.Value(`{"a":1} x`)},
		{Algorithm: "HS256", Header: jsontext.Value(`x`), Payload: jsontext.Value(`{}`)},
		{Algorithm: "RS256", Header: jsontext.Value(`{}`), Payload: jsontext.Value(`{}`)},
	} {
		if text, err := jwtinspect.Sign(d, secret(strong)); err == nil {
			t.Errorf("%s: %s", d.Payload, text)
		}
	}
	text, err := jwtinspect.Sign(jwtinspect.Draft{Algorithm: "HS256", Header: jsontext.Value(`{"a":1, "alg":"none"}`), Payload: jsontext.Value("{ \"n\": 1.0e2 }\n")}, secret(strong))
	if r := look(text, secret(strong)); err != nil || !r.Signature.Valid || string(r.Header) != `{"a":1,"alg":"HS256"}` || string(r.Payload) != `{"n":1.0e2}` {
		t.Errorf("%v %s %s", err, r.Header, r.Payload)
	}
	if !slices.Contains(jwtinspect.Algorithms(), "ES512") {
		t.Error(fmt.Sprint(jwtinspect.Algorithms()))
	}
}
