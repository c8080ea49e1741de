package tell

import "twodoors/web/trace"

// lost ends a sentence about what a store did not find, when its leader has changed: what the
// former leader had not replicated is lost. It is empty otherwise.
func lost(step *trace.Step) string {
	changed := step.Facts.Get("leader_changed")
	if changed.Name == "" {
		return ""
	}
	return ": the store changed its leader " + changed.String() + " ago, and what was not replicated is lost"
}
