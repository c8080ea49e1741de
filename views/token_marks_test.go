package views

import (
	"slices"
	"testing"

	"twodoors/web/jwtinspect"
)

// The character that a finding is about is marked, and nothing is lost, whatever a
// finding points at.
func TestCharactersOfFindingsAreMarked(t *testing.T) {
	t.Parallel()
	p := jwtinspect.Part{Name: "payload", Text: "aé=c"}
	for _, test := range []struct {
		positions []int
		want      []stretch
	}{
		{nil, []stretch{{"aé=c", false}}},
		{[]int{3, 3}, []stretch{{"aé", false}, {"=", true}, {"c", false}}},
		{[]int{4, 1}, []stretch{{"", false}, {"a", true}, {"é=", false}, {"c", true}, {"", false}}},
		{[]int{5, 0}, []stretch{{"aé=c", false}}},
	} {
		findings := []jwtinspect.Finding{{Part: "header", Position: 2}}
		for _, at := range test.positions {
			findings = append(findings, jwtinspect.Finding{Part: "payload", Position: at})
		}
		if got := stretches(p, findings); !slices.Equal(got, test.want) {
			t.Errorf("%v: %v", test.positions, got)
		}
	}
}
