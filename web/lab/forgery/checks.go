package forgery

import (
	"twodoors/web/lab"
	"twodoors/web/trace"
)

// What this lab finds out.
var (
	forgedToken   = lab.Finding{Kind: "forged", Says: "{done} {let_in}"}
	crackedSecret = lab.Finding{Kind: "cracked", Says: "The secret is {secret}, found with guess {guess} after {seconds} s, at {rate} guesses a second on this machine."}
	guessedIDs    = lab.Finding{Kind: "guessed", Says: "{guesses} session IDs guessed in {seconds} s, {rate} a second: {let_in} allowed. At this rate, trying all 128-bit IDs would take {years} years."}
)

// refused returns what shows that a door refused a forgery at its step: the forgery as the lab noted it, and the
// request that presented it.
func (t technique) refused(h lab.History) []lab.Seen {
	for _, made := range h.Every(lab.To("POST", "/api/labs/forgery/forge"), forgedToken.Noted("forgery", t.kind)) {
		for _, step := range t.refusedAt {
			if sent, ok := h.After(made).First(lab.Called("token"), lab.By(""), lab.With(made), lab.RefusedAt(step)); ok {
				return []lab.Seen{made, sent}
			}
		}
	}
	return nil
}

func allRefused(techniques []technique) lab.Check {
	var checks []lab.Check
	for _, t := range techniques {
		checks = append(checks, t.refused)
	}
	return lab.Both(checks...)
}

// howManyGetIn asks how many forgeries the door will accept.
func howManyGetIn(act int) *lab.Prediction {
	return &lab.Prediction{
		Act: act, Asks: "Six forgeries follow. How many will the door accept?",
		Answers: []lab.Answer{{Name: "none", Says: "None"}, {Name: "few", Says: "One or two"}, {Name: "many", Says: "Three or more"}},
		Outcome: func(h lab.History) string {
			switch in := len(h.Every(lab.Called("token"), lab.Allowed)); {
			case len(h.Every(lab.Called("token"))) == 0:
				return ""
			case in == 0:
				return "none"
			case in < 3:
				return "few"
			}
			return "many"
		},
	}
}

// plantedInVain is passed when IDs were guessed, and a planted one was refused before and after a login at which the
// visitor got another.
func plantedInVain(h lab.History) []lab.Seen {
	guessed, ok := h.First(lab.To("POST", "/api/labs/forgery/guess"), guessedIDs.Noted())
	if !ok {
		return nil
	}
	for _, planted := range h.Every(lab.Called("session"), lab.By(""), lab.RefusedAt(trace.SessionFind)) {
		login, in := h.After(planted).First(lab.LoggedIn("session"), lab.By(""))
		if !in {
			continue
		}
		useless, refused := h.After(login).First(lab.Called("session"), lab.By(lab.Thief), lab.RefusedAt(trace.SessionFind), lab.With(planted))
		own, fresh := h.After(login).First(lab.Called("session"), lab.By(""), lab.Allowed)
		if refused && fresh {
			return []lab.Seen{guessed, planted, login, useless, own}
		}
	}
	return nil
}
