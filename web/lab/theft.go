package lab

import (
	"net/http"

	"twodoors/web/settings"
	"twodoors/web/trace"
)

// Theft asks what stops somebody who has a copy of your credential.
func Theft() *Lab {
	return &Lab{
		Name: "theft", Title: "Somebody has it", Question: "Somebody has your credential. What stops them?",
		Opening: "A session cookie and a bearer token let in whoever shows them. Here a thief, a client of its own with a connection of its own, gets a copy of what you carry and goes on calling twice a second. You try each way of stopping it, and see what that costs everybody else.",
		Needs:   `{"servers": 1, "balance": "sticky", "store": "memory", "alg": "HS256", "keys": "shared", "access_lifetime": "5m", "session_lifetime": "12h", "revocation": "off"}`,
		Tasks:   []Task{beRobbed(), stopSessionThief(), missTokenThief(), stopTokenThief(), fillTheTable()},
		Lessons: []Lesson{
			{"A session ends at the server: when you log out, every copy of its id is worth nothing at the same moment.", "OWASP Session Management Cheat Sheet, Session Expiration", "https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html#session-expiration"},
			{"A token that nobody looks up cannot be taken back: logging out throws away your copy, and the thief's is good until it expires, or until every request asks a list.", "RFC 7009, section 3", "https://www.rfc-editor.org/rfc/rfc7009#section-3"},
			{"A new key ends all tokens that the old one signed, the thief's and everybody's; nothing about sessions changes.", "RFC 7515, section 5.2", "https://www.rfc-editor.org/rfc/rfc7515#section-5.2"},
		},
		Practice: "Give people one button that ends all their sessions, and end the other sessions when a password is changed. Keep access tokens so short that you can wait for the thief, or check a list where you cannot wait. Keep the change of the key for the day the key itself is stolen.",
		Routes: func(labs *Labs) map[string]http.HandlerFunc {
			all := &thieves{labs: labs}
			return within(labs, "theft", map[string]http.HandlerFunc{
				"POST /api/labs/theft/steal": all.steal,
				"POST /api/labs/theft/try":   all.try,
				"POST /api/labs/theft/stop":  all.stop,
			})
		},
	}
}

var (
	beCopied  = Act{Label: "Let a thief copy what you carry", Calls: []Call{{Method: "POST", Path: "/api/labs/theft/steal", Bearer: Token}}}
	thiefNow  = Act{Label: "Look what the thief gets now", Calls: []Call{{Method: "POST", Path: "/api/labs/theft/try"}}}
	thiefAway = Act{Label: "Send the thief away", Calls: []Call{{Method: "POST", Path: "/api/labs/theft/stop"}}}
)

func beRobbed() Task {
	return Task{
		Title: "Be robbed",
		Do:    "Log in at both doors, and let a thief copy what you carry: the session cookie and the token. It knows no password, and both doors let it in as you. Its requests carry the same as yours; nothing in them says who holds it.",
		Acts:  []Act{logInAtBothDoors, beCopied},
		Hints: []string{
			"What does a request have to carry so that a door takes it for yours?",
			"Log in at both doors. POST /api/labs/theft/steal hands the thief what that very request carries: the cookie, and the token if you send it as bearer.",
			"Press “Log in at both doors”, then “Let a thief copy what you carry”.",
		},
		Done: Both(
			InTurn(All(Login("session"), By("")), All(Me("session"), By(thiefName), Allowed)),
			InTurn(All(Login("token"), By("")), All(Me("token"), By(thiefName), Allowed))),
	}
}

func stopSessionThief() Task {
	return Task{
		Title: "Log out at the session door",
		Do:    "Log out at the session door, and look what the thief gets there now. The server has forgotten the session: your copy of its id and the thief's are worth the same, nothing.",
		Acts:  []Act{logOutAt("session"), thiefNow},
		Hints: []string{
			"Where is a session, and who can end it?",
			"POST /api/session/logout with the cookie. The thief calls by itself, for a minute; POST /api/labs/theft/try makes it call at once.",
			"Press the two buttons from left to right: the thief is refused at session.find.",
		},
		Done: leaves("session", RefusedAt(trace.SessionFind)),
	}
}

func missTokenThief() Task {
	return Task{
		Title: "Log out at the token door",
		Do:    "Now log out at the token door. Your browser's refresh token is ended, and you throw your access token away. The thief has not thrown its copy away, and is still in: with revocation off the door asks nobody whether a token is still wanted.",
		Acts:  []Act{logOutAt("token"), thiefNow},
		Hints: []string{
			"What could the server forget that would make the token worthless?",
			"POST /api/token/logout with the token, while revocation is off. Then see what the thief gets from /api/token/me.",
			"Press the two buttons from left to right: the thief is let in.",
		},
		Done: leaves("token", All(Allowed, revocationIs(settings.RevocationOff))),
	}
}

func stopTokenThief() Task {
	return Task{
		Title: "Log out at the token door, with a list",
		Do:    "Switch revocation on: each request now looks up whether its token was logged out. Log in, be robbed again, and log out. The thief is out at once. The price is in its trace: one question more at every request of everybody, and a state that all servers share.",
		Acts:  []Act{choose("Switch revocation on", `{"revocation": "on"}`), logInAt("token"), beCopied, logOutAt("token"), thiefNow, thiefAway},
		Hints: []string{
			"What has to be kept, and who has to look at it, so that a signed token can be taken back?",
			"Set revocation to on, log in at the token door and hand the new token to the thief. Then log out with it.",
			"Press the buttons from left to right: the thief is refused at revocation.check.",
		},
		Done: leaves("token", RefusedAt(trace.RevocationCheck)),
	}
}

// tableInShell starts the experiment, as soon as no other is running, and waits for
// its end.
const tableInShell = `for i in $(seq 60); do curl -s -H "Seat: $SEAT" -X POST "$SITE/api/experiments/steal" | grep -q '"state"' && break; sleep 1; done
for i in $(seq 60); do curl -s -H "Seat: $SEAT" "$SITE/api/experiments/steal" | grep -qE '"state": *"(done|failed)"' && break; sleep 1; done
curl -s -H "Seat: $SEAT" "$SITE/api/experiments/steal" | head -c 1000`

func fillTheTable() Task {
	return Task{
		Title: "Try everything, and count who is hurt",
		Do:    "Fill the table above: six things that can be done, each tried against a stolen cookie and a stolen token, while ten others with accounts of their own are logged in. It takes half a minute and happens on servers of its own, so nobody here is thrown out. Then find the line that stops both thieves and hurts nobody.",
		Acts:  []Act{{Label: "Fill the table", Script: "table", Shell: tableInShell}},
		Hints: []string{
			"Which of the six reach a token that has been handed out?",
			"POST /api/experiments/steal starts it, GET tells how far it is. In a terminal of your own, twodoors experiment steal prints the same table.",
			"Press “Fill the table” and wait. Only revocation with a logout stops both at once and throws nobody else out.",
		},
		Done: Each(All(To("POST", "/api/experiments/steal"), By(ExperimentName))),
	}
}

// leaves is passed when a thief had been let in, who was robbed logged out with the
// same credential, and the thief's next try with it ended in a certain way.
func leaves(door string, end Is) Check {
	return func(h History) []Seen {
		thief := All(Me(door), By(thiefName))
		for _, out := range h.Every(To("POST", "/api/"+door+"/logout"), By(""), Allowed) {
			if _, was := h.First(thief, Allowed, shows(out.Credential)); !was {
				continue
			}
			if then, ok := h.After(out).First(thief, shows(out.Credential), end); ok {
				return []Seen{out, then}
			}
		}
		return nil
	}
}

func revocationIs(setting string) Is {
	return When(func(c Circumstances) bool { return c.Revocation == setting })
}
