package store

import (
	"twodoors/web/lab"
	"twodoors/web/settings"
	"twodoors/web/trace"
)

func away(s lab.Seen) bool { return s.Settings.StoreAway }

var redisThere = lab.All(lab.StoreIs(settings.StoreRedis), lab.Not(away))

// whatSessionDoorSays asks how the session door answers without its store.
func whatSessionDoorSays(act int) *lab.Prediction {
	return &lab.Prediction{
		Act: act, Asks: "Redis stops, and your session is in it. What will the session door answer?",
		Answers: []lab.Answer{{Name: "allowed", Says: "200, you are logged in"}, {Name: "denied", Says: "401, please log in"}, {Name: "failed", Says: "503, try later"}},
		Outcome: func(h lab.History) string {
			last, _ := h.Last(lab.Called("session"))
			return string(last.Outcome)
		},
	}
}

// foundAgain tells whether the session that could not be looked up was found once Redis ran again.
func foundAgain(h lab.History) (so, known bool) {
	unsure, known := h.First(lab.Called("session"), away, lab.Failed)
	if !known {
		return false, false
	}
	again, known := h.After(unsure).First(lab.Called("session"), redisThere, lab.With(unsure))
	return known && lab.Allowed(again), known
}

// inRedis is passed when two servers allowed the same session from one Redis.
func inRedis(h lab.History) []lab.Seen {
	for _, one := range h.Every(lab.Called("session"), lab.Allowed, redisThere) {
		if other, ok := h.First(lab.Called("session"), lab.Allowed, redisThere, lab.With(one), lab.Not(lab.AnsweredBy(one.Server))); ok {
			return []lab.Seen{one, other}
		}
	}
	return nil
}

// cameBackEmpty is passed when a session that had been allowed could not be looked up and is unknown after Redis
// started again, while the token is allowed and a new login is stored.
func cameBackEmpty(h lab.History) []lab.Seen {
	for _, unsure := range h.Every(lab.Called("session"), away, lab.Failed) {
		later := h.After(unsure)
		if _, was := h.First(lab.Called("session"), redisThere, lab.Allowed, lab.With(unsure)); !was {
			continue
		}
		gone := lab.InTurn(
			lab.All(lab.Called("session"), redisThere, lab.RefusedAt(trace.SessionFind), lab.Not(lab.Failed), lab.With(unsure)),
			lab.All(lab.LoggedIn("session"), redisThere),
			lab.All(lab.Called("session"), redisThere, lab.Allowed))(later)
		token, ok := later.First(lab.Called("token"), redisThere, lab.Allowed)
		if gone != nil && ok {
			return append([]lab.Seen{unsure, token}, gone...)
		}
	}
	return nil
}
