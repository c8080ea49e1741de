// Package tell says in words what traces hold as facts: for pages, for the labs and for
// the API. It is the only place where these sentences are made, so they can be reworded
// at will: nothing ever takes one apart.
//
// Start reading at Saw, which says one step, and at Verdict, which says a whole trace.
// standing.go and kept.go say what a trace means for whoever sent the request. How text
// from outside, numbers and times are written in sentences is in text.go and span.go.
package tell

import (
	"strings"

	"twodoors/web/trace"
)

// Saw says where a step looked and what it saw: "memory of server 1: no such session".
func Saw(s trace.Step) string {
	if s.Where == "" {
		return Result(s)
	}
	return s.Where + ": " + Result(s)
}

// Result says what a step saw, where the place is said already: "no such session".
func Result(s trace.Step) string {
	template, ok := passed[s.Name]
	if !s.OK {
		template, ok = refused[s.Why]
	}
	if !ok { // a step or a reason of another version
		return strings.TrimSpace(string(s.Why) + " " + listed(s.Facts))
	}
	return fill(template, s)
}

// Why says why a step refuses, without a step: in an answer that names the reason, too.
func Why(why trace.Why, saw ...trace.Fact) string {
	return Result(trace.Step{Why: why, Facts: saw})
}

// fill puts facts in the place of their names: "{role}" is the fact role.
func fill(template string, s trace.Step) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(template, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		b.WriteString(value(name, s))
		template = after
	}
}

func value(name string, s trace.Step) string {
	said := s.Facts.Get(name).String()
	if phrase, ok := phrases[name][said]; ok {
		return fill(phrase, s)
	}
	return said
}

// listed names the facts of a step that nothing is known of.
func listed(facts trace.Facts) string {
	var all []string
	for _, f := range facts {
		all = append(all, f.Name+" "+f.String())
	}
	return strings.Join(all, ", ")
}
