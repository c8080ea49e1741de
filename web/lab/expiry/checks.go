package expiry

import (
	"time"

	"twodoors/web/lab"
	"twodoors/web/trace"
)

// refreshed holds for a client's refreshes, "" for the visitor's.
func refreshed(client string) lab.Is {
	return lab.All(lab.To("POST", "/api/token/refresh"), lab.By(client))
}

// because holds when a step refused for a reason.
func because(why trace.Why) lab.Is { return func(s lab.Seen) bool { return s.Why == why } }

// near holds for what happened within two seconds of another request.
func near(other lab.Seen) lab.Is {
	return func(s lab.Seen) bool { return s.At.Sub(other.At).Abs() < 2*time.Second }
}

// graceIs holds while the grace period is this long.
func graceIs(grace time.Duration) lab.Is {
	return lab.When(func(c lab.Circumstances) bool {
		set, err := time.ParseDuration(c.RefreshGrace)
		return err == nil && set == grace
	})
}

// expired is passed when a token was allowed, and refused after it had expired.
func expired(h lab.History) []lab.Seen {
	for _, before := range h.Every(lab.Called("token"), lab.By(""), lab.Allowed) {
		late := lab.All(lab.RefusedAt(trace.ClaimsCheck), because(trace.TokenExpired))
		if after, ok := h.After(before).First(lab.Called("token"), lab.With(before), late); ok {
			return []lab.Seen{before, after}
		}
	}
	return nil
}

// stayedIn is passed when a login was refreshed and used for longer than its first token lived.
func stayedIn(h lab.History) []lab.Seen {
	for _, login := range h.Every(lab.LoggedIn("token"), lab.By("")) {
		lives, _ := time.ParseDuration(login.Settings.AccessLifetime)
		later := h.After(login)
		renewed, ok := later.First(refreshed(""), lab.Allowed)
		if !ok {
			continue
		}
		late := func(s lab.Seen) bool { return s.At.Sub(login.At) > lives }
		if stayed, ok := later.After(renewed).First(lab.Called("token"), lab.By(""), lab.Allowed, late); ok {
			return []lab.Seen{login, renewed, stayed}
		}
	}
	return nil
}

// familyEnded is passed when the visitor used a refresh token after a thief had, and both were logged out.
func familyEnded(h lab.History) []lab.Seen {
	for _, caught := range h.Every(refreshed(""), lab.RefusedAt(trace.FamilyRevoke)) {
		used, stolen := h.First(refreshed(lab.Thief), lab.Allowed, lab.With(caught))
		out, ended := h.After(caught).First(refreshed(lab.Thief), lab.RefusedAt(trace.RefreshFind), because(trace.FamilyEnded))
		if stolen && ended {
			return []lab.Seen{used, caught, out}
		}
	}
	return nil
}

// whoStaysIn asks who can still refresh after a token was used twice.
func whoStaysIn(act int) *lab.Prediction {
	return &lab.Prediction{
		Act: act, Asks: "You use the refresh token after the thief has. Who stays logged in?",
		Answers: []lab.Answer{{Name: "you", Says: "Only you"}, {Name: "thief", Says: "Only the thief"}, {Name: "both", Says: "Both of you"}, {Name: "neither", Says: "Neither of you"}},
		Outcome: func(h lab.History) string {
			you, asked := lab.LastAllowed(refreshed(""))(h)
			thief, stole := lab.LastAllowed(refreshed(lab.Thief))(h)
			switch {
			case !asked || !stole:
				return ""
			case you && thief:
				return "both"
			case you:
				return "you"
			case thief:
				return "thief"
			}
			return "neither"
		},
	}
}

// loggedOutByRace is passed when two tabs refreshed at once without a grace period, and both were logged out.
func loggedOutByRace(h lab.History) []lab.Seen {
	for _, caught := range h.Every(refreshed(""), lab.RefusedAt(trace.FamilyRevoke), graceIs(0)) {
		first, ok := h.First(refreshed(""), lab.Allowed, lab.With(caught), near(caught))
		_, stolen := h.First(refreshed(lab.Thief), lab.With(caught))
		out, ended := h.After(caught).First(refreshed(""), lab.RefusedAt(trace.RefreshFind), because(trace.FamilyEnded))
		if ok && !stolen && ended {
			return []lab.Seen{first, caught, out}
		}
	}
	return nil
}

// sameSuccessor is passed when two tabs and a thief used the same refresh token within a grace period.
func sameSuccessor(h lab.History) []lab.Seen {
	for _, first := range h.Every(refreshed(""), lab.Allowed, lab.Not(graceIs(0))) {
		after := h.After(first)
		second, ok := after.First(refreshed(""), lab.Allowed, lab.With(first), near(first))
		unnoticed, in := after.First(refreshed(lab.Thief), lab.Allowed, lab.With(first))
		if ok && in {
			return []lab.Seen{first, second, unnoticed}
		}
	}
	return nil
}
