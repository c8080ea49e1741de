// Package tell puts the facts of traces into words: for pages, for the labs and for the API.
// These sentences are made nowhere else and nothing parses one, so they can be reworded at will.
//
// Start reading at Saw, which says one step, and at Verdict, which says a whole trace.
// standing.go and kept.go say what a trace means for its visitor. text.go and span.go write text
// from outside, numbers and times.
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

// Result says what a step saw, without the place: "no such session".
func Result(s trace.Step) string {
	template, ok := passed[s.Name]
	if !s.OK {
		template, ok = refused[s.Why]
	}
	if !ok { // a step or a reason of another version
		return strings.TrimSpace(string(s.Why) + " " + listed(s.Facts))
	}
	return fill(template, s) + lost(&s)
}

// Why says why a step refuses, where there is no step: in a response that gives the reason.
func Why(why trace.Why, saw ...trace.Fact) string {
	return Result(trace.Step{Why: why, Facts: saw})
}

// fill replaces names with facts: "{role}" is the fact role.
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

// listed names the facts of a step that this version does not know.
func listed(facts trace.Facts) string {
	var all []string
	for _, f := range facts {
		all = append(all, f.Name+" "+f.String())
	}
	return strings.Join(all, ", ")
}
