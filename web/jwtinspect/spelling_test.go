package jwtinspect_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A token that was wrapped is read whole, and where it was broken is said.
func TestPlaceOfWhiteSpaceIsNamed(t *testing.T) {
	t.Parallel()
	good := made(t, `{"alg":"HS256"}`, `{"sub":"1","exp":1800000300}`)
	part := strings.Split(good, ".")
	r := look(part[0]+".\n"+part[1][:7]+"\n"+part[1][7:]+"."+part[2][:3]+"\n"+part[2][3:], secret(strong))
	var places []string
	for _, f := range r.Findings {
		if f.Code == "white-space" {
			places = append(places, f.Part+strconv.Itoa(f.Position))
		}
	}
	if !slices.Equal(places, []string{"payload1", "signature4"}) || r.Parts[1].Text != part[1] || !r.Signature.Valid {
		t.Errorf("%v, %+v", places, r.Signature)
	}
}
