package jwtinspect

import "slices"

// Stretch is a piece of a token's part. The one character that a finding is about is
// a stretch of its own.
type Stretch struct {
	Text   string
	Marked bool
}

// Stretches cuts a part where the findings point at a character of it.
func (r *Report) Stretches(p Part) []Stretch {
	characters := []rune(p.Text)
	var all []Stretch
	from := 0
	for _, at := range r.places(p) {
		if at > len(characters) {
			break // behind its end: something is missing there
		}
		all = append(all, Stretch{string(characters[from : at-1]), false}, Stretch{string(characters[at-1 : at]), true})
		from = at
	}
	return append(all, Stretch{string(characters[from:]), false})
}

// places are the characters of a part that findings point at, in their order. White
// space is left out of what is shown, so it has no place there.
func (r *Report) places(p Part) []int {
	var all []int
	for _, f := range r.Findings {
		if f.Part == p.Name && f.Position > 0 && f.Code != "white-space" && f.Code != "not-object" {
			all = append(all, f.Position)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
