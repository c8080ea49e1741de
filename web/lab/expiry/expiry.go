// Package expiry is the lab that asks how long a token should live, and what comes after it: refresh tokens, their
// rotation, and what a second use of one means. The tasks are in tasks.go, what shows that each was done is in
// checks.go; replayer.go is the thief that uses a refresh token again.
package expiry

import (
	"net/http"

	"twodoors/web/lab"
)

// Lab returns the lab.
func Lab() *lab.Lab {
	return &lab.Lab{
		Name: "expiry", Title: "It expires", Question: "How long is long enough?",
		Minutes: 10,
		Opening: "A token is good until it expires, whoever holds it. Make it short, and a thief has little of it; but then you need a new one all the time, and what gets you a new one is worth stealing too. Here an access token lives for six seconds.",
		Needs:   `{"alg": "HS256", "keys": "shared", "access_lifetime": "6s", "refresh_lifetime": "0s", "refresh_grace": "10s", "revocation": "off"}`,
		Tasks:   []lab.Task{watchItExpire(), refreshByItself(), stolenRefresh(), strictRace(), kindRace()},
		Lessons: []lab.Lesson{
			{Says: "A short life bounds what a stolen access token is worth: nobody has to notice the theft for it to end.", Source: "RFC 6750, sections 5.2 and 5.3", Link: "https://www.rfc-editor.org/rfc/rfc6750#section-5.3"},
			{Says: "A refresh token that changes at every use shows that it was stolen as soon as both use it: nobody can tell who is the thief, so both are out.", Source: "RFC 9700, section 4.14.2", Link: "https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2"},
			{Says: "How long a use may be repeated is a choice between throwing out the honest and overlooking the thief, and no choice does neither.", Source: "RFC 9700, section 4.14.2", Link: "https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2"},
		},
		Practice: "Let access tokens live for minutes, refresh them a little before they expire, and change the refresh token at each use. Have the tabs of a browser take turns, and allow a repetition for a few seconds only: answers do get lost. Who needs to end a session at once, for certain, checks something at each request, and then has a session.",
		Routes: func(labs *lab.Labs) map[string]http.HandlerFunc {
			all := &replayers{labs: labs}
			return labs.OnlyIn("expiry", map[string]http.HandlerFunc{"POST /api/labs/expiry/thief": all.use})
		},
	}
}
