// Package exchange is the lab that asks who can verify a token without asking the site. The browser plays a third
// party that has the public keys and nothing else; challenge.go gives it tokens to verify. The tasks are in tasks.go,
// what shows that each was done is in checks.go.
package exchange

import (
	"net/http"

	"twodoors/web/lab"
)

// Lab returns the lab.
func Lab() *lab.Lab {
	return &lab.Lab{
		Name: "exchange", Title: "Somebody else checks", Question: "Who can check it without asking us?",
		Minutes: 6, Requires: "HTTPS or localhost",
		Opening: "A session id means nothing to anybody but the server that made it up. A token can be checked by whoever has the key that verifies. Your own browser plays somebody else here, a third party: it fetches public keys and does the arithmetic by itself, and the token is sent to nobody.",
		Needs:   `{"servers": 1, "alg": "HS256", "keys": "shared", "revocation": "off"}`,
		Tasks:   []lab.Task{sharedSecret(), verifyFour(), signWithAnotherKey(), rotate()},
		Lessons: []lab.Lesson{
			{Says: "With a key pair everybody can check and one can sign; with a shared secret whoever checks can sign.", Source: "RFC 7518, sections 3.2 and 3.4", Link: "https://www.rfc-editor.org/rfc/rfc7518#section-3.4"},
			{Says: "Public keys are handed out as a set, each with a name and an algorithm; the key decides how it is used, not the token.", Source: "RFC 7517, sections 4.4 and 5; RFC 8725, section 3.1", Link: "https://www.rfc-editor.org/rfc/rfc7517#section-5"},
			{Says: "Whoever checks without asking does not learn what changed since: a retired key, a revoked token, a role taken away.", Source: "RFC 7009, section 3", Link: "https://www.rfc-editor.org/rfc/rfc7009#section-3"},
		},
		Practice: "Sign with a key pair as soon as anybody but the signer verifies. Publish the keys with a short cache time, name each by its kid, and publish a new key before you sign with it. Where a change has to be known at once, the verifier must ask.",
		Routes: func(labs *lab.Labs) map[string]http.HandlerFunc {
			all := &challenges{labs: labs}
			return labs.OnlyIn("exchange", map[string]http.HandlerFunc{
				"POST /api/labs/exchange/challenge": all.issue,
				"POST /api/labs/exchange/answer":    all.judge,
			})
		},
	}
}
