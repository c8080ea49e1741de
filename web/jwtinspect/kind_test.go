package jwtinspect_test

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"

	"twodoors/web/jwtinspect"
)

// Each kind of token is judged by its own rules, and they are named.
func TestKindsAreJudgedByTheirRules(t *testing.T) {
	t.Parallel()
	const jwk = `"jwk":{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}`
	for _, test := range []struct {
		name, header, claims string
		kind                 string
		verdicts             string
		found, not           string // codes, by blanks
	}{
		{"JWT", `"typ":"JWT"`, `"exp":1800000300`, "JWT", "yyy", "no-issuer no-audience no-subject no-id no-issued", "claim-wanted"},
		{"access token", `"typ":"at+jwt"`, `"exp":1800000300`, "access token", "yyy", "claim-wanted no-issuer", ""},
		{"access token, as a media type", `"typ":"application/AT+JWT"`, `"exp":1800000300`, "access token", "yyy", "claim-wanted", ""},
		{"DPoP proof", `"typ":"dpop+jwt",` + jwk, `"jti":"x","htm":"GET","htu":"https://a.example","iat":1800000000`, "DPoP proof", "yyy", "", "no-expiry no-audience no-issuer no-subject key-embedded"},
		{"DPoP proof without its key", `"typ":"dpop+jwt"`, `"jti":"x","htm":"GET","htu":"https://a.example","iat":1800000000`, "DPoP proof", "yyn", "proof-key", "no-expiry"},
		{"DPoP proof with a private key", `"typ":"dpop+jwt","jwk":{"kty":"EC","d":"AA"}`, `"jti":"x","htm":"GET","htu":"https://a.example","iat":1800000000`, "DPoP proof", "yyn", "proof-key", ""},
		{"DPoP proof with a secret", `"typ":"dpop+jwt","jwk":{"kty":"oct","k":"AA"}`, `"jti":"x","htm":"GET","htu":"https://a.example","iat":1800000000`, "DPoP proof", "yyn", "proof-key", ""},
		{"DPoP proof without a method", `"typ":"dpop+jwt",` + jwk, `"jti":"x","htu":"https://a.example","iat":1800000000`, "DPoP proof", "yyn", "claim-demanded", ""},
		{"ID token", `"typ":"JWT"`, `"iss":"i","sub":"s","aud":"a","iat":1800000000,"exp":1800000300,"nonce":"n"`, "ID token", "yyy", "", "claim-demanded"},
		{"ID token without an audience", `"typ":"JWT"`, `"iss":"i","sub":"s","iat":1800000000,"exp":1800000300,"at_hash":"n"`, "ID token", "yyn", "claim-demanded", ""},
		{"an access token with a nonce", `"typ":"at+jwt"`, `"exp":1800000300,"nonce":"n"`, "access token", "yyy", "", ""},
		{"logout token", `"typ":"logout+jwt"`, `"iss":"i","aud":"a","iat":1800000000,"exp":1800000300,"jti":"j","events":{}`, "logout token", "yyy", "", "no-subject"},
		{"logout token without events", `"typ":"logout+jwt"`, `"iss":"i","aud":"a","iat":1800000000,"exp":1800000300,"jti":"j"`, "logout token", "yyn", "claim-demanded", ""},
		{"security event", `"typ":"secevent+jwt"`, `"iss":"i","iat":1800000000,"jti":"j","events":{}`, "security event token", "yyy", "", "no-expiry"},
		{"a credential", `"typ":"dc+sd-jwt"`, `"iss":"i","exp":1800000300`, "SD-JWT", "yyy", "", "no-audience no-subject"},
		{"key binding", `"typ":"kb+jwt"`, `"iat":1800000000,"aud":"a","nonce":"n","sd_hash":"h"`, "key binding of an SD-JWT", "yyy", "", "no-expiry"},
		{"a type that is not known", `"typ":"x+jwt"`, `"sub":"s"`, "JWT", "yyn", "no-expiry", ""},
	} {
		r := look(made(t, `{"alg":"HS256",`+test.header+`}`, `{`+test.claims+`}`), secret(strong))
		if r.Kind.Name != test.kind || r.Kind.Source == "" || yes(r.Structure.Valid)+yes(r.Signature.Valid)+yes(r.Policy.Valid) != test.verdicts {
			t.Errorf("%s: %+v, %+v %+v %+v %v", test.name, r.Kind, r.Structure, r.Signature, r.Policy, codes(r))
		}
		for code := range strings.FieldsSeq(test.found) {
			if f := finding(r, code); f == nil || f.Source == "" {
				t.Errorf("%s: %s is not found: %v", test.name, code, codes(r))
			}
		}
		for code := range strings.FieldsSeq(test.not) {
			if finding(r, code) != nil {
				t.Errorf("%s: %s is found", test.name, code)
			}
		}
	}
}

// RFC 9901: the part before the first tilde is judged; disclosures are listed, and compared with
// what the issuer signed.
func TestDisclosuresAreListedAndCompared(t *testing.T) {
	t.Parallel()
	one, two := encode(`["salt","given_name","Ada"]`), encode(`["salt","Lovelace"]`)
	hash := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return base64.RawURLEncoding.EncodeToString(sum[:])
	}
	sign := func(more string) string {
		return made(t, `{"alg":"HS256","typ":"dc+sd-jwt"}`, `{"iss":"i","exp":1800000300,"_sd":["`+hash(one)+`"],"names":[{"...":"`+hash(two)+`"}]`+more+`}`)
	}
	issued := sign("")
	shown := issued + "~" + one + "~" + two + "~"
	binding := func(over string) string {
		return made(t, `{"alg":"HS256","typ":"kb+jwt"}`, `{"iat":1800000000,"aud":"a","nonce":"n","sd_hash":"`+hash(over)+`"}`)
	}
	for _, test := range []struct{ name, text, verdicts, found, not string }{
		{"no disclosure", issued + "~", "yyy", "door-stricter", "disclosure-unsigned signature-other"},
		{"one", issued + "~" + one + "~", "yyy", "", "disclosure-unsigned"},
		{"two", shown, "yyy", "", "disclosure-unsigned"},
		{"one that was not signed", issued + "~" + encode(`["salt","role","admin"]`) + "~", "yyn", "disclosure-unsigned", ""},
		{"one that is none", issued + "~x~", "nyy", "disclosure-broken", ""},
		{"with a key binding", shown + binding(shown), "yyy", "binding", "binding-other"},
		{"with another's key binding", shown + binding(issued+"~"), "yyn", "binding-other", ""},
		{"with something behind it", shown + "x", "nyy", "binding-broken", ""},
		{"by another hash", sign(`,"_sd_alg":"md5"`) + "~" + one + "~", "yyn", "sd-hash", ""},
		{"more than are read", issued + strings.Repeat("~"+one, 201) + "~", "nyy", "disclosures-many", "disclosure-unsigned"},
		{"changed", strings.Replace(shown, ".", ".A", 1), "", "", "forged"},
	} {
		r := look(test.text, secret(strong))
		got := yes(r.Structure.Valid) + yes(r.Signature.Valid) + yes(r.Policy.Valid)
		if test.verdicts != "" && (got != test.verdicts || r.Kind.Name != "SD-JWT") {
			t.Errorf("%s: %s, %+v %+v %+v %+v %v", test.name, got, r.Kind, r.Structure, r.Signature, r.Policy, codes(r))
		}
		for code := range strings.FieldsSeq(test.found) {
			if finding(r, code) == nil {
				t.Errorf("%s: %s is not found: %v", test.name, code, codes(r))
			}
		}
		for code := range strings.FieldsSeq(test.not) {
			if finding(r, code) != nil {
				t.Errorf("%s: %s is found", test.name, code)
			}
		}
	}
	if r := look(shown+binding(shown), secret(strong)); len(r.Parts) != 6 || !strings.Contains(r.Parts[3].Decoded, "given_name") || r.Parts[5].Name != "key binding" {
		t.Errorf("parts: %+v", r.Parts)
	}
}

// A nested token is well formed, and the one within is offered; one that hides it is not.
func TestNestedTokenIsOffered(t *testing.T) {
	t.Parallel()
	inner := made(t, pastedHeader, pastedClaims)
	for header, valid := range map[string]bool{`{"alg":"HS256","cty":"JWT"}`: true, `{"alg":"HS256","cty":"jwt"}`: true, `{"alg":"HS256"}`: false} {
		r := look(made(t, header, inner), secret(strong))
		if r.Structure.Valid != valid || (finding(r, "nested-unsaid") == nil) != valid || r.Inner != inner || !r.Signature.Valid || r.Policy.Valid || r.Kind.Name != "nested JWT" || finding(r, "not-object") != nil {
			t.Errorf("%s: %+v %+v %+v %v", header, r.Structure, r.Signature, r.Policy, codes(r))
		}
		if within := look(r.Inner, secret(strong)); !within.Valid() {
			t.Errorf("%s: the one within: %+v", header, within.Signature)
		}
	}
}

// A JWE is a JWT: it is named and its header is shown, and no signature is called wrong.
func TestEncryptedTokenIsNamed(t *testing.T) {
	t.Parallel()
	header := encode(`{"alg":"dir","enc":"A256GCM"}`)
	for _, text := range []string{header + "..aaaa.bbbb.cccc", header + ".aaaa.aaaa.bbbb.cccc", "Bearer " + header + "..aaaa.bbbb.cccc"} {
		for _, key := range []*jwtinspect.Key{nil, secret(strong)} {
			r := look(text, key)
			if !r.Structure.Valid || !r.Encrypted() || r.Signature.Checked || r.Signature.Valid || !strings.Contains(string(r.Header), "A256GCM") || strings.Contains(r.Signature.Reason, "No key") {
				t.Errorf("%s: %+v %+v %v", text, r.Structure, r.Signature, codes(r))
			}
		}
	}
	r := look(`{"protected":"`+header+`","iv":"aa","ciphertext":"bb","tag":"cc"}`, nil)
	if !r.Encrypted() || finding(r, "jwe-json") == nil || finding(r, "json-serialization") != nil || !strings.Contains(string(r.Header), "A256GCM") {
		t.Errorf("%+v %v", r.Structure, codes(r))
	}
}

// A JWS in JSON serialization is taken apart and checked (RFC 7515 section 7.2).
func TestSerializedTokenIsChecked(t *testing.T) {
	t.Parallel()
	part := strings.Split(made(t, pastedHeader, pastedClaims), ".")
	for _, text := range []string{
		`{"protected":"` + part[0] + `","payload":"` + part[1] + `","signature":"` + part[2] + `"}`,
		` {"payload":"` + part[1] + `","signatures":[{"protected":"` + part[0] + `","header":{"kid":"x"},"signature":"` + part[2] + `"}]}`,
		`{"payload":"` + part[1] + `","signatures":[{"protected":"` + part[0] + `","signature":"` + part[2] + `"},{"protected":"e30","signature":"AA"}]}`,
		`{"payload":"` + part[1] + `","signatures":[{"protected":"e30","signature":"AA"},{"protected":"` + encode(`{"alg":"ES256"}`) + `","signature":"AA"},{"protected":"` + part[0] + `","signature":"` + part[2] + `"}]}`,
	} {
		r := look(text, secret(strong))
		if r.Structure.Valid || !r.Signature.Valid || !r.Policy.Valid || finding(r, "json-serialization") == nil || r.Parts[1].Text != part[1] {
			t.Errorf("%s: %+v %+v %+v %v", text, r.Structure, r.Signature, r.Policy, codes(r))
		}
		if other := look(text, pemKey(unusable["Ed448"])); other.Parts[1].Text != part[1] {
			t.Errorf("%s: %+v", text, other.Parts)
		}
		if outside := strings.Contains(text, `"header"`); outside != (finding(r, "unprotected") != nil) {
			t.Errorf("%s: %v", text, codes(r))
		}
		if two := strings.Contains(text, "e30"); two != (finding(r, "several-signatures") != nil) {
			t.Errorf("%s: %v", text, codes(r))
		}
		if flipped := look(strings.Replace(text, part[1], part[1][:20]+"A"+part[1][21:], 1), secret(strong)); flipped.Signature.Valid {
			t.Errorf("%s: right with another payload", text)
		}
	}
}

// Content that was sent apart cannot be checked, and nobody is accused of having changed it.
func TestDetachedTokenIsNamed(t *testing.T) {
	t.Parallel()
	part := strings.Split(made(t, pastedHeader, pastedClaims), ".")
	for _, text := range []string{part[0] + ".." + part[2], `{"protected":"` + part[0] + `","signature":"` + part[2] + `"}`} {
		r := look(text, secret(strong))
		if r.Signature.Valid || r.Signature.Checked || finding(r, "detached") == nil || !strings.Contains(r.Signature.Reason, "detached") || strings.Contains(r.Signature.Reason, "was changed") {
			t.Errorf("%s: %+v %v", text, r.Signature, codes(r))
		}
	}
	if r := look(made(t, pastedHeader, ""), secret(strong)); !r.Signature.Valid || finding(r, "detached") == nil {
		t.Errorf("right over nothing: %+v %v", r.Signature, codes(r))
	}
}

// A compressed payload is inflated within a bound, and said.
func TestCompressedPayloadIsInflated(t *testing.T) {
	t.Parallel()
	deflated := func(text string) string {
		var b bytes.Buffer
		w, _ := flate.NewWriter(&b, flate.BestCompression)
		w.Write([]byte(text))
		w.Close()
		return b.String()
	}
	for _, test := range []struct {
		payload, code string
		structure     bool
	}{
		{deflated(pastedClaims), "deflated", true}, {deflated("x"), "deflated", false}, {deflated(`{"a":"` + strings.Repeat("x", 1<<20) + `"}`), "inflated-large", false},
		{pastedClaims, "compressed", true}, {"x", "not-object", false},
	} {
		r := look(made(t, `{"alg":"HS256","zip":"DEF"}`, test.payload), secret(strong))
		if finding(r, test.code) == nil || r.Structure.Valid != test.structure || !r.Signature.Valid {
			t.Errorf("%s: %+v %+v %v", test.code, r.Structure, r.Signature, codes(r))
		}
		if test.structure && !strings.Contains(string(r.Payload), `"iss":"me"`) {
			t.Errorf("%s: %s", test.code, r.Payload)
		}
	}
}

// Numbers that do not count seconds since 1970 are asked about, by what they look like.
func TestUnitsOfTimesAreAskedFor(t *testing.T) {
	t.Parallel()
	for exp, says := range map[string]string{
		"1800000300000": "milliseconds", "1800000300000000": "microseconds", "1800000300000000000": "nanoseconds", "1.8000003e15": "microseconds", "180000030000": "milliseconds",
		"3600": "a lifetime, 1 hour", "300": "a lifetime, 5 minutes", "86400": "a lifetime, 1 day", "1e30": "between 1970 and 9999", "1800000300": "",
	} {
		r := look(made(t, `{"alg":"HS256"}`, `{"iat":1800000000,"exp":`+exp+`}`), secret(strong))
		said := ""
		for _, f := range r.Findings {
			if strings.HasPrefix(f.Code, "time-") {
				said += f.Text
			}
		}
		if !strings.Contains(said, says) || says == "" && said != "" {
			t.Errorf("%s: %q, want %q: %v", exp, said, says, codes(r))
		}
	}
	if r := look(made(t, `{"alg":"HS256"}`, `{"iat":1800000600,"exp":1800000900}`), secret(strong)); !strings.Contains(finding(r, "issued-later").Text, "our choice") {
		t.Errorf("%+v", r.Policy)
	}
}
