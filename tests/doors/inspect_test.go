package doors

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

const sample = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpZCI6MTAwMSwibmFtZSI6IkdpcmlzaCBKYWp1Iiwid2Vic2l0ZSI6Im15Q2xvdWRUdXRvcmlhbHMuY29tIiwiaWF0IjoxNjI0NDg2MzUzfQ1.6CQATmjLPlDx41mSGXAJ9CHZu0XRV6T0J6b79r8BYvg"

// nested is a token whose payload is one.
const nested = "eyJhbGciOiJIUzI1NiIsImN0eSI6IkpXVCJ9.ZXlKaGJHY2lPaUp1YjI1bEluMC5lMzAu.AAAA"

// I4, I5: any token is answered, up to 64 KiB; the answer may not be stored, and
// looking at a token stands in no list of requests.
func TestAnyTokenIsAnswered(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	for _, test := range []struct {
		body   string
		status int
		says   string
	}{
		{`{"token":"` + sample + `","key":{"secret":"MyCloudTutorials.com"}}`, 200, "character 111 of the payload"},
		{`{"token":"` + sample + `"}`, 200, `"checked":false`},
		{`{"token":""}`, 200, `"empty"`},
		{`{}`, 200, `"empty"`},
		{`{"token":"` + strings.Repeat(".", 10000) + `"}`, 200, "10001 parts"},
		{`{"token":"` + strings.Repeat("A", 65000) + `"}`, 200, `"parts-missing"`},
		{`{"token":"x","key":{"secret":""}}`, 200, "the secret is empty"},
		{`{"token":"x","key":{}}`, 200, "give exactly one"},
		{`{"token":"` + strings.Repeat("A", 66000) + `"}`, 413, "64 KiB"},
		{`{"token":7}`, 400, "token"},
		{`{"token":"x","jwk":{}}`, 400, "jwk"},
		{`[]`, 400, "object"},
	} {
		a := v.call("POST", "/api/inspect/token", test.body)
		if a.StatusCode != test.status || !strings.Contains(a.body, test.says) {
			t.Errorf("%.60s: %d, want %d and %s: %.300s", test.body, a.StatusCode, test.status, test.says, a.body)
		}
		if a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%.60s may be stored", test.body)
		}
	}
	if a := v.call("POST", "/api/inspect/token", "x", "Content-Type", "text/plain"); a.StatusCode != 415 {
		t.Errorf("text/plain: %d", a.StatusCode)
	}
	if list := v.call("GET", "/api/traces", "").body; strings.Contains(list, `"status":200`) || strings.Contains(list, "eyJ") {
		t.Errorf("looking at tokens is listed: %.300s", list)
	}
}

// The page is the same without a script: a form that comes back filled.
func TestTokenPageAsAForm(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	form := func(body string) answer {
		return v.call("POST", "/inspector/token", body, "Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html")
	}
	for _, test := range []struct {
		body   string
		status int
		says   []string
	}{
		{"do=inspect&token=" + sample + "&key=MyCloudTutorials.com", 200, []string{"Girish Jaju", "Fix that character", "Not valid now", "Signature invalid"}},
		{"do=inspect&token=" + sample + "&accept=HS512", 200, []string{"not among the expected: HS512", "Signature invalid"}},
		{"do=inspect&token=eyJhbGciOiJub25lIn0.e30.QQ", 200, []string{"Signature invalid", "the token is not signed at all"}},
		{"do=inspect&token=eyJhbGciOiJIUzI1NiJ9.e30!.QQ", 200, []string{"<mark>!</mark>", "1 byte"}},
		{"do=inspect&token=eyJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiZGlyIn0..QQ.QQ.QQQQ", 200, []string{"Initialization vector", "Authentication tag", "3 bytes"}},
		{"do=inspect&token=" + nested, 200, []string{"nested JWT (RFC 7519 section 5.2)", "Decode the inner token"}},
		{"do=inner&inner=eyJhbGciOiJub25lIn0.e30.&token=" + nested, 200, []string{"unsecured JWT", ">eyJhbGciOiJub25lIn0.e30.</textarea>"}},
		{"do=inspect&token=" + sample + "~WyJhIiwiYiIsMV0~", 200, []string{"Disclosure", "SD-JWT (RFC 9901 section 4)"}},
		{"do=inspect&kind=secret_hex&key=zz&token=" + sample, 200, []string{"not hexadecimal", "Not verified"}},
		{"do=flip&part=payload&at=1&token=Bearer+" + sample, 200, []string{"Character 1 of the payload was <code>e</code>"}},
		{"do=inspect&token=", 200, []string{"Paste a token, or use the sample"}},
		{"do=sample", 200, []string{sample, "MyCloudTutorials.com"}},
		{"do=sign&alg=HS256&header={}&payload={}&sign_key=", 200, []string{"here is no key to sign with", "Not signed"}},
		{"do=sign&alg=HS256&header={}&payload={&sign_key=x", 200, []string{"not one JSON object"}},
		{"do=sign&alg=HS256&header={}&payload={\"a\":1}&sign_key=x", 200, []string{"Signed", "Signature valid", "eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ."}},
		{"do=key&alg=ES256", 200, []string{"BEGIN PRIVATE KEY"}},
		{"do=key&alg=RS256", 200, []string{"openssl"}},
		{"do=flip&part=payload&at=1&token=" + sample, 200, []string{"Character 1 of the payload was"}},
		{"do=flip&part=payload&at=999&token=" + sample, 200, []string{"no such character"}},
		{"do=flip&part=x&at=-1&token=", 200, []string{"no such character"}},
		{"do=inspect&token=<script>alert(1)</script>", 200, []string{"&lt;script&gt;"}},
		{"token=" + strings.Repeat("A", 66000), 413, []string{"64 KiB"}},
	} {
		a := form(test.body)
		for _, says := range test.says {
			if a.StatusCode != test.status || !strings.Contains(strings.ReplaceAll(a.body, "<wbr>", ""), says) {
				t.Errorf("%.60s: %d, want %d and %q", test.body, a.StatusCode, test.status, says)
			}
		}
		if a.Header.Get("Cache-Control") != "no-store" || strings.Contains(a.body, " style=") || strings.Contains(a.body, "<script>") {
			t.Errorf("%.60s: may be stored, or has inline code", test.body)
		}
	}
}

// What a trace holds of a token is shown, and that the signature was cut is said;
// another seat's trace is none.
func TestTokenPageOfATrace(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	refused := v.call("GET", "/api/token/me", "", "Authorization", "Bearer "+sample)
	path := "/inspector/token?trace=" + refused.Header.Get("Trace-Id")
	a := v.call("GET", path, "")
	if a.StatusCode != 200 || !strings.Contains(a.body, "Girish Jaju") || !strings.Contains(a.body, "was cut after 6 characters") || strings.Contains(a.body, "6CQATmj") {
		t.Errorf("%d %.2000s", a.StatusCode, a.body)
	}
	if other := v.call("GET", path, "", "Seat", "x"); other.StatusCode != 404 {
		t.Errorf("another seat: %d", other.StatusCode)
	}
}

// report is what the tests read of an inspection.
type report struct {
	Structure, Signature, Policy struct {
		Valid  bool
		Reason string
	}
	Findings []struct{ Code string }
}

func (r report) has(codes ...string) bool {
	for _, f := range r.Findings {
		if slices.Contains(codes, f.Code) {
			return true
		}
	}
	return false
}

// agrees reports whether the door could answer like that to a token of which this is the report.
func (r report) agrees(letIn bool, reason string) bool {
	switch {
	case letIn:
		return r.Structure.Valid && r.Signature.Valid && r.Policy.Valid
	case reason == "token.decode":
		return !r.Structure.Valid || r.has("door-stricter")
	case reason == "signature.verify":
		return !r.Signature.Valid
	case reason == "claims.check":
		return r.Structure.Valid && r.Signature.Valid
	}
	return true
}

// inspected shows a token that was brought to the door to the inspector as well, with
// the door's own key: both have to be of one mind (I7).
func (v *visit) inspected(text string, a answer) {
	v.t.Helper()
	keys, err := v.DB.Keys.Living(v.t.Context())
	if err != nil || len(keys) != 1 || !utf8.ValidString(text) {
		return // the database is away, or JSON cannot carry the token
	}
	asked, err := json.Marshal(map[string]any{"token": text, "key": map[string]string{"secret_base64": base64.StdEncoding.EncodeToString(keys[0].Secret)}})
	if err != nil {
		v.t.Fatal(err)
	}
	answered := v.call("POST", "/api/inspect/token", string(asked))
	var r report
	if err := json.Unmarshal([]byte(answered.body), &r); err != nil || answered.StatusCode != 200 {
		v.t.Errorf("the inspector answers %d: %.200s", answered.StatusCode, answered.body)
		return
	}
	if reason := v.reason(a); !r.agrees(a.StatusCode == 200, reason) {
		v.t.Errorf("the door answers %d by %q, the inspector says %+v %+v %+v\n%s", a.StatusCode, reason, r.Structure, r.Signature, r.Policy, text)
	}
}
