package views

import (
	"slices"

	"twodoors/web/jwtinspect"
)

// stretch is a piece of a token's part. The one character that a finding is about is
// a stretch of its own.
type stretch struct {
	Text   string
	Marked bool
}

// stretches cuts a part where the findings point at a character of it.
func stretches(p jwtinspect.Part, findings []jwtinspect.Finding) []stretch {
	characters := []rune(p.Text)
	var all []stretch
	from := 0
	for _, at := range places(p, findings) {
		if at > len(characters) {
			break // behind its end: something is missing there
		}
		all = append(all, stretch{string(characters[from : at-1]), false}, stretch{string(characters[at-1 : at]), true})
		from = at
	}
	return append(all, stretch{string(characters[from:]), false})
}

// places are the characters of a part that findings point at, in their order. White
// space is left out of what is shown, so it has no place there.
func places(p jwtinspect.Part, findings []jwtinspect.Finding) []int {
	var all []int
	for _, f := range findings {
		if f.Part == p.Name && f.Position > 0 && f.Code != "white-space" && f.Code != "not-object" {
			all = append(all, f.Position)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// partColour is the colour of a part, by its place in the token.
func partColour(n int) string { return jwtColours[min(n, len(jwtColours)-1)] }

// otherParts are those that hold nothing to read.
func otherParts(r *jwtinspect.Report) []jwtinspect.Part {
	var all []jwtinspect.Part
	for _, p := range r.Parts {
		if p.Name != "header" && p.Name != "payload" && p.Name != "JSON" {
			all = append(all, p)
		}
	}
	return all
}
