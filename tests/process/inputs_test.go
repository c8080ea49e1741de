package process

import (
	"encoding/json"
	"html"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// pasted is a token and a key as somebody pastes them, and what has to be said of them.
type pasted struct {
	ID, How, Token, Expect string
	Key                    json.RawMessage
	Check                  struct {
		Structure, Signature, Policy *bool
		Code, NoCode, Text, NoText   string
		Reason                       string
	}
}

// What people really paste is read and judged, at the API and on the page.
func TestWhatPeoplePaste(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/token-inputs.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors struct {
		Source string
		Cases  []pasted
	}
	if err := json.Unmarshal(raw, &vectors); err != nil || len(vectors.Cases) == 0 {
		t.Fatal("the cases cannot be read:", err)
	}
	v := open(t)
	for _, c := range vectors.Cases {
		var said, fault string
		switch c.How {
		case "api":
			said, fault = v.byAPI(t, c)
		case "page":
			said, fault = v.byPage(t, c)
		default:
			t.Fatalf("%s: asked by %q", c.ID, c.How)
		}
		switch {
		case fault != "":
		case !strings.Contains(said, c.Check.Text):
			fault = "nothing says " + c.Check.Text
		case c.Check.NoText != "" && strings.Contains(said, c.Check.NoText):
			fault = "it says " + c.Check.NoText
		}
		if fault != "" {
			t.Errorf("%s: %s; expected: %s", c.ID, fault, c.Expect)
		}
	}
}

// byAPI returns what the API says, and what of it is not as expected.
func (v *visit) byAPI(t *testing.T, c pasted) (said, fault string) {
	t.Helper()
	asked := map[string]any{"token": c.Token}
	if string(c.Key) != "null" {
		asked["key"] = c.Key
	}
	body, err := json.Marshal(asked)
	if err != nil {
		t.Fatal(err)
	}
	var report struct {
		Structure, Signature, Policy struct {
			Valid  bool   `json:"valid"`
			Reason string `json:"reason"`
		}
		Findings []struct {
			Code string `json:"code"`
			Text string `json:"text"`
		}
	}
	v.call("POST", "/api/inspect/token", string(body)).into(t, &report)
	var codes []string
	for _, f := range report.Findings {
		codes = append(codes, f.Code)
		said += f.Text + "\n"
	}
	said += report.Structure.Reason + "\n" + report.Signature.Reason + "\n" + report.Policy.Reason
	want := c.Check
	switch {
	case want.Structure != nil && *want.Structure != report.Structure.Valid:
		fault = "structure: " + report.Structure.Reason
	case want.Signature != nil && *want.Signature != report.Signature.Valid:
		fault = "signature: " + report.Signature.Reason
	case want.Policy != nil && *want.Policy != report.Policy.Valid:
		fault = "policy: " + report.Policy.Reason
	case want.NoCode != "" && slices.Contains(codes, want.NoCode):
		fault = "finding " + want.NoCode
	case want.Code != "" && !slices.Contains(codes, want.Code):
		fault = "no finding " + want.Code + " among " + strings.Join(codes, ", ")
	case !strings.Contains(report.Signature.Reason, want.Reason):
		fault = "signature: " + report.Signature.Reason
	}
	return said, fault
}

var tags = regexp.MustCompile(`<[^>]+>`)

// byPage returns what the page says, and what of it is not as expected. It is not told what the
// key is.
func (v *visit) byPage(t *testing.T, c pasted) (said, fault string) {
	t.Helper()
	var key string
	if err := json.Unmarshal(c.Key, &key); err != nil {
		t.Fatal(err)
	}
	form := url.Values{"token": {c.Token}, "key": {key}, "kind": {""}, "do": {"look"}}
	a := v.call("POST", "/inspector/token", form.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Origin", v.URL)
	said = strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(a.body, " "))), " ")
	if want := c.Check.Signature; want != nil && *want != strings.Contains(said, "Signature valid") {
		fault = "the page does not say whether the signature is right"
	}
	return said, fault
}
