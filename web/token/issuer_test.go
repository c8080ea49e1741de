package token_test

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"twodoors/web/door"
	"twodoors/web/token"
	"twodoors/web/trace"
)

// A11, T12, K6: a token of another room is refused with the reason that says so, wherever
// its refusal happens to be; a token of another site, or one that nobody issues, is not.
func TestTokensOfOtherRoomsAreRefusedAsThat(t *testing.T) {
	t.Parallel()
	f := newForger(t)
	from := func(iss string) string {
		return strings.Replace(dated("1800000300", "", "1800000000"), `"`+issuer().Name+`"`, `"`+iss+`"`, 1)
	}
	const there = "urn:twodoors:abcdefghij:k3f9"
	for _, test := range []struct {
		header, issuer string
		step           trace.Name
		why            trace.Why
	}{
		{header, there, trace.ClaimsCheck, trace.IssuerOtherRoom}, // as if rooms shared a key
		{`{"alg":"HS256","typ":"at+jwt","kid":"k-2"}`, there, trace.KeySelect, trace.IssuerOtherRoom},
		{`{"alg":"ES256","typ":"at+jwt","kid":"k-2"}`, there, trace.AlgorithmCheck, trace.IssuerOtherRoom},
		{`{"alg":"none","typ":"at+jwt","kid":"k-2"}`, there, trace.AlgorithmCheck, trace.AlgorithmUnknown},
		{`{"alg":"HS256","typ":"JWT","kid":"k-2"}`, there, trace.AlgorithmCheck, trace.TypeWrong},
		{`{"alg":"HS256","typ":"at+jwt","kid":"k-2"}`, issuer().Name, trace.KeySelect, trace.KeyUnknown},
		{`{"alg":"HS256","typ":"at+jwt","kid":"k-2"}`, "urn:twodoors:anothersit:k3f9", trace.KeySelect, trace.KeyUnknown},
		{header, "urn:twodoors:anothersit:stage", trace.ClaimsCheck, trace.IssuerOther},
		{header, there + ":app", trace.ClaimsCheck, trace.IssuerOther},
		{header, "urn:twodoors:abcdefghij:", trace.ClaimsCheck, trace.IssuerOther},
		{header, "urn:twodoors:abcdefghij:" + strings.Repeat("k", 17), trace.ClaimsCheck, trace.IssuerOther},
		{header, "urn:twodoors:abcdefghij:K3F9", trace.ClaimsCheck, trace.IssuerOther},
	} {
		refusal, step := f.refusal(f.sign(test.header, from(test.issuer)))
		if step == nil || step.Name != test.step || step.Why != test.why {
			t.Errorf("%s of %s: %+v", test.header, test.issuer, step)
			continue
		}
		says := strings.Contains(refusal.Detail, "another room, k3f9") && step.Facts.Get("room").String() == "k3f9"
		if says != (test.why == trace.IssuerOtherRoom) {
			t.Errorf("%s of %s: %s %+v", test.header, test.issuer, refusal.Detail, step.Facts)
		}
	}
}

// T12: a room names itself and its site in what it issues, and its application apart from
// both.
func TestIssuersNameSiteAndRoom(t *testing.T) {
	t.Parallel()
	if i := token.IssuerOf("abcdefghij", "k3f9"); i.Name != "urn:twodoors:abcdefghij:k3f9" || i.Audience != "urn:twodoors:abcdefghij:k3f9:app" {
		t.Errorf("%+v", i)
	}
}

// refusal is how a token is refused, and at which step.
func (f forger) refusal(text string) (*door.Refusal, *trace.Step) {
	r := httptest.NewRequest("GET", "/api/token/me", nil)
	r.Header.Set("Authorization", "Bearer "+text)
	recorded := trace.Begin(trace.NewID(), r, time.Now())
	_, err := f.Authorize(r.WithContext(trace.With(r.Context(), recorded)), door.AnyRole)
	refusal, ok := errors.AsType[*door.Refusal](err)
	if !ok {
		return nil, nil
	}
	return refusal, &recorded.Steps[len(recorded.Steps)-1]
}
