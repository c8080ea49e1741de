// Package ladder lists what was done to authorize a request, step by step, with what would
// have come next where it was stopped.
package ladder

import (
	"strings"

	"twodoors/web/trace"
)

// Rung is a step of the ladder: taken, or never reached.
type Rung struct {
	trace.Step
	Reached bool
}

// doorSteps are what a door does with a request for an account's page, in its
// order. Steps that are taken at need only, as session.save, are not among
// them: their absence says nothing.
var doorSteps = map[string][]trace.Name{
	"session": {trace.CookieRead, trace.SessionFind, trace.SessionAge, trace.UserLoad, trace.RoleCheck},
	"token":   {trace.BearerRead, trace.TokenDecode, trace.AlgorithmCheck, trace.KeySelect, trace.SignatureVerify, trace.ClaimsCheck, trace.RoleCheck},
}

// Of lists what was done to a request and, when it was stopped on its way
// to an account, what would have come next.
func Of(t *trace.Trace) []Rung {
	var rungs []Rung
	for _, step := range t.Steps {
		rungs = append(rungs, Rung{Step: step, Reached: true})
	}
	if t.Refusing() == nil || !strings.HasSuffix(t.Path, "/me") && !strings.HasSuffix(t.Path, "/admin") && !strings.HasSuffix(t.Path, "/account") {
		return rungs
	}
	for _, name := range doorSteps[t.Door] {
		if t.Find(name) == nil {
			rungs = append(rungs, Rung{Step: trace.Step{Name: name}})
		}
	}
	return rungs
}

// Longest is the longest step of a trace, the measure of its bars.
func Longest(t *trace.Trace) int64 {
	most := int64(1)
	for _, step := range t.Steps {
		most = max(most, step.Nanoseconds)
	}
	return most
}
