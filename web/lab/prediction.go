package lab

// Prediction is a question that a task asks before the press that decides. Nobody has to answer it.
type Prediction struct {
	Act     int      // of the task, counted from 0: the press that decides
	Asks    string   // one question
	Answers []Answer // two to four

	// Outcome is the name of the answer that came true, from the requests that showed that the task was done. It is
	// empty when they do not tell. It goes by its argument alone, as a Check does.
	Outcome func(History) string
}

// Answer is one that a question offers.
type Answer struct {
	Name string `json:"name"`
	Says string `json:"says"`
}

// Says is what an answer says, empty when the question has no such answer.
func (p *Prediction) Says(answer string) string {
	for _, a := range p.Answers {
		if a.Name == answer {
			return a.Says
		}
	}
	return ""
}

// outcome is the name of the answer that came true, empty when the task asks nothing or nobody can tell.
func (t Task) outcome(shown History) string {
	if t.Predict == nil {
		return ""
	}
	return t.Predict.Outcome(shown)
}

// Names of answers to questions about both doors, and about one thing.
const (
	OnlySession = "session"
	OnlyToken   = "token"
	BothDoors   = "both"
	NeitherDoor = "neither"

	Yes = "yes"
	No  = "no"
)

// WhichDoors asks at which doors something will be so. To picks the requests to a door that tell, and so says of these
// whether it was.
func WhichDoors(act int, asks string, to func(door string) Is, so func(calls History) bool) *Prediction {
	return &Prediction{
		Act: act, Asks: asks,
		Answers: []Answer{
			{OnlySession, "Only the session door"}, {OnlyToken, "Only the token door"}, {BothDoors, "Both doors"}, {NeitherDoor, "Neither door"},
		},
		Outcome: func(h History) string {
			session, token := h.Every(to("session")), h.Every(to("token"))
			if len(session) == 0 || len(token) == 0 {
				return ""
			}
			return OneOrBoth(so(session), so(token))
		},
	}
}

// OneOrBoth is the name of the answer for what each door did.
func OneOrBoth(session, token bool) string {
	switch {
	case session && token:
		return BothDoors
	case session:
		return OnlySession
	case token:
		return OnlyToken
	}
	return NeitherDoor
}

// What requests to a door come to: the first of them was allowed, the last, or all.
func firstAllowed(calls History) bool { return Allowed(calls[0]) }
func lastAllowed(calls History) bool  { return Allowed(calls[len(calls)-1]) }
func allAllowed(calls History) bool   { return len(calls.Every(Allowed)) == len(calls) }

// WhichDoorsLetYouIn asks which doors let the visitor in at last, by the last call of each door's protected page.
func WhichDoorsLetYouIn(act int, asks string) *Prediction {
	return WhichDoors(act, asks, Called, lastAllowed)
}

// WhichDoorsAlwaysLetYouIn asks which doors let the visitor in every time.
func WhichDoorsAlwaysLetYouIn(act int, asks string) *Prediction {
	return WhichDoors(act, asks, Called, allAllowed)
}

// WhichPagesLetYouIn asks which doors let the visitor in on the first call of a page.
func WhichPagesLetYouIn(act int, asks string, page func(door string) Is) *Prediction {
	return WhichDoors(act, asks, page, firstAllowed)
}

// YesOrNo asks whether something will happen. It is known when the requests tell.
func YesOrNo(act int, asks, yes, no string, happened func(History) (so, known bool)) *Prediction {
	return &Prediction{
		Act: act, Asks: asks, Answers: []Answer{{Yes, yes}, {No, no}},
		Outcome: func(h History) string {
			switch so, known := happened(h); {
			case !known:
				return ""
			case so:
				return Yes
			}
			return No
		},
	}
}

// LastAllowed tells whether the last request of which everything holds was allowed.
func LastAllowed(what ...Is) func(History) (so, known bool) {
	return func(h History) (so, known bool) {
		last, known := h.Last(what...)
		return known && Allowed(last), known
	}
}

// tellOutcomes tells what came true of tasks that were done before their lab asked. A lab may be gone since.
func (lab *Lab) tellOutcomes(p *Progress) {
	if lab == nil {
		return
	}
	for i := range min(len(p.Ticks), len(lab.Tasks)) {
		if p.Ticks[i].Outcome == "" {
			p.Ticks[i].Outcome = lab.Tasks[i].outcome(p.Shown(i))
		}
	}
}
