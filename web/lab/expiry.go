package lab

import (
	"net/http"
	"time"

	"twodoors/web/trace"
)

// Variables of this lab: the refresh token that a login gave, and the one that came
// for it.
const (
	refreshVariable = "REFRESH"
	nextVariable    = "NEXT"
)

// Expiry asks how long a token should live, and what comes after it.
func Expiry() *Lab {
	return &Lab{
		Name: "expiry", Title: "It expires", Question: "How long is long enough?",
		Opening: "A token is good until it expires, whoever holds it. Make it short, and a thief has little of it; but then you need a new one all the time, and what gets you a new one is worth stealing too. Here an access token lives for six seconds.",
		Needs:   `{"alg": "HS256", "keys": "shared", "access_lifetime": "6s", "refresh_lifetime": "0s", "refresh_grace": "10s", "revocation": "off"}`,
		Tasks:   []Task{watchItExpire(), refreshByItself(), stolenRefresh(), strictRace(), kindRace()},
		Lessons: []Lesson{
			{"A short life bounds what a stolen access token is worth: nobody has to notice the theft for it to end.", "RFC 6750, sections 5.2 and 5.3", "https://www.rfc-editor.org/rfc/rfc6750#section-5.3"},
			{"A refresh token that changes at every use shows that it was stolen as soon as both use it: nobody can tell who is the thief, so both are out.", "RFC 9700, section 4.14.2", "https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2"},
			{"How long a use may be repeated is a choice between throwing out the honest and overlooking the thief, and no choice does neither.", "RFC 9700, section 4.14.2", "https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2"},
		},
		Practice: "Let access tokens live for minutes, refresh them a little before they expire, and change the refresh token at each use. Have the tabs of a browser take turns, and allow a repetition for a few seconds only: answers do get lost. Who needs to end a session at once, for certain, checks something at each request, and then has a session.",
		Routes: func(labs *Labs) map[string]http.HandlerFunc {
			all := &copycats{labs: labs}
			return within(labs, "expiry", map[string]http.HandlerFunc{"POST /api/labs/expiry/thief": all.use})
		},
	}
}

var (
	loginWithRefresh = Call{Method: "POST", Path: "/api/token/login", Body: `{"username": "ada", "password": "lovelace", "refresh_in": "body"}`,
		Keep: map[string]string{Token: "access_token", refreshVariable: "refresh_token"}}
	refreshByCookie = Call{Method: "POST", Path: "/api/token/refresh", Keep: map[string]string{Token: "access_token"}, Wait: 4 * time.Second}

	logInAndHold = Act{Label: "Log in, and hold the refresh token", Door: "token", Calls: []Call{loginWithRefresh}}
	raceOfTabs   = Act{Label: "Refresh in two tabs at once", Door: "token", Script: "race", Shell: raceInShell}
)

// raceInShell is two refreshes at once with the same token. NEXT is what one of them got.
const raceInShell = `for tab in 1 2; do curl -s -H "Seat: $SEAT" -X POST -H 'Content-Type: application/json' -d "{\"refresh_token\": \"$REFRESH\"}" "$SITE/api/token/refresh" > "$JAR.$tab" & done; wait; cat "$JAR".[12]
NEXT=$(cat "$JAR".[12] | sed -n 's/.*"refresh_token": *"\([^"]*\)".*/\1/p' | head -n 1)`

func refreshWith(label, variable string) Act {
	return Act{Label: label, Door: "token", Calls: []Call{{Method: "POST", Path: "/api/token/refresh", Body: `{"refresh_token": "$` + variable + `"}`}}}
}

func thiefRefreshes(label, body string) Act {
	return Act{Label: label, Calls: []Call{{Method: "POST", Path: "/api/labs/expiry/thief", Body: body}}}
}

func watchItExpire() Task {
	return Task{
		Title: "Watch it expire",
		Do:    "Log in and call the protected page: you are let in. Wait until the clock has run down, and call again. Nobody took the token away and nothing in it changed; it says itself until when it is good.",
		Acts: []Act{logInAt("token"), call("token"), {Label: "Wait seven seconds, and call", Door: "token", Calls: []Call{
			{Path: "/api/token/me", Bearer: Token, Wait: 7 * time.Second}}}},
		Hints: []string{
			"Until when a token is good stands in its payload, as exp.",
			"Log in at the token door, call /api/token/me, wait for more than six seconds, and call it again with the same token.",
			"Press the three buttons from left to right: the last call is refused at claims.check.",
		},
		Done: func(h History) []Seen {
			for _, before := range h.Every(Me("token"), By(""), Allowed) {
				if after, ok := h.After(before).First(Me("token"), RefusedAt(trace.ClaimsCheck), shows(before.Credential), because(trace.TokenExpired)); ok {
					return []Seen{before, after}
				}
			}
			return nil
		},
	}
}

func refreshByItself() Task {
	stay := Act{Calls: []Call{tokenLogin, refreshByCookie, me("token"), refreshByCookie, me("token")}}
	return Task{
		Title: "Stay logged in for longer than the token lives",
		Do:    "Have refresh tokens issued, log in again and stay. A little before the access token expires, the page shows the refresh token and gets the next of both. You see it on the clock, and do nothing.",
		Acts: []Act{
			choose("Issue refresh tokens", `{"refresh_lifetime": "5m"}`),
			{Label: "Log in, and stay for fifteen seconds", Door: "token", Script: "stay", Shell: stay.Command()},
		},
		Hints: []string{
			"Something else has to live longer than the access token, and be shown more rarely.",
			"Change refresh_lifetime to 5m and log in again: the answer sets a cookie for /api/token only. POST /api/token/refresh before the six seconds are over, and call with the new access token.",
			"Press the two buttons from left to right, and wait.",
		},
		Done: func(h History) []Seen {
			for _, login := range h.Every(Login("token"), By("")) {
				lives, _ := time.ParseDuration(login.Settings.AccessLifetime)
				later := h.After(login)
				refreshed, ok := later.First(refreshes(""), Allowed)
				if !ok {
					continue
				}
				if stayed, ok := later.After(refreshed).First(Me("token"), By(""), Allowed, func(s Seen) bool { return s.At.Sub(login.At) > lives }); ok {
					return []Seen{login, refreshed, stayed}
				}
			}
			return nil
		},
	}
}

func stolenRefresh() Task {
	return Task{
		Title: "Have the refresh token stolen",
		Do:    "A thief gets a copy of your refresh token, and uses it before you do; what it gets it uses again. Then you use yours. It was spent, so somebody has a copy. Who, nobody can tell: the whole family is ended, and you are both out. Only the access tokens that were issued already work on, for their six seconds.",
		Acts: []Act{
			logInAndHold,
			thiefRefreshes("Let a thief use a copy, twice", `{"refresh_token": "$REFRESH", "times": 2}`),
			refreshWith("Refresh with yours", refreshVariable),
			thiefRefreshes("Let the thief go on", `{}`),
		},
		Hints: []string{
			"A refresh token is good for one use. What does it mean when it comes a second time?",
			"Log in with \"refresh_in\": \"body\" to have the refresh token in your hands. POST /api/labs/expiry/thief hands it over; after that refresh with the same one, and POST there once more.",
			"Press the four buttons from left to right: yours is refused at family.revoke, the thief's at refresh.find.",
		},
		Done: func(h History) []Seen {
			for _, caught := range h.Every(refreshes(""), RefusedAt(trace.FamilyRevoke)) {
				used, stolen := h.First(refreshes(thiefName), Allowed, shows(caught.Credential))
				out, ended := h.After(caught).First(refreshes(thiefName), RefusedAt(trace.RefreshFind), because(trace.FamilyEnded))
				if stolen && ended {
					return []Seen{used, caught, out}
				}
			}
			return nil
		},
	}
}

func strictRace() Task {
	return Task{
		Title: "Race yourself, under the strict rule",
		Do:    "Now no use may be repeated at all. Log in and refresh in two tabs at the same moment, as a browser does that wakes up with two tabs open. One of them is first; the other shows a token that was spent a millisecond ago. There is no thief, and you are thrown out: what the first tab got is worth nothing.",
		Acts: []Act{
			choose("Allow no repetition", `{"refresh_grace": "0s"}`), logInAndHold, raceOfTabs,
			refreshWith("Refresh with what the first tab got", nextVariable),
		},
		Hints: []string{
			"Two tabs share what the browser keeps, and do not wait for each other.",
			"With refresh_grace at 0s send two POST /api/token/refresh at once with the same refresh token. Then use the one that was answered.",
			"Press the four buttons from left to right: one tab is refused at family.revoke, and the next refresh at refresh.find.",
		},
		Done: func(h History) []Seen {
			for _, caught := range h.Every(refreshes(""), RefusedAt(trace.FamilyRevoke), graceIs(0)) {
				first, ok := h.First(refreshes(""), Allowed, shows(caught.Credential), near(caught))
				_, robbed := h.First(refreshes(thiefName), shows(caught.Credential))
				out, ended := h.After(caught).First(refreshes(""), RefusedAt(trace.RefreshFind), because(trace.FamilyEnded))
				if ok && !robbed && ended {
					return []Seen{first, caught, out}
				}
			}
			return nil
		},
	}
}

func kindRace() Task {
	return Task{
		Title: "Race yourself, under our rule",
		Do:    "Allow a repetition for ten seconds, log in and race again: both tabs get the same successor, and you stay. Then let a thief use a copy of the spent token before the ten seconds are over. It gets the same successor as well, and nobody notices. A thief who comes later, or after the successor was used, ends the family; one who always comes within ten seconds of you goes on until the family ends by itself.",
		Acts: []Act{
			choose("Allow repetition for ten seconds", `{"refresh_grace": "10s"}`), logInAndHold, raceOfTabs,
			thiefRefreshes("Let a thief use a copy of the spent one", `{"refresh_token": "$REFRESH"}`),
		},
		Hints: []string{
			"The server cannot tell a second tab from a thief. What can it go by?",
			"Change refresh_grace to 10s, log in, send two refreshes at once, and within ten seconds hand the old refresh token to POST /api/labs/expiry/thief.",
			"Press the four buttons from left to right, not waiting before the last: both tabs and the thief are let in.",
		},
		Done: func(h History) []Seen {
			for _, first := range h.Every(refreshes(""), Allowed, Not(graceIs(0))) {
				after := h.After(first)
				second, ok := after.First(refreshes(""), Allowed, shows(first.Credential), near(first))
				unnoticed, in := after.First(refreshes(thiefName), Allowed, shows(first.Credential))
				if ok && in {
					return []Seen{first, second, unnoticed}
				}
			}
			return nil
		},
	}
}

// refreshes holds for whom a client refreshes, "" for the visitor.
func refreshes(client string) Is { return All(To("POST", "/api/token/refresh"), By(client)) }

// shows holds for a request with a certain credential.
func shows(credential string) Is { return func(s Seen) bool { return s.Credential == credential } }

// because holds when a step refused for a reason.
func because(why trace.Why) Is { return func(s Seen) bool { return s.Why == why } }

// near holds for what happened within two seconds of another request.
func near(other Seen) Is {
	return func(s Seen) bool { return s.At.Sub(other.At).Abs() < 2*time.Second }
}

func graceIs(grace time.Duration) Is {
	return When(func(c Circumstances) bool {
		set, err := time.ParseDuration(c.RefreshGrace)
		return err == nil && set == grace
	})
}
