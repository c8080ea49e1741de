package jwtinspect_test

import (
	"encoding/base64"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"twodoors/web/jwtinspect"
)

// now is the time of all tests here.
var now = time.Unix(1_800_000_000, 0)

// made signs what stands there with a secret, without looking at it.
func made(t testing.TB, header, payload string) string {
	t.Helper()
	text := encode(header) + "." + encode(payload)
	return text + "." + hs256(text, strong)
}

const strong = "correct horse battery staple, 32"

func encode(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func secret(s string) *jwtinspect.Key { return &jwtinspect.Key{Secret: &s} }

func look(text string, key *jwtinspect.Key, algorithms ...string) jwtinspect.Report {
	return jwtinspect.Inspect(text, key, jwtinspect.Expectations{Algorithms: algorithms}, now)
}

func codes(r jwtinspect.Report) []string {
	var all []string
	for _, f := range r.Findings {
		all = append(all, f.Code)
	}
	return all
}

func finding(r jwtinspect.Report, code string) *jwtinspect.Finding {
	for n := range r.Findings {
		if r.Findings[n].Code == code {
			return &r.Findings[n]
		}
	}
	return nil
}

// Each token has the finding that it is here for; the three verdicts are those that
// follow: structure, signature with the right secret, policy.
func TestFindings(t *testing.T) {
	t.Parallel()
	const header = `{"alg":"HS256","typ":"at+jwt"}`
	const payload = `{"iss":"me","sub":"1","aud":"you","client_id":"app","jti":"x","iat":1800000000,"exp":1800000300}`
	claims := func(more string) string { return made(t, header, strings.Replace(payload, "{", "{"+more+",", 1)) }
	without := func(member string) string { return made(t, header, strings.Replace(payload, member, "", 1)) }
	heads := func(more string) string { return made(t, strings.Replace(header, "{", "{"+more+",", 1), payload) }
	good := made(t, header, payload)
	part := strings.Split(good, ".")
	join := func(parts ...string) string { return strings.Join(parts, ".") }
	deep := strings.Repeat(`[`, 33) + strings.Repeat(`]`, 33)
	for _, test := range []struct {
		code, token string
		verdicts    string // of structure, signature, policy: y or n; empty when it does not matter
	}{
		{"", good, "yyy"},
		{"empty", "", "nnn"},
		{"surroundings", " " + good, "yyy"},
		{"surroundings", "Bearer " + good, "yyy"},
		{"surroundings", `"` + good + `"`, "yyy"},
		{"json-serialization", `{"payload":"e30","protected":"e30","signature":""}`, "nnn"},
		{"decoded-json", "{\xb0", "nnn"},
		{"decoded-json", payload, "nnn"},
		{"jwe", join(encode(`{"alg":"RSA-OAEP","enc":"A256GCM"}`), "QQ", "QQ", "QQ", "QQ"), "ynn"},
		{"encrypted-work", join(encode(`{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","p2c":99999999}`), "QQ", "QQ", "QQ", "QQ"), "ynn"},
		{"parts-missing", part[0], "nnn"},
		{"parts-missing", join(part[0], part[1]), "nny"},
		{"parts-too-many", good + ".QQ", "nny"},
		{"parts-too-many", strings.Repeat(".", 10000), "nnn"},
		{"part-empty", join(part[0], part[1], ""), "nny"},
		{"part-empty", join("", part[1], part[2]), "nny"},
		{"white-space", join(part[0], part[1][:20]+"\n"+part[1][20:40]+"\r\n  "+part[1][40:], part[2][:9]+" "+part[2][9:]), "nyy"},
		{"base64-alphabet", join(part[0], part[1][:20]+"*"+part[1][20:], part[2]), "nny"},
		{"base64-padding", good + "=", "nny"},
		{"base64-standard", join(part[0], part[1], "+"+part[2][1:]), "nny"},
		{"base64-length", join(part[0], part[1]+"A", part[2]), "nny"},
		{"signature-cut", join(part[0], part[1], part[2][:6]+"…"), "nny"},
		{"base64-bits", join(part[0], part[1], part[2][:42]+next(part[2][42:])), "nny"},
		{"not-json", made(t, header, `{"a":}`), "nyn"},
		{"not-json", made(t, header, payload[:40]), "nyn"},
		{"not-json", made(t, header, payload+"{}"), "nyn"},
		{"not-object", made(t, header, `null`), "nyn"},
		{"door-stricter", made(t, header, ` {}`), "yyn"},
		{"not-object", made(t, `[]`, payload), "nny"},
		{"byte-order-mark", made(t, header, "\ufeff"+payload), "nyn"},
		{"utf8", made(t, header, "{\"a\":\"\xff\"}"), "nyn"},
		{"json-depth", claims(`"a":` + deep), "nyn"},
		{"doubled-member", claims(`"iss":"you"`), "nyy"},
		{"doubled-member", heads(`"alg":"none"`), "nyy"},
		{"doubled-member", claims(`"a":{"b":1,"b":2}`), "nyy"},
		{"case-member", claims(`"SUB":"2"`), "yyy"},
		{"case-member", claims(`"ſub":"2"`), "yyy"},
		{"case-member", heads(`"Alg":"none"`), "yyy"},
		{"header-type", made(t, `{"alg":["HS256"],"typ":"at+jwt"}`, payload), "nny"},
		{"header-type", heads(`"kid":7`), "nyy"},

		{"alg-none", join(encode(`{"alg":"none"}`), part[1], ""), "yny"},
		{"none-signed", join(encode(`{"alg":"none"}`), part[1], part[2]), "yny"},
		{"alg-none", made(t, `{"alg":"NonE"}`, payload), "yny"},
		{"alg-missing", made(t, `{"typ":"JWT"}`, payload), "yny"},
		{"alg-missing", made(t, `{"alg":null}`, payload), "yny"},
		{"alg-case", made(t, `{"alg":"hs256"}`, payload), "yny"},
		{"alg-unchecked", made(t, `{"alg":"ES256K"}`, payload), "yny"},
		{"alg-unknown", made(t, `{"alg":"HS255"}`, payload), "yny"},
		{"alg-encryption", made(t, `{"alg":"RSA-OAEP"}`, payload), "yny"},
		{"alg-key", made(t, `{"alg":"RS256"}`, payload), "yny"},
		{"crit", heads(`"crit":["exp"]`), "yny"},
		{"b64", heads(`"b64":false`), "yny"},
		{"key-embedded", heads(`"jwk":{"kty":"oct","k":"AAAA"}`), "yyy"},
		{"key-embedded", heads(`"x5c":["AAAA"]`), "yyy"},
		{"key-remote", heads(`"jku":"http://127.0.0.1/jwks"`), "yyy"},
		{"key-remote", heads(`"x5u":"http://169.254.169.254/"`), "yyy"},
		{"kid-hostile", heads(`"kid":"../../dev/null"`), "yyy"},
		{"kid-hostile", heads(`"kid":"' OR 1=1 --"`), "yyy"},
		{"kid-hostile", heads(`"kid":"a\r\nSet-Cookie: x"`), "yyy"},
		{"kid-hostile", heads(`"kid":"x | ls"`), "yyy"},
		{"kid-long", heads(`"kid":"` + strings.Repeat("k", 10000) + `"`), "yyy"},
		{"typ-missing", made(t, `{"alg":"HS256"}`, payload), "yyy"},
		{"typ-generic", made(t, `{"alg":"HS256","typ":"JWT"}`, payload), "yyy"},
		{"nested", heads(`"cty":"JWT"`), "yyy"},
		{"compressed", heads(`"zip":"DEF"`), "yyy"},

		{"expired", made(t, header, strings.Replace(payload, "1800000300", "1800000000", 1)), "yyn"},
		{"not-yet", claims(`"nbf":1800000006`), "yyn"},
		{"issued-later", made(t, header, strings.Replace(payload, "1800000000", "1800000006", 1)), "yyn"},
		{"no-expiry", without(`,"exp":1800000300`), "yyn"},
		{"long-life", made(t, header, strings.Replace(payload, "1800000300", "1800003601", 1)), "yyy"},
		{"no-issued", without(`"iat":1800000000,`), "yyy"},
		{"order", made(t, header, strings.Replace(payload, "1800000000", "1800000301", 1)), "yyn"},
		{"time-no-number", made(t, header, strings.Replace(payload, "1800000300", `"1800000300"`, 1)), "yyn"},
		{"time-no-number", claims(`"nbf":null`), "yyn"},
		{"time-no-date", claims(`"nbf":1e300`), "yyn"},
		{"time-no-date", claims(`"nbf":1e400`), "yyn"},
		{"time-no-date", claims(`"nbf":-1`), "yyn"},
		{"time-no-date", made(t, header, strings.Replace(payload, "1800000300", "1800000300000000", 1)), "yyn"},
		{"time-millis", made(t, header, strings.Replace(payload, "1800000300", "180000030000", 1)), "yyy"},
		{"no-issuer", without(`"iss":"me",`), "yyy"},
		{"no-audience", without(`"aud":"you",`), "yyy"},
		{"no-audience", made(t, header, strings.Replace(payload, `"you"`, "[]", 1)), "yyy"},
		{"no-subject", without(`"sub":"1",`), "yyy"},
		{"no-id", without(`"jti":"x",`), "yyy"},
		{"claim-type", made(t, header, strings.Replace(payload, `"you"`, "[1]", 1)), "yyn"},
		{"claim-type", made(t, header, strings.Replace(payload, `"1"`, "1", 1)), "yyn"},
		{"door-stricter", claims(`"role":["admin"]`), "yyy"},
		{"surrogate", claims(`"a":"\ud800"`), "yyy"},
		{"claim-wanted", without(`"client_id":"app",`), "yyy"},
		{"personal-data", claims(`"email":"ada@example.org"`), "yyy"},
		{"personal-data", claims(`"who":{"contact":"ada@example.org"}`), "yyy"},
		{"secret-inside", claims(`"a":[{"Password":"x"}]`), "yyy"},
		{"too-large", claims(`"a":"` + strings.Repeat("a", 4000) + `"`), "yyy"},
		{"too-large-header", claims(`"a":"` + strings.Repeat("a", 8000) + `"`), "yyy"},
		{"signature-size", join(part[0], part[1], "QUJD"), "yny"},
		{"signature-other", join(part[0], part[1], flip(part[2], 7)), "yny"},
		{"signature-other", join(part[0], flip(part[1], 30), part[2]), ""},
	} {
		r := look(test.token, secret(strong))
		name := test.code + " " + test.token[:min(len(test.token), 60)]
		if test.code != "" && finding(r, test.code) == nil {
			t.Errorf("%s: found only %v", name, codes(r))
		}
		if test.code == "" && len(r.Findings) > 0 {
			t.Errorf("%s: %v", name, codes(r))
		}
		got := yes(r.Structure.Valid) + yes(r.Signature.Valid) + yes(r.Policy.Valid)
		if got != test.verdicts && test.verdicts != "" {
			t.Errorf("%s: verdicts %s, want %s: %+v %+v %+v", name, got, test.verdicts, r.Structure, r.Signature, r.Policy)
		}
		if _, err := jsonOf(r); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, f := range r.Findings {
			if f.Text == "" || strings.Contains(f.Text, "%!") || f.Source == "" && f.Code != "more-findings" {
				t.Errorf("%s: a finding that says nothing: %+v", name, f)
			}
		}
	}
}

func yes(b bool) string {
	if b {
		return "y"
	}
	return "n"
}

// next changes only bits that nothing uses.
func next(last string) string { return string(last[0] + 1) }

func flip(part string, at int) string {
	flipped, _, _ := jwtinspect.Flip("x."+part+".x", "payload", at)
	return strings.Split(flipped, ".")[1]
}

// Policy also says whether issuer and audience are the expected ones.
func TestExpectations(t *testing.T) {
	t.Parallel()
	text := made(t, `{"alg":"HS256","typ":"at+jwt"}`, `{"iss":"me","aud":["you","them"],"iat":1800000000,"exp":1800000300}`)
	for _, test := range []struct {
		expect jwtinspect.Expectations
		code   string
	}{
		{jwtinspect.Expectations{Issuer: "me", Audience: "them", Algorithms: []string{"HS256"}}, ""},
		{jwtinspect.Expectations{Issuer: "other"}, "issuer-expected"},
		{jwtinspect.Expectations{Audience: "me"}, "aud-expected"},
		{jwtinspect.Expectations{Algorithms: []string{"HS384", "RS256"}}, "alg-unexpected"},
	} {
		r := jwtinspect.Inspect(text, secret(strong), test.expect, now)
		if r.Valid() != (test.code == "") || test.code != "" && finding(r, test.code) == nil {
			t.Errorf("%+v: %v %v", test.expect, r.Valid(), codes(r))
		}
	}
}

// Foreign vectors: what the standards themselves show is verified.
func TestExamplesOfTheStandards(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/rfc.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors struct {
		Source string
		Tokens []struct {
			Name, Token string
			Key         jwtinspect.Key
			Structure   bool
		}
	}
	if err := json.Unmarshal(raw, &vectors, json.MatchCaseInsensitiveNames(true)); err != nil || len(vectors.Tokens) == 0 {
		t.Fatal(err)
	}
	for _, v := range vectors.Tokens {
		r := look(v.Token, &v.Key)
		if !r.Signature.Valid || r.Structure.Valid != v.Structure {
			t.Errorf("%s: %+v %+v %v", v.Name, r.Structure, r.Signature, codes(r))
		}
		for _, part := range []string{"header", "payload", "signature"} {
			flipped, was, is := jwtinspect.Flip(v.Token, part, 9)
			if was == is || look(flipped, &v.Key).Signature.Valid {
				t.Errorf("%s: valid with character 9 of the %s changed", v.Name, part)
			}
		}
	}
}

// The secret that the visitor did not give is never shown, only where it is known
// from.
func TestWeakSecretIsFoundAndNotShown(t *testing.T) {
	t.Parallel()
	payload := encode(`{"sub":"1"}`)
	for _, weak := range []string{"secret", "your-256-bit-secret", "changeme", "Password123"} {
		text := encode(`{"alg":"HS256"}`) + "." + payload
		text += "." + hs256(text, weak)
		r := look(text, nil)
		found := finding(r, "weak-secret")
		if found == nil || r.Signature.Valid || r.Signature.Checked {
			t.Errorf("%s: %v %+v", weak, codes(r), r.Signature)
		} else if strings.Contains(found.Text, strconvQuote(weak)) {
			t.Errorf("%s is shown: %s", weak, found.Text)
		}
	}
	if r := look(made(t, `{"alg":"HS256"}`, `{}`), secret(strong)); slices.Contains(codes(r), "weak-secret") {
		t.Error("a good secret is called weak")
	}
}

func strconvQuote(s string) string { return `"` + s + `"` }

func jsonOf(r jwtinspect.Report) ([]byte, error) { return json.Marshal(r) }
