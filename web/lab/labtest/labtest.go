// Package labtest writes histories for the tests of labs. It knows the engine and no lab.
package labtest

import (
	"fmt"

	"twodoors/web/lab"
	"twodoors/web/trace"
)

// History returns requests that happened under the same circumstances. Each is written in short: method, path,
// status, server, its start, credential, and the step that refused.
func History(under lab.Circumstances, requests ...string) (h lab.History) {
	for i, short := range requests {
		s := lab.Seen{Trace: fmt.Sprint(i), Settings: under, Outcome: trace.Allowed}
		fmt.Sscan(short, &s.Method, &s.Path, &s.Status, &s.Server, &s.Start, &s.Credential, &s.Reason)
		switch {
		case s.Status >= 500:
			s.Outcome = trace.Failed
		case s.Status >= 400:
			s.Outcome = trace.Denied
		}
		h = append(h, s)
	}
	return h
}

// Join returns what happened one after the other, as the circumstances changed.
func Join(parts ...lab.History) (h lab.History) {
	for _, part := range parts {
		for _, s := range part {
			s.Trace = fmt.Sprint(len(h))
			h = append(h, s)
		}
	}
	return h
}
