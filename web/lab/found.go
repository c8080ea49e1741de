package lab

import "strings"

// Finding is a kind of thing that a lab finds out about a request, and the sentence that says it.
type Finding struct {
	Kind  string
	Says  string                       // to people; {name} stands for the fact of that name
	Words map[string]map[string]string // for facts that are codes: by the fact's name, what people read for each
}

// Found is what a lab itself found out about a request. Checks go by the facts; nothing reads the sentence but people.
type Found struct {
	Kind  string            `json:"kind"`
	Facts map[string]string `json:"facts,omitempty"`
	Said  string            `json:"said"`
}

// ExperimentFinished is found when an experiment ran to its end, whichever lab it was for. Its fact is the title.
var ExperimentFinished = Finding{Kind: "experiment", Says: "“{title}” was run to its end."}

// Found returns what was found, with its facts: names and values in turn.
func (f Finding) Found(facts ...string) Found {
	found, said := Found{Kind: f.Kind}, []string{}
	for i := 0; i < len(facts); i += 2 {
		name, value := facts[i], facts[i+1]
		if found.Facts == nil {
			found.Facts = map[string]string{}
		}
		found.Facts[name] = value
		if word, ok := f.Words[name][value]; ok {
			value = word
		}
		said = append(said, "{"+name+"}", value)
	}
	found.Said = strings.NewReplacer(said...).Replace(f.Says)
	return found
}

// Noted holds for a request of which this was found, with certain facts: names and values in turn.
func (f Finding) Noted(facts ...string) Is {
	return func(s Seen) bool {
		for i := 0; i < len(facts); i += 2 {
			if s.Found.Facts[facts[i]] != facts[i+1] {
				return false
			}
		}
		return s.Found.Kind == f.Kind
	}
}
