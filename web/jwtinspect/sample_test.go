package jwtinspect_test

import (
	"strings"
	"testing"

	"twodoors/web/jwtinspect"
)

const (
	sample       = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpZCI6MTAwMSwibmFtZSI6IkdpcmlzaCBKYWp1Iiwid2Vic2l0ZSI6Im15Q2xvdWRUdXRvcmlhbHMuY29tIiwiaWF0IjoxNjI0NDg2MzUzfQ1.6CQATmjLPlDx41mSGXAJ9CHZu0XRV6T0J6b79r8BYvg"
	sampleSecret = "MyCloudTutorials.com"
)

// The token of the article was copied with a flaw: a character too many at the end
// of the payload. That is found without the key, by the bits that nothing uses.
func TestSampleOfTheArticle(t *testing.T) {
	t.Parallel()
	for _, key := range []*jwtinspect.Key{nil, secret(sampleSecret)} {
		r := look(sample, key)
		if r.Structure.Valid || r.Signature.Valid || r.Policy.Valid || r.Signature.Checked != (key != nil) {
			t.Errorf("verdicts: %+v %+v %+v", r.Structure, r.Signature, r.Policy)
		}
		bits := finding(r, "base64-bits")
		if bits == nil || bits.Part != "payload" || bits.Position != 111 {
			t.Errorf("the place of the flaw: %+v", bits)
		}
		for _, code := range []string{"one-too-many", "weak-secret", "signature-other", "no-expiry", "personal-data", "no-audience", "no-issuer"} {
			if finding(r, code) == nil {
				t.Errorf("%s is not found: %v", code, codes(r))
			}
		}
		if !strings.Contains(string(r.Payload), "Girish Jaju") {
			t.Errorf("the payload is not shown: %s", r.Payload)
		}
	}
}

// The flaw is mended without the key. With the key it is certain, as the signature is
// right without that character.
func TestSampleOfTheArticleIsMended(t *testing.T) {
	t.Parallel()
	whole := strings.Replace(sample, "fQ1.", "fQ.", 1)
	want := jwtinspect.Mend{Part: "payload", Position: 111, Change: "remove", Character: "1", Token: whole}
	for _, key := range []*jwtinspect.Key{nil, secret(sampleSecret)} {
		if r := look(sample, key); r.Mend == nil || *r.Mend != want {
			t.Errorf("mend: %+v", r.Mend)
		}
	}
	mended := look(whole, secret(sampleSecret))
	if !mended.Structure.Valid || !mended.Signature.Valid || mended.Policy.Valid || mended.Times.State != "no-expiry" {
		t.Errorf("mended: %+v %+v %+v", mended.Structure, mended.Signature, mended.Policy)
	}
	if r := look(sample, secret(sampleSecret)); !strings.Contains(r.Signature.Reason, `character 111 of the payload, "1", is one too many`) {
		t.Errorf("reason: %s", r.Signature.Reason)
	}
}

// One character that was changed, lost or added after signing is found, wherever it
// is and whatever is said of it.
func TestMendFindsTheOneCharacter(t *testing.T) {
	t.Parallel()
	good := made(t, `{"alg":"HS256","typ":"JWT"}`, `{"sub":"1","exp":1800000300}`)
	for at := range good {
		if good[at] == '.' {
			continue
		}
		other := "A"
		if good[at] == 'A' {
			other = "B"
		}
		for kind, text := range map[string]string{
			"replace": good[:at] + other + good[at+1:], "insert": good[:at] + good[at+1:], "remove": good[:at] + other + good[at:],
		} {
			r := look(text, secret(strong))
			if r.Mend == nil && strings.Contains(r.Signature.Reason, "are what") || r.Valid() {
				t.Errorf("%s at %d: %+v", kind, at, r.Signature)
			} else if r.Mend != nil && (r.Mend.Token != good || r.Mend.Change != kind) {
				t.Errorf("%s at %d: %+v", kind, at, r.Mend)
			}
			if at > strings.Index(good, ".") && r.Mend == nil {
				t.Errorf("%s at %d: nothing found, %v", kind, at, codes(r))
			}
		}
	}
}
