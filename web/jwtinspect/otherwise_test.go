package jwtinspect_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha512"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"twodoors/web/jwtinspect"
)

// What is signed over, for tokens whose signature a test makes itself.
func unsigned(alg string) string {
	return encode(`{"alg":"`+alg+`","typ":"at+jwt"}`) + "." + encode(pastedClaims)
}

func join(input string, signature []byte) string {
	return input + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// A signature whose bytes are right and that is spelled otherwise is called so, by every
// algorithm and whichever way the key was given: the key is not blamed for it.
func TestSpellingOfSignatureIsNotBlamedOnTheKey(t *testing.T) {
	t.Parallel()
	const raw = strong
	keys := map[string][]*jwtinspect.Key{"HS256": {
		secret(raw), {SecretBase64: new(encode(raw))}, {SecretHex: new(hex.EncodeToString([]byte(raw)))}, jwkKey(`{"kty":"oct","k":"` + encode(raw) + `"}`),
	}}
	tokens := map[string]string{"HS256": made(t, pastedHeader, pastedClaims)}
	for alg, key := range makeKeys(t) {
		p := makePair(t, key)
		for n := 0; !strings.ContainsAny(lastPart(tokens[alg]), "-_"); n++ { // so that the other alphabet spells it otherwise
			d := draft(alg)
			d.Payload = fmt.Appendf(nil, `{"n":%d,"exp":1800000300}`, n)
			var err error
			if tokens[alg], err = jwtinspect.Sign(d, pemKey(p.private)); err != nil {
				t.Fatal(err)
			}
		}
		keys[alg] = []*jwtinspect.Key{pemKey(p.public), jwkKey(p.jwk), jwksKey(`{"keys":[` + p.jwk + `]}`)}
	}
	for alg, text := range tokens {
		signature := lastPart(text)
		input := strings.TrimSuffix(text, signature)
		for how, spelled := range map[string]string{
			"padded": signature + "=", "padded twice": signature + "==", "in the other alphabet": strings.NewReplacer("-", "+", "_", "/").Replace(signature),
			"with a sibling at its end": sibling(signature),
		} {
			for _, key := range keys[alg] {
				r := look(input+spelled, key)
				if spelled == signature {
					continue
				}
				if r.Signature.Valid || !strings.HasPrefix(r.Signature.Reason, "The bytes of the signature are correct") || finding(r, "secret-read") != nil || finding(r, "signature-other") != nil {
					t.Errorf("%s %s: %+v %v", alg, how, r.Signature, codes(r))
				}
			}
		}
		for _, key := range keys[alg] {
			if r := look(text+"\u200b", key); !r.Signature.Valid || finding(r, "invisible") == nil {
				t.Errorf("%s with an invisible character: %+v %v", alg, r.Signature, codes(r))
			}
		}
	}
}

func lastPart(text string) string { return text[strings.LastIndexByte(text, '.')+1:] }

// sibling changes bits at the end that nothing uses, if there are some.
func sibling(signature string) string {
	raw, _ := base64.RawURLEncoding.DecodeString(signature)
	for _, last := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" {
		other := signature[:len(signature)-1] + string(last)
		if same, err := base64.RawURLEncoding.DecodeString(other); err == nil && other != signature && string(same) == string(raw) {
			return other
		}
	}
	return signature
}

// RFC 7518 section 3.5: the salt is as long as the hash. Another one is told by its length.
func TestSaltOfAnotherLengthIsNotRight(t *testing.T) {
	t.Parallel()
	key := makeKeys(t)["RS256"].(*rsa.PrivateKey)
	public := pemKey(makePair(t, key).public)
	for alg, hash := range map[string]crypto.Hash{"PS256": crypto.SHA256, "PS384": crypto.SHA384, "PS512": crypto.SHA512} {
		input := unsigned(alg)
		sum := hash.New()
		sum.Write([]byte(input))
		for _, salt := range []int{1, 20, 32, 33, 48, 64, 256 - hash.Size() - 2} {
			signature, err := rsa.SignPSS(rand.Reader, key, hash, sum.Sum(nil), &rsa.PSSOptions{SaltLength: salt, Hash: hash})
			if err != nil {
				t.Fatal(err)
			}
			r := look(join(input, signature), public)
			right := salt == hash.Size()
			said := fmt.Sprintf("with a salt of %d byte", salt)
			if r.Signature.Valid != right || (finding(r, "pss-salt") == nil) != right || !right && !strings.Contains(r.Signature.Reason, said) {
				t.Errorf("%s with a salt of %d: %+v %v", alg, salt, r.Signature, codes(r))
			}
		}
	}
}

// A signature that another algorithm made with the same key is told, with both names.
func TestSignatureByAnotherAlgorithmIsNamed(t *testing.T) {
	t.Parallel()
	keys := makeKeys(t)
	rs := keys["RS256"].(*rsa.PrivateKey)
	algorithms := []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
	for _, by := range algorithms {
		for _, says := range algorithms {
			if by == says {
				continue
			}
			input := unsigned(says)
			r := look(join(input, signRSA(t, rs, by, input)), pemKey(makePair(t, rs).public))
			if r.Signature.Valid || !strings.Contains(r.Signature.Reason, "is valid by "+by+", but the header says "+says) {
				t.Errorf("%s under %s: %+v %v", by, says, r.Signature, codes(r))
			}
		}
	}
	input := unsigned("HS256")
	mac := hmac.New(sha512.New, []byte(strong))
	mac.Write([]byte(input))
	if r := look(join(input, mac.Sum(nil)), secret(strong)); !strings.Contains(r.Signature.Reason, "is valid by HS512") {
		t.Errorf("HS512 under HS256: %+v", r.Signature)
	}
	es := keys["ES256"].(*ecdsa.PrivateKey)
	input = unsigned("ES256")
	sum := sha512.Sum512([]byte(input))
	x, y, err := ecdsa.Sign(rand.Reader, es, sum[:])
	signature := append(x.FillBytes(make([]byte, 32)), y.FillBytes(make([]byte, 32))...)
	if r := look(join(input, signature), pemKey(makePair(t, es).public)); err != nil || !strings.Contains(r.Signature.Reason, "SHA-512") {
		t.Errorf("SHA-512 under ES256: %v %+v", err, r.Signature)
	}
}

func signRSA(t *testing.T, key *rsa.PrivateKey, alg, input string) []byte {
	t.Helper()
	hash := map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}[alg[2:]]
	sum := hash.New()
	sum.Write([]byte(input))
	var options crypto.SignerOpts = hash
	if alg[:2] == "PS" {
		options = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: hash}
	}
	signature, err := key.Sign(rand.Reader, sum.Sum(nil), options)
	if err != nil {
		t.Fatal(err)
	}
	return signature
}

// RFC 7518 section 3.4: a signature in DER is refused, and whether it is right but for that is
// told.
func TestSignatureInDERIsNamed(t *testing.T) {
	t.Parallel()
	key := makeKeys(t)["ES384"].(*ecdsa.PrivateKey)
	input := unsigned("ES384")
	sum := sha512.Sum384([]byte(input))
	right, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
	wrong, _ := asn1.Marshal(struct{ R, S *big.Int }{big.NewInt(7), big.NewInt(8)})
	for _, test := range []struct {
		signature []byte
		right     bool
	}{{right, true}, {wrong, false}} {
		r := look(join(input, test.signature), pemKey(makePair(t, key).public))
		if err != nil || r.Signature.Valid || finding(r, "ecdsa-der") == nil || strings.Contains(r.Signature.Reason, "but is otherwise correct") != test.right {
			t.Errorf("%v %+v %v", err, r.Signature, codes(r))
		}
	}
}

// Both names are said when a token names another key than there is, and whether the signature is
// right. Looking up by id refuses it in a set; a key that was given alone is meant.
func TestOtherKeyIDIsSaid(t *testing.T) {
	t.Parallel()
	keys := makeKeys(t)
	rs, es := makePair(t, keys["RS256"]), makePair(t, keys["ES256"])
	stranger := makePair(t, makeKeys(t)["RS256"])
	d := draft("RS256")
	d.Header = []byte(`{"kid":"key-2024-09"}`)
	text, err := jwtinspect.Sign(d, pemKey(rs.private))
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		key   *jwtinspect.Key
		valid bool
		says  []string
	}{
		"one key, right":          {jwksKey(`{"keys":[` + rs.jwk + `]}`), false, []string{`"key-2024-09"`, `only "k1"`, "is valid for one", "reject the token"}},
		"one key, wrong":          {jwksKey(`{"keys":[` + stranger.jwk + `]}`), false, []string{`"key-2024-09"`, `only "k1"`, "is invalid"}},
		"two keys, right":         {jwksKey(`{"keys":[` + strings.Replace(es.jwk, "k1", "k2", 1) + `,` + rs.jwk + `]}`), false, []string{`"key-2024-09"`, `only "k1"`, "is valid for one"}},
		"alone, right":            {jwkKey(rs.jwk), true, []string{"The holder of the key signed"}},
		"alone, wrong":            {jwkKey(stranger.jwk), false, []string{"did not sign this header"}},
		"a key without an id":     {jwksKey(`{"keys":[` + strings.Replace(rs.jwk, `"kid":"k1",`, "", 1) + `]}`), true, []string{"The holder of the key signed"}},
		"the key that it names":   {jwksKey(`{"keys":[` + strings.Replace(rs.jwk, "k1", "key-2024-09", 1) + `]}`), true, []string{"The holder of the key signed"}},
		"the set is empty":        {jwksKey(`{"keys":[]}`), false, []string{"the key set is empty; HS256 has no public key"}},
		"the set is for encoding": {jwksKey(`{"keys":[` + strings.Replace(rs.jwk, `"sig"`, `"enc"`, 1) + `]}`), false, []string{`use is "enc"`}},
	} {
		r := look(text, test.key)
		for _, says := range test.says {
			if r.Signature.Valid != test.valid || !strings.Contains(r.Signature.Reason, says) {
				t.Errorf("%s: %q is not said: %+v %v", name, says, r.Signature, codes(r))
			}
		}
	}
}

// A set of keys is tried for a bounded time, and those that were not are counted.
func TestKeysOfALargeSetAreNotAllTried(t *testing.T) {
	t.Parallel()
	var set []string
	for range 90 {
		key, err := ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		set = append(set, strings.Replace(makePair(t, key).jwk, `"kid":"k1",`, "", 1))
	}
	r := look(join(unsigned("ES512"), bytes.Repeat([]byte{1}, 132)), jwksKey(`{"keys":[`+strings.Join(set, ",")+`]}`))
	if f := finding(r, "keys-untried"); f == nil || r.Signature.Valid {
		t.Errorf("%+v %v", r.Signature, codes(r))
	}
}

// A key id is called hostile for what an attack cannot do without: never for being random, a
// digest, an address or a name.
func TestKeyIDIsCalledHostileWithoutFalseAlarms(t *testing.T) {
	t.Parallel()
	hostile := func(kid string) bool {
		quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(kid)
		return finding(look(encode(`{"alg":"HS256","kid":"`+quoted+`"}`)+".e30.AA", nil), "kid-hostile") != nil
	}
	for n := range 600 {
		raw := make([]byte, []int{9, 16, 20, 32, 48, 64}[n%6])
		rand.Read(raw)
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
			if kid := encoding.EncodeToString(raw); hostile(kid) {
				t.Errorf("a random id is called hostile: %s", kid)
			}
		}
	}
	for _, kid := range []string{
		"", "1", "key-1", "2024-09-01T00:00:00Z", "6b1c6f5e-0f5f-4c7e-9b0e-5f3a2c1d4e5f", "N4NPLyV2LyPh90ppHL5EXbc9Z2Xr5gh4p9--zX1K9uE", "O'Brien's key", "Ada's (new) key #2", "R&D",
		"https://issuer.example/keys?id=1&v=2#k", "arn:aws:kms:eu-west-1:1234:key/6b1c", "urn:ietf:params:oauth:jwk-thumbprint:sha-256:NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", "did:key:z6Mk#z6Mk",
		"CN=issuer, O=Example GmbH; C=DE", "key|2024", "keys/2024/09", "user@example.org", "a;b", "a--b", "50% off", "<none>"[:1],
	} {
		if hostile(kid) {
			t.Errorf("%q is called hostile", kid)
		}
	}
	for _, kid := range []string{
		"../../../../dev/null", `..\..\windows\win.ini`, "/dev/null", "/etc/passwd", "/proc/self/environ", "file:///etc/passwd", `C:\keys\x`, "/var/keys/x.pem", "keys/../../x",
		"' OR 1=1 --", "x' or '1'='1", "' UNION SELECT 'secret' --", "x' UNION ALL SELECT 1", "1; DROP TABLE keys", "'; --", `x" or "1"="1`, "admin'--", "a' AND 1=1#",
		"x | ls", "x; cat /etc/passwd", "$(whoami)", "`id`", "x && curl evil.example", "|whoami",
		"<script>alert(1)</script>", "<img src=x>", "${jndi:ldap://x}", "{{7*7}}",
	} {
		if !hostile(kid) {
			t.Errorf("%q is not called hostile", kid)
		}
	}
}

// What stands where a secret was meant to be is found without a key, and named.
func TestWhatIsNoSecretIsFound(t *testing.T) {
	t.Parallel()
	for _, given := range []string{"", "\x00", strings.Repeat("\x00", 32), "[object Object]", "undefined", "null", "${JWT_SECRET}", "$JWT_SECRET", "process.env.JWT_SECRET", "secret"} {
		text := unsigned("HS256")
		r := look(text+"."+hs256(text, given), nil)
		if finding(r, "weak-secret") == nil || r.Signature.Valid {
			t.Errorf("%q: %v", given, codes(r))
		}
	}
	for _, given := range []string{"${MY_OWN_SECRET}", "{{ .Values.jwt.secret }}", "<put your secret here>", "$SOME_KEY", "%SOME_KEY%"} {
		text := unsigned("HS256")
		if r := look(text+"."+hs256(text, given), secret(given)); finding(r, "weak-secret") == nil {
			t.Errorf("%q: %v", given, codes(r))
		}
	}
	if words := jwtinspect.CommonSecrets(); slices.Contains(words, "") || !slices.Contains(words, "secret") || slices.ContainsFunc(words, func(w string) bool { return strings.ContainsAny(w, "\x00") }) {
		t.Error("words that nobody would think up are among those to guess with")
	}
}
