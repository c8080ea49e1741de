// Package expiry is the lab that asks how long a token should live, and what follows from that: refresh tokens, their
// rotation, and what it means when one is used twice. The tasks are in tasks.go, what shows that each was done is in
// checks.go; replayer.go is the thief that uses a refresh token again.
package expiry

import (
	"net/http"

	"twodoors/web/lab"
)

// Lab returns the lab.
func Lab() *lab.Lab {
	return &lab.Lab{
		Name: "expiry", Title: "Expiry and refresh", Question: "How long should a token live?",
		Minutes: 10,
		Opening: "A token is valid until it expires, no matter who holds it. With a short lifetime a stolen token is worth little; but then you constantly need new ones, and whatever gets you a new one is worth stealing too. Here an access token lives for six seconds.",
		Needs:   `{"alg": "HS256", "keys": "shared", "access_lifetime": "6s", "refresh_lifetime": "0s", "refresh_grace": "10s", "revocation": "off"}`,
		Tasks:   []lab.Task{watchItExpire(), refreshByItself(), stolenRefresh(), strictRace(), lenientRace()},
		Lessons: []lab.Lesson{
			{Says: "A short lifetime limits what a stolen access token is worth, even if nobody notices the theft.", Source: "RFC 6750, sections 5.2 and 5.3", Link: "https://www.rfc-editor.org/rfc/rfc6750#section-5.3"},
			{Says: "Rotating refresh tokens reveals a theft once owner and thief have both used one. The server cannot tell them apart, so it logs both out.", Source: "RFC 9700, section 4.14.2", Link: "https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2"},
			{Says: "The grace period is a trade-off: if it is short, legitimate users get logged out; if it is long, a thief can go unnoticed. No value avoids both.", Source: "RFC 9700, section 4.14.2", Link: "https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2"},
		},
		Practice: "Issue access tokens that live for minutes, refresh them shortly before they expire, and rotate the refresh token on every use. Let the tabs of a browser take turns, and keep the grace period to a few seconds: responses do get lost. If a login has to end the moment you say so, the server must look something up on every request, and then you are using sessions again.",
		Routes: func(labs *lab.Labs) map[string]http.HandlerFunc {
			all := &replayers{labs: labs}
			return labs.OnlyIn("expiry", map[string]http.HandlerFunc{"POST /api/labs/expiry/thief": all.use})
		},
	}
}
