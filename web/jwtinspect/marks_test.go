package jwtinspect_test

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
		want      []jwtinspect.Stretch
	}{
		{nil, []jwtinspect.Stretch{{"aé=c", false}}},
		{[]int{3, 3}, []jwtinspect.Stretch{{"aé", false}, {"=", true}, {"c", false}}},
		{[]int{4, 1}, []jwtinspect.Stretch{{"", false}, {"a", true}, {"é=", false}, {"c", true}, {"", false}}},
		{[]int{5, 0}, []jwtinspect.Stretch{{"aé=c", false}}},
	} {
		findings := []jwtinspect.Finding{{Part: "header", Position: 2}}
		for _, at := range test.positions {
			findings = append(findings, jwtinspect.Finding{Part: "payload", Position: at})
		}
		if got := (&jwtinspect.Report{Findings: findings}).Stretches(p); !slices.Equal(got, test.want) {
			t.Errorf("%v: %v", test.positions, got)
		}
	}
}
