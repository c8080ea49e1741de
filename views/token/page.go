// Package token is the page that decodes, verifies and signs any token.
//
// What it shows is found out by package jwtinspect. Start reading at page.templ.
package token

import (
	"cmp"
	"slices"
	"strconv"

	"twodoors/views/layout"
	"twodoors/web/jwtinspect"
	"twodoors/web/trace"
)

// AnyToken is what the page shows: what was typed, and what was found out.
type AnyToken struct {
	Token, Shown      string // now, and when the page was shown before
	Which             string // "sample" when the token is ours and nobody asked for it
	Kind, Key         string // to verify the signature with
	Accept            string // the only algorithm that is allowed, any when it is empty
	Header, Payload   string // to sign
	Algorithm         string
	SignKind, SignKey string
	FlipPart          string
	FlipAt            int

	Report  *jwtinspect.Report // nil when there is no token
	Flip    *Flip              // the character that was changed, nil when none was
	Signed  bool               // just now, with the key given
	Refused string             // why it cannot be signed
	Fault   string             // why the form was not read
	Trace   *trace.Trace       // where the token comes from, nil when it was pasted
}

// whose says which token is shown.
func (t AnyToken) whose() string {
	if t.Which == "sample" {
		return "A sample token, from an article, copied with one wrong character"
	}
	return "Token"
}

// Flip is one changed character, and which verdicts it turned.
type Flip struct {
	Part    string // empty when there is no such character
	At      int
	Was, Is string
	Noticed string
}

// mark is one of the token's times, or now, on the line of its life.
type mark struct {
	Claim, At string
	seconds   int64
}

// timeLine places the times and now on a line from 0 to width.
func timeLine(t jwtinspect.Times, width int) []mark {
	marks := []mark{{Claim: "now", seconds: t.Now}}
	for _, m := range t.Moments() {
		marks = append(marks, mark{Claim: m.Claim, seconds: m.Seconds})
	}
	slices.SortStableFunc(marks, func(a, b mark) int { return cmp.Compare(a.seconds, b.seconds) })
	first, last := marks[0].seconds, marks[len(marks)-1].seconds
	for n := range marks {
		if last > first {
			marks[n].At = layout.Coordinate(float64(marks[n].seconds-first) / float64(last-first) * float64(width))
		} else {
			marks[n].At = "0"
		}
	}
	return marks
}

// life is the piece of the line on which the token is valid.
func life(marks []mark) string {
	from, to := marks[0].At, marks[len(marks)-1].At
	for _, m := range marks {
		switch m.Claim {
		case "iat", "nbf":
			from = m.At
		case "exp":
			to = m.At
		}
	}
	return "M" + from + " 22H" + to
}

// share is the width of a bar of 100.
func share(percent int) string { return strconv.Itoa(min(percent, 100)) }
