package jwtinspect_test

import (
	"strings"
	"testing"
	"time"

	"twodoors/web/jwtinspect"
)

const (
	untouched = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0."
	unsecured = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."
	encrypted = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA"
)

// What no key can make right is bad without one; what only a key can tell stays open.
func TestVerdictsInWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		untouched + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA": "Well formed. Not verified. ",
		untouched: "Signature invalid.",
		unsecured: "Signature invalid.",
		encrypted: "Nothing to verify.",
		"nothing": "Not well formed.",
	} {
		if r := inspected(text); !strings.Contains(r.InWords(), want) {
			t.Errorf("%s: %s", text, r.InWords())
		}
	}
}

func inspected(text string) *jwtinspect.Report {
	r := jwtinspect.Inspect(text, nil, jwtinspect.Expectations{}, time.Unix(1_700_000_000, 0))
	return &r
}

// A changed character is noticed by the verdicts that were good before.
func TestNoticedSaysWhichVerdictTurned(t *testing.T) {
	t.Parallel()
	good := func() *jwtinspect.Report {
		return &jwtinspect.Report{Structure: jwtinspect.Structure{Valid: true}, Signature: jwtinspect.Signature{Valid: true, Checked: true}, Policy: jwtinspect.Policy{Valid: true}}
	}
	forged, broken, unchecked := good(), good(), good()
	forged.Signature.Valid = false
	broken.Structure.Valid, broken.Policy.Valid = false, false
	unchecked.Signature = jwtinspect.Signature{}
	for _, test := range []struct {
		before, after *jwtinspect.Report
		want          string
	}{
		{good(), forged, "by the signature."},
		{good(), broken, "by the structure, because it is no longer a token, and by the policy."},
		{unchecked, unchecked, "Nothing notices it"},
		{forged, forged, "No verdict changed"},
	} {
		if got := jwtinspect.Noticed(test.before, test.after); !strings.Contains(got, test.want) {
			t.Errorf("%q is not in %q", test.want, got)
		}
	}
}
