package trace

// Quiet reports whether a trace is of a request that was for everybody: nothing
// was done to authorize it, no door was shut, and it changed nothing. It can be
// had by its id and is in no list.
func (t *Trace) Quiet() bool {
	if t.unlisted || t.aside && t.Status < 400 {
		return true
	}
	for _, step := range t.Steps {
		if step.Name.Actor() != Front {
			return false
		}
	}
	return (t.Outcome == Allowed || t.Door == "") && (t.Method == "GET" || t.Method == "HEAD")
}

// Unlisted returns the same trace as one that can be had by its id and is in no list:
// for a seat that did not send the request itself, but had an experiment send it.
func (t *Trace) Unlisted() *Trace {
	unlisted := *t
	unlisted.unlisted = true
	return &unlisted
}
