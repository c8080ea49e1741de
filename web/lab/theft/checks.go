package theft

import "twodoors/web/lab"

// leaves is passed when the thief was allowed, the visitor logged out with the same credential, and the thief's next
// call with it ended in a certain way.
func leaves(door string, end lab.Is) lab.Check {
	return func(h lab.History) []lab.Seen {
		thief := lab.All(lab.Called(door), lab.By(lab.Thief))
		for _, out := range h.Every(lab.To("POST", "/api/"+door+"/logout"), lab.By(""), lab.Allowed) {
			if _, was := h.First(thief, lab.Allowed, lab.With(out)); !was {
				continue
			}
			if then, ok := h.After(out).First(thief, lab.With(out), end); ok {
				return []lab.Seen{out, then}
			}
		}
		return nil
	}
}

// thiefGetsIn asks whether the thief is still allowed, and goes by its last call.
func thiefGetsIn(act int, asks string) *lab.Prediction {
	return lab.YesOrNo(act, asks, "Yes, the thief stays in", "No, the thief is out", lab.LastAllowed(lab.By(lab.Thief)))
}

// Last is the last answer that the thief got at a door, if it called there.
func Last(p *lab.Progress, door string) (last lab.Seen, called bool) {
	return p.Last(lab.Called(door), lab.By(lab.Thief))
}
