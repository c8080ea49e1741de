package jwtinspect

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The codes of findings are part of what others rely on: OpenAPI lists them, and no others.
func TestCodesOfFindingsAreInOpenAPI(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?s)description: What was found\.\s+type: string\s+enum: \[(.*?)\]`).FindSubmatch(text)
	if found == nil {
		t.Fatal("OpenAPI lists no codes of findings")
	}
	listed := strings.FieldsFunc(string(found[1]), func(r rune) bool { return strings.ContainsRune(", \n", r) })
	known := slices.Sorted(maps.Keys(catalogue))
	if slices.Sort(listed); !slices.Equal(listed, known) {
		t.Errorf("OpenAPI lists %v, and there are %v", listed, known)
	}
}

// What a finding says ends as a sentence does, and names where it comes from.
func TestFindingsAreSentences(t *testing.T) {
	t.Parallel()
	for code, kind := range catalogue {
		if !strings.HasSuffix(kind.text, ".") && !strings.HasSuffix(kind.text, "%s") {
			t.Errorf("%s: %s", code, kind.text)
		}
	}
}
