package doors

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"twodoors/data"
	"twodoors/tests/server"
)

// forge signs any header and payload with the site's own key, so that each can be
// wrong by itself.
func (v *visit) forge(header, payload string) string {
	v.t.Helper()
	key := v.key()
	return sealed(strings.ReplaceAll(header, "KID", key.ID), payload, key.Secret)
}

func (v *visit) key() data.Key {
	v.t.Helper()
	keys, err := v.DB.Keys.Living(v.t.Context())
	if err != nil || len(keys) != 1 {
		v.t.Fatalf("%d keys, %v", len(keys), err)
	}
	return keys[0]
}

const goodHeader = `{"alg":"HS256","typ":"at+jwt","kid":"KID"}`

// payload is what a good token says, with some members replaced: a value of ""
// leaves the member out.
func payload(replaced ...string) string {
	now := time.Now().Unix()
	members := [][2]string{
		{"iss", `"` + server.Issuer().Name + `"`}, {"sub", `"1"`}, {"aud", `"` + server.Issuer().Audience + `"`},
		{"client_id", `"x"`}, {"iat", fmt.Sprint(now)}, {"exp", fmt.Sprint(now + 60)},
		{"jti", `"j"`}, {"name", `"ada"`}, {"role", `"user"`}, {"nbf", ""},
	}
	var out []string
	for _, m := range members {
		for i := 0; i < len(replaced); i += 2 {
			if replaced[i] == m[0] {
				m[1] = replaced[i+1]
			}
		}
		if m[1] != "" {
			out = append(out, fmt.Sprintf("%q:%s", m[0], m[1]))
		}
	}
	return "{" + strings.Join(out, ",") + "}"
}

// bring shows a token to the door, and to the inspector, which must agree.
func (v *visit) bring(text string) answer {
	v.t.Helper()
	a := v.call("GET", "/api/token/me", "", "Authorization", "Bearer "+text)
	v.inspected(text, a)
	return a
}

// T3, T5, T6, T7, T8: what a header may not say.
func TestHeadersThatAreRefused(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	if a := v.bring(v.forge(goodHeader, payload())); a.StatusCode != 200 {
		t.Fatalf("a good token: %d %s", a.StatusCode, a.body)
	}
	for header, reason := range map[string]string{
		`{"alg":"none","typ":"at+jwt","kid":"KID"}`:                                   "algorithm.check",
		`{"alg":"None","typ":"at+jwt","kid":"KID"}`:                                   "algorithm.check",
		`{"alg":"hs256","typ":"at+jwt","kid":"KID"}`:                                  "algorithm.check",
		`{"alg":"RS256","typ":"at+jwt","kid":"KID"}`:                                  "algorithm.check",
		`{"alg":["HS256"],"typ":"at+jwt","kid":"KID"}`:                                "token.decode",
		`{"alg":null,"typ":"at+jwt","kid":"KID"}`:                                     "algorithm.check",
		`{"typ":"at+jwt","kid":"KID"}`:                                                "algorithm.check",
		`{"alg":"HS256","kid":"KID"}`:                                                 "algorithm.check",
		`{"alg":"HS256","typ":"JWT","kid":"KID"}`:                                     "algorithm.check",
		`{"alg":"HS256","typ":"rt+jwt","kid":"KID"}`:                                  "algorithm.check",
		`{"alg":"HS256","typ":7,"kid":"KID"}`:                                         "token.decode",
		`{"alg":"HS256","typ":"at+jwt","kid":"KID","crit":["exp"]}`:                   "algorithm.check",
		`{"alg":"HS256","typ":"at+jwt","kid":"KID","b64":false}`:                      "algorithm.check",
		`{"alg":"HS256","typ":"at+jwt"}`:                                              "key.select",
		`{"alg":"HS256","typ":"at+jwt","kid":"other"}`:                                "key.select",
		`{"alg":"HS256","typ":"at+jwt","kid":7}`:                                      "token.decode",
		`{"alg":"HS256","typ":"at+jwt","kid":["KID"]}`:                                "token.decode",
		`{"alg":"HS256","typ":"at+jwt","kid":"../../etc/passwd"}`:                     "key.select",
		`{"alg":"HS256","typ":"at+jwt","kid":"' OR 1=1 --"}`:                          "key.select",
		`{"alg":"HS256","typ":"at+jwt","kid":"a\u0000\r\nb"}`:                         "key.select",
		`{"alg":"HS256","typ":"at+jwt","kid":"other","jwk":{"kty":"oct","k":"AAAA"}}`: "key.select",
		`{"alg":"HS256","typ":"at+jwt","kid":"other","jku":"http://127.0.0.1:1/"}`:    "key.select",
		`{"alg":"HS256","typ":"at+jwt","kid":"other","x5u":"http://127.0.0.1:1/"}`:    "key.select",
		`{"alg":"HS256","typ":"at+jwt","kid":"other","x5c":["AAAA"]}`:                 "key.select",
		`{"alg":"HS256","alg":"none","typ":"at+jwt","kid":"KID"}`:                     "token.decode",
		`{"alg":"HS256","ALG":"none","typ":"at+jwt","kid":"KID"}`:                     "token.decode",
		`{"alg":"HS256","typ":"at+jwt","kid":"KID","x":1,"X":2}`:                      "token.decode",
		`{"alg":"HS256","typ":"at+jwt","kid":"KID"} {}`:                               "token.decode",
		`["HS256"]`: "token.decode",
		`null`:      "token.decode",
		`{`:         "token.decode",
		`{"alg":"HS256","typ":"at+jwt","kid":"` + strings.Repeat("k", 5000) + `"}`: "key.select",
	} {
		v.refused(header, v.bring(v.forge(header, payload())), 401, reason)
	}
	for _, header := range []string{`{"alg":"HS256","typ":"AT+JWT","kid":"KID"}`, `{"alg":"HS256","typ":"application/at+jwt","kid":"KID"}`,
		`{"alg":"HS256","typ":"at+jwt","kid":"KID","jku":"http://127.0.0.1:1/"}`} {
		if a := v.bring(v.forge(header, payload())); a.StatusCode != 200 {
			t.Errorf("%s: %d %s", header, a.StatusCode, a.body)
		}
	}
}

// T10-T14: what a payload may not say.
func TestPayloadsThatAreRefused(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	now := time.Now().Unix()
	for _, test := range []struct{ payload, reason string }{
		{payload("exp", ""), "claims.check"},
		{payload("exp", fmt.Sprint(now)), "claims.check"},
		{payload("exp", fmt.Sprint(now-60)), "claims.check"},
		{payload("exp", "0"), "claims.check"},
		{payload("exp", fmt.Sprintf(`"%d"`, now+60)), "token.decode"},
		{payload("exp", "null"), "token.decode"},
		{payload("exp", "1e300"), "token.decode"},
		{payload("exp", "1e400"), "token.decode"},
		{payload("exp", "-1"), "token.decode"},
		{payload("exp", "[1]"), "token.decode"},
		{payload("exp", "true"), "token.decode"},
		{payload("exp", fmt.Sprintf("%d.999", now-1)), "claims.check"},
		{payload("nbf", fmt.Sprint(now+3600)), "claims.check"},
		{payload("iat", fmt.Sprint(now+3600)), "claims.check"},
		{payload("iat", ""), "claims.check"},
		{payload("iss", `"urn:other"`), "claims.check"},
		{payload("iss", `"URN:TWODOORS"`), "claims.check"},
		{payload("iss", ""), "claims.check"},
		{payload("aud", ""), "claims.check"},
		{payload("aud", `"other"`), "claims.check"},
		{payload("aud", `[]`), "claims.check"},
		{payload("aud", `["other"]`), "claims.check"},
		{payload("aud", `7`), "token.decode"},
		{payload("aud", `{}`), "token.decode"},
		{payload("aud", `["a",7]`), "token.decode"},
		{payload("sub", ""), "claims.check"},
		{payload("sub", `"ada"`), "claims.check"},
		{payload("jti", ""), "claims.check"},
		{payload("role", `["admin"]`), "token.decode"},
		{payload() + "{}", "token.decode"},
		{payload() + " x", "token.decode"},
		{strings.Replace(payload(), "{", `{"sub":"2",`, 1), "token.decode"},
		{strings.Replace(payload(), "{", `{"SUB":"2",`, 1), "token.decode"},
		{strings.Replace(payload(), "{", `{"ſub":"2",`, 1), "token.decode"},
		{strings.Replace(payload(), "{", `{"ROLE":"admin",`, 1), "token.decode"},
		{strings.Replace(payload(), "{", `{"x":{"y":1,"y":2},`, 1), "token.decode"},
		{strings.Replace(payload(), "{", `{"x":`+strings.Repeat("[", 40)+strings.Repeat("]", 40)+",", 1), "token.decode"},
		{payload("name", "\"a\xff\""), "token.decode"},
		{"{}", "claims.check"},
		{"null", "token.decode"},
		{"[]", "token.decode"},
		{`"text"`, "token.decode"},
	} {
		v.refused(test.payload, v.bring(v.forge(goodHeader, test.payload)), 401, test.reason)
	}
	for _, good := range []string{
		payload("aud", `["other","`+server.Issuer().Audience+`"]`), payload("exp", fmt.Sprintf("%d.5", now+60)),
		payload("exp", fmt.Sprintf("%de0", now+60)), payload("nbf", fmt.Sprint(now)),
	} {
		if a := v.bring(v.forge(goodHeader, good)); a.StatusCode != 200 {
			t.Errorf("%s: %d %s", good, a.StatusCode, a.body)
		}
	}
}

// T1, T2, T9: how a token may not be spelled, and signatures that do not fit.
func TestSpellingsThatAreRefused(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	good := v.forge(goodHeader, payload())
	parts := strings.Split(good, ".")
	expired := v.forge(goodHeader, payload("exp", "1000"))
	lastBits := good[:len(good)-1] + string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", good[len(good)-1])|1])
	for text, reason := range map[string]string{
		parts[0] + "." + parts[1]:                   "token.decode",
		good + ".x":                                 "token.decode",
		parts[0] + "." + parts[1] + ".":             "token.decode",
		"." + parts[1] + "." + parts[2]:             "token.decode",
		parts[0] + ".." + parts[2]:                  "token.decode",
		good + "=":                                  "token.decode",
		parts[0] + "=." + parts[1] + "." + parts[2]: "token.decode",
		strings.Replace(good, ".", "+.", 1):         "token.decode",
		strings.Replace(good, ".", "/.", 1):         "token.decode",
		lastBits:                                    "token.decode",
		strings.Repeat(".", 10):                     "token.decode",
		strings.Repeat(".", 8000):                   "token.decode",
		`{"payload":"x"}`:                           "token.decode",
		"a.b.c.d.e":                                 "token.decode",
		strings.Repeat("A", 9000):                   "bearer.read",
		strings.Repeat(".", 10000):                  "bearer.read",
		parts[0] + "." + parts[1] + "." + parts[2][:40] + "AAA":                                "signature.verify",
		parts[0] + "." + parts[1] + ".AAAA":                                                    "signature.verify",
		strings.Split(expired, ".")[0] + "." + strings.Split(expired, ".")[1] + "." + parts[2]: "signature.verify",
		expired: "claims.check",
	} {
		v.refused(text[:min(len(text), 60)], v.bring(text), 401, reason)
	}
}

// T4: an HMAC over a text that everybody knows is not a signature of ours.
func TestForeignSecretsAreRefused(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	parts := strings.Split(v.forge(goodHeader, payload()), ".")
	for _, secret := range []string{"", "secret", v.key().ID, server.Issuer().Name, strings.Repeat("\x00", 32)} {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(parts[0] + "." + parts[1]))
		text := parts[0] + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
		v.refused("secret "+secret, v.bring(text), 401, "signature.verify")
	}
}

// T16: where a token may stand, and what the challenge says (RFC 6750).
func TestBearerPlacesAndChallenges(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	text := v.token()
	const realm = `Bearer realm="Two Doors"`
	for what, test := range map[string]struct {
		path, name, value string
		status            int
		reason, challenge string
	}{
		"none":           {"/api/token/me", "X", "y", 401, "bearer.read", realm},
		"basic":          {"/api/token/me", "Authorization", "Basic YTpi", 401, "bearer.read", realm},
		"bare":           {"/api/token/me", "Authorization", text, 401, "bearer.read", realm},
		"glued":          {"/api/token/me", "Authorization", "Bearer" + text, 401, "bearer.read", realm},
		"empty":          {"/api/token/me", "Authorization", "Bearer", 400, "bearer.read", `error="invalid_request"`},
		"two tokens":     {"/api/token/me", "Authorization", "Bearer " + text + " " + text, 400, "bearer.read", `error="invalid_request"`},
		"query only":     {"/api/token/me?access_token=" + text, "X", "y", 401, "bearer.read", realm},
		"query too":      {"/api/token/me?access_token=" + text, "Authorization", "Bearer " + text, 400, "bearer.read", `error="invalid_request"`},
		"as a cookie":    {"/api/token/me", "Cookie", "token=" + text + "; session=" + text, 401, "bearer.read", realm},
		"broken":         {"/api/token/me", "Authorization", "Bearer x", 401, "token.decode", `error="invalid_token"`},
		"wrong role":     {"/api/token/admin", "Authorization", "Bearer " + text, 403, "role.check", `error="insufficient_scope"`},
		"quotes in role": {"/api/token/admin", "Authorization", "Bearer " + v.forge(goodHeader, payload("role", `"a\"b\\c"`)), 403, "role.check", `error="insufficient_scope"`},
	} {
		a := v.call("GET", test.path, "", test.name, test.value)
		v.refused(what, a, test.status, test.reason)
		if got := a.Header.Get("WWW-Authenticate"); !strings.Contains(got, test.challenge) || test.challenge == realm && got != realm {
			t.Errorf("%s: challenge %q, want %q", what, got, test.challenge)
		}
	}
	for _, scheme := range []string{"Bearer", "bearer", "BEARER"} {
		if a := v.call("GET", "/api/token/me", "", "Authorization", scheme+" "+text); a.StatusCode != 200 || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d", scheme, a.StatusCode)
		}
	}
	v.refused("two headers", v.call("GET", "/api/token/me", "", "Authorization", "Bearer "+text, "Authorization", "Bearer "+text), 400, "bearer.read")
}

// T10, T14: a token is refused at the very second at which it expires, whatever
// became of the account meanwhile.
func TestTokenLivesUntilItExpires(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	text := v.token()
	change(t, v, "DELETE FROM users")
	if a := v.bring(text); a.StatusCode != 200 {
		t.Errorf("a token of a deleted account: %d", a.StatusCode)
	}
	v.Clock.Advance(5 * time.Minute)
	v.refused("expired", v.bring(text), 401, "claims.check")
}

// I2: a trace never holds a whole token or session id.
func TestTracesHoldNoCredential(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	text, cookie := v.token(), v.session()
	v.bring(text)
	v.call("GET", me, "", "Cookie", cookie)
	list := v.call("GET", "/api/traces", "").body
	if strings.Contains(list, text) || strings.Contains(list, strings.Split(text, ".")[2]) || strings.Contains(list, cookie) || strings.Contains(list, "lovelace") {
		t.Error("a trace holds a credential")
	}
	if !strings.Contains(list, strings.Split(text, ".")[1]) {
		t.Error("a trace does not show the token's payload")
	}
}
