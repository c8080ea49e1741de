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
		Name: "exchange", Title: "Third-party verification", Question: "Who can verify a token without asking us?",
		Minutes: 6, Requires: "HTTPS or localhost",
		Opening: "A session ID means nothing to anyone but the site that created it. A token can be verified by anyone who has the right key. In this lab your browser plays a third party: it fetches the public keys and verifies the signature itself, and it sends the token to nobody.",
		Needs:   `{"servers": 1, "alg": "HS256", "keys": "shared", "revocation": "off"}`,
		Tasks:   []lab.Task{sharedSecret(), verifyFour(), signWithAnotherKey(), rotate()},
		Lessons: []lab.Lesson{
			{Says: "With a key pair, everyone can verify and only one party can sign. With a shared secret, everyone who can verify can also sign.", Source: "RFC 7518, sections 3.2 and 3.4", Link: "https://www.rfc-editor.org/rfc/rfc7518#section-3.4"},
			{Says: "Public keys are published as a set, each with an ID and an algorithm. The key decides how it is used, not the token.", Source: "RFC 7517, sections 4.4 and 5; RFC 8725, section 3.1", Link: "https://www.rfc-editor.org/rfc/rfc7517#section-5"},
			{Says: "A verifier that never asks does not learn what has changed: a retired key, a revoked token, a role taken away.", Source: "RFC 7009, section 3", Link: "https://www.rfc-editor.org/rfc/rfc7009#section-3"},
		},
		Practice: "Sign with a key pair as soon as anyone but the issuer verifies. Publish the keys with a short cache time, give each one a kid, and publish a new key before you sign with it. Where a change must take effect at once, the verifier has to ask.",
		Routes: func(labs *lab.Labs) map[string]http.HandlerFunc {
			all := &challenges{labs: labs}
			return labs.OnlyIn("exchange", map[string]http.HandlerFunc{
				"POST /api/labs/exchange/challenge": all.issue,
				"POST /api/labs/exchange/answer":    all.judge,
			})
		},
	}
}
