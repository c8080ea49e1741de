// Package forgery is the lab that asks whether you can forge a token or guess a session ID. It forges tokens in every
// way that has worked somewhere and presents them to the door; it cracks a weak secret, guesses session IDs and plants
// one. The tasks are in tasks.go, the ways to forge in techniques.go; the package careless has the verifiers that would
// have been fooled.
package forgery

import (
	"net/http"

	"twodoors/web/lab"
)

// Lab returns the lab.
func Lab() *lab.Lab {
	return &lab.Lab{
		Name: "forgery", Title: "Forgery", Question: "Can you forge a token or guess a session?",
		Minutes: 12,
		Opening: "A token is text in your hands, so you can write anything into it. A session ID is a random string, so you can try to guess it. Forge your token in every way that has worked somewhere, present each forgery to the door, and see which step refuses it and which mistake would have accepted it.",
		Needs:   `{"servers": 1, "balance": "sticky", "alg": "ES256", "keys": "shared", "access_lifetime": "1h", "refresh_lifetime": "24h", "revocation": "off"}`,
		Tasks:   []lab.Task{changeContent(), chooseKey(), changeContext(), crackSecret(), guessAndPlant()},
		Lessons: []lab.Lesson{
			{Says: "The verifier chooses the algorithm, because each of its keys belongs to one. The header only has to agree.", Source: "RFC 8725, section 3.1", Link: "https://www.rfc-editor.org/rfc/rfc8725#section-3.1"},
			{Says: "Everything in the header comes from the sender. kid may select one of the keys you already trust; jwk and jku must never add one.", Source: "RFC 8725, section 3.10", Link: "https://www.rfc-editor.org/rfc/rfc8725#section-3.10"},
			{Says: "Enough random bits put guessing out of reach: 128 for a session ID, 256 for a secret. A word never does.", Source: "OWASP Session Management Cheat Sheet, Session ID Entropy; RFC 7518, section 3.2", Link: "https://www.rfc-editor.org/rfc/rfc7518#section-3.2"},
		},
		Practice: "Use a maintained library, tell it which algorithm, keys, issuer, audience and type to expect, and test it with the forgeries of this lab. Take secrets and IDs from the system's random source. Issue a new session ID at every login.",
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
