package lab_test

import (
	"testing"

	"github.com/go-json-experiment/json"

	"twodoors/web/lab"
)

// What is found is kept as facts, by which checks go, and as a sentence, which is for people and may be reworded.
func TestFindingsGoByTheirFacts(t *testing.T) {
	t.Parallel()
	before := lab.Finding{Kind: "cookie", Says: "A cookie, {reach}, from {by}.", Words: map[string]map[string]string{"reach": {"http_only": "HttpOnly"}}}
	found := before.Found("reach", "http_only", "by", "{reach}")
	text, err := json.Marshal(found, json.Deterministic(true))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"kind":"cookie","facts":{"by":"{reach}","reach":"http_only"},"said":"A cookie, HttpOnly, from {reach}."}`
	if string(text) != want {
		t.Errorf("written as %s", text)
	}
	var kept lab.Found
	if err := json.Unmarshal(text, &kept); err != nil {
		t.Fatal(err)
	}
	reworded := lab.Finding{Kind: "cookie", Says: "Another sentence."}
	for _, test := range []struct {
		what string
		is   lab.Is
		want bool
	}{
		{"the kind", reworded.Noted(), true},
		{"a fact", reworded.Noted("reach", "http_only"), true},
		{"a fact that it has not", reworded.Noted("else", ""), true},
		{"another value", reworded.Noted("reach", "scripts"), false},
		{"another kind", lab.Finding{Kind: "place"}.Noted("reach", "http_only"), false},
	} {
		if got := test.is(lab.Seen{Found: kept}); got != test.want {
			t.Errorf("noted by %s: %t", test.what, got)
		}
	}
}
