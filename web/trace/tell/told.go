package tell

import "twodoors/web/trace"

// Told is a trace as the API returns it: each step with its actor, and in words.
type Told struct {
	*trace.Trace
	Steps []ToldStep `json:"steps"`
}

// ToldStep is one of its steps.
type ToldStep struct {
	Actor trace.Actor `json:"actor"`
	trace.Step
	Saw string `json:"saw"`
}

// Tell puts a trace into words.
func Tell(t *trace.Trace) Told {
	told := Told{Trace: t, Steps: make([]ToldStep, 0, len(t.Steps))}
	for _, step := range t.Steps {
		told.Steps = append(told.Steps, ToldStep{step.Name.Actor(), step, Saw(step)})
	}
	return told
}
