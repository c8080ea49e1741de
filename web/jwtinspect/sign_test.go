package jwtinspect_test

import (
	"strings"
	"testing"

	"twodoors/web/jwtinspect"
)

// FuzzSign: whatever is to be signed, with whatever key, either is refused or becomes
// a token whose signature that key finds right, and of which one changed character is
// noticed.
func FuzzSign(f *testing.F) {
	keys := makeKeys(f)
	es, rs := makePair(f, keys["ES256"]), makePair(f, keys["RS256"])
	for _, seed := range [][3]string{
		{doorHeader, doorClaims, "HS256"}, {"{}", "{}", "ES256"}, {`{"alg":"none"}`, ` {"a":1}`, "RS256"}, {`{"b64":false}`, "{}", "EdDSA"},
		{`{"crit":["x"]}`, `{"a":1e400}`, "HS512"}, {"[]", "null", "none"}, {`{"a":"\ud800"}`, "{\"a\":\"\xff\"}", "HS256"},
	} {
		f.Add(seed[0], seed[1], seed[2], "", "", 7)
		f.Add(seed[0], seed[1], seed[2], "secret", strong, 1)
		f.Add(seed[0], seed[1], seed[2], "pem", es.private, 30)
	}
	f.Add("{}", "{}", "RS256", "", rs.private, 2)
	f.Add("{}", "{}", "ES256", "jwk", es.jwk, 2)
	f.Fuzz(func(t *testing.T, header, payload, alg, kind, given string, at int) {
		key := jwtinspect.KeyOf(kind, given)
		text, err := jwtinspect.Sign(jwtinspect.Draft{Header: []byte(header), Payload: []byte(payload), Algorithm: alg}, key)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("an error of several lines: %q", err)
			}
			return
		}
		r := look(text, key)
		refused := finding(r, "crit") != nil || finding(r, "b64") != nil
		if r.Signature.Valid == refused || !r.Structure.Valid && finding(r, "case-member") == nil && finding(r, "header-type") == nil {
			t.Errorf("%+v %+v %v\n%s", r.Structure, r.Signature, codes(r), text)
		}
		for _, part := range []string{"header", "payload", "signature"} {
			flipped, was, _ := jwtinspect.Flip(text, part, at)
			if after := look(flipped, key); was != "" && after.Valid() {
				t.Errorf("valid with character %d of the %s changed\n%s", at, part, text)
			}
		}
	})
}
