package views

import (
	"net/url"
	"strings"

	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// rung is a step of the ladder: taken, or never reached.
type rung struct {
	trace.Step
	Reached bool
	Differs string // how it differs from the same step of the trace beside it
}

// doorSteps are what a door does with a request for an account's page, in its
// order. Steps that are taken at need only, as session.save, are not among
// them: their absence says nothing.
var doorSteps = map[string][]trace.Name{
	"session": {trace.CookieRead, trace.SessionFind, trace.SessionAge, trace.UserLoad, trace.RoleCheck},
	"token":   {trace.BearerRead, trace.TokenDecode, trace.AlgorithmCheck, trace.KeySelect, trace.SignatureVerify, trace.ClaimsCheck, trace.RoleCheck},
}

// ladder lists what was done to a request and, when it was stopped on its way
// to an account, what would have come next. beside is nil when it stands alone.
func ladder(t, beside *trace.Trace) []rung {
	var rungs []rung
	for _, step := range t.Steps {
		rungs = append(rungs, rung{Step: step, Reached: true, Differs: difference(step, beside)})
	}
	if t.Refusing() == nil || !strings.HasSuffix(t.Path, "/me") && !strings.HasSuffix(t.Path, "/admin") && !strings.HasSuffix(t.Path, "/account") {
		return rungs
	}
	for _, name := range doorSteps[t.Door] {
		if t.Find(name) == nil {
			rungs = append(rungs, rung{Step: trace.Step{Name: name}})
		}
	}
	return rungs
}

func difference(step trace.Step, beside *trace.Trace) string {
	if beside == nil {
		return ""
	}
	other := beside.Find(step.Name)
	switch {
	case other == nil:
		return "only here"
	case other.OK != step.OK:
		return "ended otherwise"
	case tell.Saw(*other) != tell.Saw(step):
		return "saw something else"
	}
	return ""
}

// longest is the longest step of a trace, the measure of its bars.
func longest(traces ...*trace.Trace) int64 {
	most := int64(1)
	for _, t := range traces {
		if t == nil {
			continue
		}
		for _, step := range t.Steps {
			most = max(most, step.Nanoseconds)
		}
	}
	return most
}

// share of the longest step, as the width of a bar of 100. The shortest can
// still be seen.
func share(ns, longest int64) string {
	return number(max(2, 100*float64(ns)/float64(longest)))
}

// codeLink is where the line of a step is shown; empty when its source is not
// in this site.
func codeLink(step trace.Step) string {
	file, line, ok := strings.Cut(strings.TrimPrefix(step.Source, "web/"), ":")
	if !ok || !strings.HasPrefix(step.Source, "web/") {
		return ""
	}
	return (&url.URL{Path: "/inspector/code/" + file}).EscapedPath() + "?line=" + url.QueryEscape(line)
}

// codeAnchor is codeLink, with the page scrolled to the line.
func codeAnchor(step trace.Step) string {
	_, line, _ := strings.Cut(step.Source, ":")
	return codeLink(step) + "#L" + url.QueryEscape(line)
}
