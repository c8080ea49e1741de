package jwtinspect_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"twodoors/web/jwtinspect"
)

// forms are the texts in which people have a public key, by what they are called.
func forms(t testing.TB, key crypto.Signer) map[string]string {
	t.Helper()
	p := makePair(t, key)
	public, _ := x509.MarshalPKIXPublicKey(key.Public())
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	certificate := pemOf(t, "CERTIFICATE", der, err)
	bare, bareCertificate := base64.StdEncoding.EncodeToString(public), base64.StdEncoding.EncodeToString(der)
	escaped := strings.ReplaceAll(p.public, "\n", `\n`)
	asJSON := func(v any) string { text, _ := json.MarshalIndent(v, "", " "); return string(text) }
	all := map[string]string{
		"PEM": p.public, "PEM without the last line break": strings.TrimSpace(p.public), "a certificate": certificate, "a private key": p.private,
		"with a byte order mark": "\ufeff" + p.public, "with CR LF": strings.ReplaceAll(p.public, "\n", "\r\n"), "with CR": strings.ReplaceAll(p.public, "\n", "\r"),
		"with escaped line breaks": escaped, "quoted and escaped": `"` + escaped + `"`, "in single quotes": "'" + p.public + "'",
		"escaped CR LF": strings.ReplaceAll(p.public, "\n", `\r\n`), "escaped twice": strings.ReplaceAll(p.public, "\n", `\\n`),
		"on one line": strings.ReplaceAll(p.public, "\n", " "), "on one line without blanks": strings.ReplaceAll(p.public, "\n", ""),
		"indented": "    " + strings.ReplaceAll(p.public, "\n", "\n    "), "in YAML": "key: |\n  " + strings.ReplaceAll(p.public, "\n", "\n  "),
		"indented with tabs": "\t" + strings.ReplaceAll(p.public, "\n", "\n\t"), "with empty lines": strings.ReplaceAll(p.public, "\n", "\n\n"),
		"in an env line": `PUBLIC_KEY="` + escaped + `"`, "in a program": "const key = `" + p.public + "`;",
		"in lines of a program": `"` + strings.ReplaceAll(strings.TrimSpace(p.public), "\n", "\\n\" +\n  \"") + `"`,
		"in lines of Java":      `"` + strings.ReplaceAll(strings.TrimSpace(p.public), "\n", "\\n\"\n  + \"") + `"`,
		"percent-encoded":       url.PathEscape(p.public), "in HTML": strings.ReplaceAll(p.public, "\n", "<br>\n"), "without its last line": strings.Split(p.public, "-----END")[0],
		"with text around it": "Bag Attributes\n    friendlyName: x\nsubject=/CN=x\n" + certificate + "\nand more text",
		"a chain":             certificate + certificate, "a certificate and its key": certificate + p.private,
		"with dashes": strings.ReplaceAll(p.public, "-----", "—–—"), "with lower-case noise": "here it is:\n\n" + p.public + "\nthanks!",
		"in UTF-16": utf16Text(p.public), "with soft hyphens": strings.ReplaceAll(p.public, "-----\n", "\u00ad-----\n"),
		"bare base64": bare, "bare base64 in lines": bare[:40] + "\n" + bare[40:], "bare base64url": strings.NewReplacer("+", "-", "/", "_").Replace(bare),
		"bare base64 without padding": strings.TrimRight(bare, "="), "a bare certificate": bareCertificate, "bare base64 in quotes": `"` + bare + `"`,
		"bare base64 behind a name": "PUBLIC_KEY=" + bare, "in DER": string(public), "a certificate in DER": string(der), "in hexadecimal digits": hex.EncodeToString(public),
		"PEM in base64": base64.StdEncoding.EncodeToString([]byte(p.public)), "JWK in base64": base64.StdEncoding.EncodeToString([]byte(p.jwk)),
		"JWK": p.jwk, "JWK with a byte order mark": "\ufeff" + p.jwk, "JWK in quotes": "'" + p.jwk + "'", "JWK in a program": "const jwk = " + p.jwk + ";",
		"JWK as JSON text": asJSON(p.jwk), "a set": `{"keys":[` + p.jwk + `]}`, "a list": `[` + p.jwk + `]`, "a set in an answer": `{"data":{"keys":[` + p.jwk + `]}}`,
		"a set with a line before it": "HTTP/1.1 200 OK\nContent-Type: application/json\n\n" + `{"keys":[` + p.jwk + `]}`,
		"x5c alone":                   asJSON(map[string]any{"x5c": []string{bareCertificate}}), "x5c and kty": asJSON(map[string]any{"kty": "RSA", "x5c": []string{bareCertificate}}),
		"a map of certificates": asJSON(map[string]any{"k1": certificate}), "a map of bare certificates": asJSON(map[string]any{"k1": bareCertificate}),
		"an issuer's answer": asJSON(map[string]any{"realm": "x", "public_key": bare, "token-service": "https://issuer.example"}),
		"an API's answer":    asJSON(map[string]any{"alg": "x", "value": p.public}), "a list of certificates": asJSON([]string{certificate}),
		"SAML metadata": "<md:KeyDescriptor><ds:X509Certificate>\n" + bareCertificate + "\n</ds:X509Certificate></md:KeyDescriptor>",
	}
	addSSH(all, key.Public())
	switch key := key.(type) {
	case *rsa.PrivateKey:
		all["PKCS #1"] = pemOf(t, "RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&key.PublicKey), nil)
		all["PKCS #1, private"] = pemOf(t, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key), nil)
		all["PKCS #1 under the wrong label"] = pemOf(t, "PUBLIC KEY", x509.MarshalPKCS1PublicKey(&key.PublicKey), nil)
		all["padded JWK"] = strings.Replace(p.jwk, `","e"`, `==","e"`, 1)
		all["JWK with a blank"] = strings.Replace(p.jwk, `"n":"`, `"n":" `, 1)
		all["XML"] = "<RSAKeyValue><Modulus>" + base64.StdEncoding.EncodeToString(key.N.Bytes()) + "</Modulus><Exponent>AQAB</Exponent></RSAKeyValue>"
	case *ecdsa.PrivateKey:
		sec1, err := x509.MarshalECPrivateKey(key)
		all["SEC 1"] = pemOf(t, "EC PRIVATE KEY", sec1, err)
		all["as openssl ecparam writes it"] = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + all["SEC 1"]
	}
	return all
}

// addSSH adds the line of SSH (RFC 4253 section 6.6).
func addSSH(all map[string]string, public crypto.PublicKey) {
	var fields [][]byte
	switch key := public.(type) {
	case *rsa.PublicKey:
		fields = [][]byte{[]byte("ssh-rsa"), {1, 0, 1}, append([]byte{0}, key.N.Bytes()...)}
	case *ecdsa.PublicKey:
		point, _ := key.Bytes()
		curve := strings.ToLower(strings.ReplaceAll(key.Curve.Params().Name, "P-", "nistp"))
		fields = [][]byte{[]byte("ecdsa-sha2-" + curve), []byte(curve), point}
	case ed25519.PublicKey:
		fields = [][]byte{[]byte("ssh-ed25519"), key}
	}
	var blob []byte
	for _, field := range fields {
		blob = append(binary.BigEndian.AppendUint32(blob, uint32(len(field))), field...)
	}
	text := base64.StdEncoding.EncodeToString(blob)
	all["SSH"] = string(fields[0]) + " " + text + " ada@example"
	all["SSH with options"] = `no-pty,command="x" ` + all["SSH"]
	all["SSH in its own form"] = "---- BEGIN SSH2 PUBLIC KEY ----\nComment: \"x\"\n" + text + "\n---- END SSH2 PUBLIC KEY ----\n"
}

// A key is read in every form in which people have it: by the page, which is not told what it
// is, and where it is said to be a PEM or JSON.
func TestKeysAreReadAsPeopleHaveThem(t *testing.T) {
	t.Parallel()
	for alg, key := range makeKeys(t) {
		if !slices.Contains([]string{"RS256", "ES256", "ES512", "EdDSA"}, alg) {
			continue
		}
		text, err := jwtinspect.Sign(draft(alg), pemKey(makePair(t, key).private))
		if err != nil {
			t.Fatal(err)
		}
		for name, form := range forms(t, key) {
			r := look(text, jwtinspect.KeyOf("", form))
			if !r.Signature.Valid {
				t.Errorf("%s, %s: %+v %v\n%.300s", alg, name, r.Signature, codes(r), form)
			}
			if odd := name == "padded JWK" || name == "JWK with a blank"; odd != (finding(r, "key-spelled") != nil) {
				t.Errorf("%s, %s: %v", alg, name, codes(r))
			}
			if r := look(text, pemKey(form)); !r.Signature.Valid {
				t.Errorf("%s, %s, as PEM: %+v", alg, name, r.Signature)
			}
			if json.Valid([]byte(form)) {
				if r := look(text, jwksKey(form)); !r.Signature.Valid {
					t.Errorf("%s, %s, as a set: %+v", alg, name, r.Signature)
				}
			}
		}
	}
}

// Private keys sign in every form in which they verify.
func TestKeysSignAsPeopleHaveThem(t *testing.T) {
	t.Parallel()
	for alg, key := range makeKeys(t) {
		if alg != "RS256" && alg != "ES256" && alg != "EdDSA" {
			continue
		}
		for name, form := range forms(t, key) {
			k := jwtinspect.KeyOf("", form)
			text, err := jwtinspect.Sign(draft(alg), k)
			if private := strings.Contains(form, "PRIVATE KEY"); private != (err == nil) {
				t.Errorf("%s, %s: %v", alg, name, err)
			} else if err == nil && !look(text, k).Signature.Valid {
				t.Errorf("%s, %s: what it signs is not right", alg, name)
			}
		}
	}
}

// Made with openssl: keys that no algorithm here is for.
var unusable = map[string]string{
	"secp256k1": "-----BEGIN EC PARAMETERS-----\nBgUrgQQACg==\n-----END EC PARAMETERS-----\n-----BEGIN EC PRIVATE KEY-----\nMHQCAQEEIBlvR44nE+zpqxOnPreO/0NvPm7yF1T3aStG8LVknyoPoAcGBSuBBAAK\noUQDQgAE05iI/GbAhgLFdjYjBnqUtmfb/QtSJ7WBIXkqP64yO3H0f5of11JEpgFI\n48h7CN+nctH24nJ7fBzZiljOeWlcMg==\n-----END EC PRIVATE KEY-----\n",
	"Ed448":     "-----BEGIN PUBLIC KEY-----\nMEMwBQYDK2VxAzoASBtpREbdrFDoJqfYWj9L+bF6uOuN+FhRG3PURKplpbSEZFuW\n8Ny+pup0g30HmWCP5OsOhGZFRmmA\n-----END PUBLIC KEY-----\n",
	"X25519":    "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VuAyEARztzHAgqhOqrG7kAeoCRnxpt2mPL6T1Pz+W08afdriE=\n-----END PUBLIC KEY-----\n",
	"Brainpool": "-----BEGIN PUBLIC KEY-----\nMFowFAYHKoZIzj0CAQYJKyQDAwIIAQEHA0IABAOKyi7Xnh4f4hd/8U/QgB2T+lBZ\nrgxcjWjKI0ZYl+cfOdYaJ1NyHuUPhvOC0xPDCwruHN+iPLXdqU7kNjpXsTM=\n-----END PUBLIC KEY-----\n",
}

// What is no key, or none that can be used, is named for what it is: never by a library's words,
// never as a secret of so many bytes, and never as a forgery.
func TestWhatIsNoKeyIsNamed(t *testing.T) {
	t.Parallel()
	rs := makePair(t, makeKeys(t)["RS256"])
	text, err := jwtinspect.Sign(draft("RS256"), pemKey(rs.private))
	if err != nil {
		t.Fatal(err)
	}
	for given, says := range map[string]string{
		"https://issuer.example/.well-known/jwks.json": "this is an address", "http://localhost:8080/certs": "this is an address",
		text: "this is a token", "./keys/public.pem": "the name of a file", `C:\keys\public.key`: "the name of a file", "jwks.json": "the name of a file",
		"AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD": "fingerprint",
		"SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8":          "fingerprint",
		unusable["secp256k1"]: "secp256k1, for ES256K (RFC 8812)", unusable["Ed448"]: "Ed448 key (RFC 8037)", unusable["X25519"]: "signs nothing", unusable["Brainpool"]: "Brainpool",
		`{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"}`: "secp256k1, for ES256K", `{"kty":"OKP","crv":"Ed448","x":"AA"}`: "Ed448", `{"keys":[{"kty":"OKP","crv":"Ed448","x":"AA"}]}`: "Ed448",
		`{"kty":"OKP","crv":"X25519","x":"AA"}`: "X25519", `{"kty":"AKP","alg":"ML-DSA-44","pub":"AA"}`: "ML-DSA", `{"kty":"EC","crv":"P-192","x":"AA","y":"AA"}`: `"P-192"`,
		`{"kty":"RSA","e":"AQAB"}`: "no member n", `{"kty":"RSA","n":"!!","e":"AQAB"}`: "member n of the JWK is not base64url", `{"kty":"RSA","n":7,"e":"AQAB"}`: "member n of the JWK is not a string",
		`{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}`: "leading zeros", `{"kty":"LMS"}`: `of the type "LMS"`, `{"kty":"RSA","n":"AQ`: "broken", `{"keys":[]}`: "the key set is empty",
		rs.public[:200]: "was cut off", "issuer.example/.well-known/jwks.json": "this is an address", "/etc/keys/public": "the name of a file", "file:///keys/x": "the name of a file",
		`{"issuer":"https://issuer.example","jwks_uri":"https://issuer.example/jwks"}`: "jwks_uri", "{'kty':'RSA','n':'AQAB'}": "double quotes", "{kty:\"RSA\"}": "double quotes", "Modulus=B5E17C": "the modulus", strings.Replace(rs.public, "M", "*", 2): "not base64",
		"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----":                                         "is encrypted",
		"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,AA\n\nAAAA\n-----END RSA PRIVATE KEY-----": "is encrypted",
		"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----":                                             "ssh-keygen",
		"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----":                                         "PGP",
		"-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----":                                             "a certificate request",
		"ssh-dss AAAAB3NzaC1kc3MAAACBAP": "SSH", "ssh-rsa AAAAB3NzaC1yc2E": "SSH", "PuTTY-User-Key-File-2: ssh-rsa": "PuTTY",
		`{"kty":"RSA","use":"enc","n":"AQAB","e":"AQAB"}`: `use is "enc"`, "a secret that is none of these": "Give the public key",
	} {
		r := look(text, jwtinspect.KeyOf("", given))
		if r.Signature.Valid || r.Signature.Checked || !strings.Contains(r.Signature.Reason, says) {
			t.Errorf("%.60q: %q is not said: %+v", given, says, r.Signature)
		}
		if said := fmt.Sprint(r.Findings, r.Signature); strings.Contains(said, "go-jose") || strings.Contains(said, "x509") || strings.Contains(said, "asn1") || strings.Contains(said, "forge") {
			t.Errorf("%.60q: %s", given, said)
		}
	}
}

// A key that was given as a secret is named for what it is, and so is one that is for something
// else.
func TestKeyGivenAsSecretIsNamed(t *testing.T) {
	t.Parallel()
	rs := makePair(t, makeKeys(t)["RS256"])
	text, err := jwtinspect.Sign(draft("RS256"), pemKey(rs.private))
	if err != nil {
		t.Fatal(err)
	}
	for _, given := range []string{rs.public, rs.jwk, base64.StdEncoding.EncodeToString(decoded(t, rs.public))} {
		r := look(text, secret(given))
		if r.Signature.Checked || !strings.Contains(r.Signature.Reason, "That text is an RSA key of 2048 bits: give it as a key") {
			t.Errorf("%.40q: %+v", given, r.Signature)
		}
		if _, err := jwtinspect.Sign(draft("RS256"), secret(given)); err == nil || !strings.Contains(err.Error(), "That text is an RSA key") {
			t.Errorf("%.40q signs: %v", given, err)
		}
	}
	if r := look(made(t, pastedHeader, pastedClaims), pemKey(rs.public)); r.Signature.Checked || !strings.Contains(r.Signature.Reason, "Give the secret that signed it") || finding(r, "forged") != nil {
		t.Errorf("a genuine token by HS256 and a public key: %+v %v", r.Signature, codes(r))
	}
}

func decoded(t testing.TB, public string) []byte {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(public), "\n")
	raw, err := base64.StdEncoding.DecodeString(strings.Join(lines[1:len(lines)-1], ""))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// RSA keys up to the bound are read as JWK and as PEM alike.
func TestLargeRSAKeysAreReadInEveryForm(t *testing.T) {
	t.Parallel()
	modulus := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 8192), big.NewInt(12345)) // any odd number of that size
	public := &rsa.PublicKey{N: modulus, E: 65537}
	der, err := x509.MarshalPKIXPublicKey(public)
	jwk := `{"kty":"RSA","e":"AQAB","n":"` + base64.RawURLEncoding.EncodeToString(modulus.Bytes()) + `"}`
	for _, given := range []string{pemOf(t, "PUBLIC KEY", der, err), jwk} {
		r := look(encode(`{"alg":"RS256"}`)+".e30."+strings.Repeat("A", 1366), jwtinspect.KeyOf("", given))
		if !r.Signature.Checked || !strings.Contains(r.Signature.Key, "8192 bits") {
			t.Errorf("%.40s: %+v %v", given, r.Signature, codes(r))
		}
	}
}

// Keys that say that they are for RSASSA-PSS are for that alone (RFC 4055 section 1.2).
func TestKeyForPSSIsForThatAlone(t *testing.T) {
	t.Parallel()
	rs := makeKeys(t)["RS256"].(*rsa.PrivateKey)
	spki := decoded(t, makePair(t, rs).public)
	// The same structure with another name of the algorithm, and no parameters.
	body := append([]byte{0x30, 0x0b, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a}, spki[4+15:]...)
	der := append([]byte{0x30, 0x82, byte(len(body) >> 8), byte(len(body))}, body...)
	for alg, right := range map[string]bool{"PS256": true, "RS256": false} {
		text, err := jwtinspect.Sign(draft(alg), pemKey(makePair(t, rs).private))
		if r := look(text, pemKey(pemOf(t, "PUBLIC KEY", der, err))); r.Signature.Valid != right {
			t.Errorf("%s: %+v %v", alg, r.Signature, codes(r))
		}
	}
}
