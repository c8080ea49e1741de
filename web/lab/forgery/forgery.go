// Package forgery is the lab that asks whether you can write your own ticket. It makes tokens that nobody signed, in
// every way that has worked somewhere, and has the door refuse them; it cracks a weak secret, guesses session ids and
// plants one. The tasks are in tasks.go, the ways to forge in techniques.go; the package careless has the verifiers
// that would have been fooled.
package forgery

import (
	"net/http"

	"twodoors/web/lab"
)

// Lab returns the lab.
func Lab() *lab.Lab {
	return &lab.Lab{
		Name: "forgery", Title: "Write your own ticket", Question: "Can you write your own ticket?",
		Minutes: 12,
		Opening: "A token is text in your hands, and you can write into it what you like. A session id is a number, and you can guess. Forge your own token in every way that has worked somewhere, show each to the door, and see which step refuses it, and which mistake would have let it in.",
		Needs:   `{"servers": 1, "balance": "sticky", "alg": "ES256", "keys": "shared", "access_lifetime": "1h", "refresh_lifetime": "24h", "revocation": "off"}`,
		Tasks:   []lab.Task{changeContent(), chooseKey(), changeContext(), crackSecret(), guessAndPlant()},
		Lessons: []lab.Lesson{
			{Says: "Who verifies decides the algorithm, by the key that it belongs to. What the header says only has to agree.", Source: "RFC 8725, section 3.1", Link: "https://www.rfc-editor.org/rfc/rfc8725#section-3.1"},
			{Says: "Everything in a header comes from whoever sent it: jwk, jku and kid choose a key among those you have, or none.", Source: "RFC 8725, section 3.10", Link: "https://www.rfc-editor.org/rfc/rfc8725#section-3.10"},
			{Says: "What is drawn at random cannot be guessed: 128 random bits for a session id, 256 for a secret, and never a word.", Source: "OWASP Session Management Cheat Sheet, Session ID Entropy; RFC 7518, section 3.2", Link: "https://www.rfc-editor.org/rfc/rfc7518#section-3.2"},
		},
		Practice: "Use a library that is looked after, and tell it the algorithm, the keys, the issuer, the audience and the type that you expect; then send it the forgeries of this lab. Draw secrets and ids from the system's random source. Give out a new session id at every login.",
		Routes: func(labs *lab.Labs) map[string]http.HandlerFunc {
			f := &forger{labs: labs}
			return labs.OnlyIn("forgery", map[string]http.HandlerFunc{
				"POST /api/labs/forgery/forge": f.forge,
				"POST /api/labs/forgery/weak":  f.weakToken,
				"POST /api/labs/forgery/crack": f.crack,
				"POST /api/labs/forgery/guess": f.guess,
				"POST /api/labs/forgery/fixed": f.fixed,
			})
		},
	}
}
