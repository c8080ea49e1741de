// Package theft is the lab that asks what stops somebody who has your credential. A thief copies what a request
// carries and goes on calling with it, while the visitor tries each way of stopping it. The tasks are in tasks.go,
// what shows that each was done is in checks.go, the thief is in thief.go.
package theft

import (
	"net/http"

	"twodoors/web/lab"
)

// name is the lab's name in paths.
const name = "theft"

// Lab returns the lab.
func Lab() *lab.Lab {
	return &lab.Lab{
		Name: name, Title: "Somebody has it", Question: "Somebody has your credential. What stops them?",
		Minutes: 12,
		Opening: "A session cookie and a bearer token let in whoever shows them. Here a thief, a client of its own with a connection of its own, gets a copy of what you carry and goes on calling twice a second. You try each way of stopping it, and see what that costs everybody else.",
		Needs:   `{"servers": 1, "balance": "sticky", "store": "memory", "alg": "HS256", "keys": "shared", "access_lifetime": "5m", "session_lifetime": "12h", "revocation": "off"}`,
		Tasks:   []lab.Task{letThiefIn(), stopSessionThief(), missTokenThief(), stopTokenThief(), fillTheTable()},
		Lessons: []lab.Lesson{
			{Says: "A session ends at the server: when you log out, every copy of its id is worth nothing at the same moment.", Source: "OWASP Session Management Cheat Sheet, Session Expiration", Link: "https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html#session-expiration"},
			{Says: "A token that nobody looks up cannot be taken back: logging out throws away your copy, and the thief's is good until it expires, or until every request asks a list.", Source: "RFC 7009, section 3", Link: "https://www.rfc-editor.org/rfc/rfc7009#section-3"},
			{Says: "A new key ends all tokens that the old one signed, the thief's and everybody's; nothing about sessions changes.", Source: "RFC 7515, section 5.2", Link: "https://www.rfc-editor.org/rfc/rfc7515#section-5.2"},
		},
		Practice: "Give people one button that ends all their sessions, and end the other sessions when a password is changed. Keep access tokens so short that you can wait for the thief, or check a list where you cannot wait. Keep the change of the key for the day the key itself is stolen.",
		Routes: func(labs *lab.Labs) map[string]http.HandlerFunc {
			all := &thieves{labs: labs}
			return labs.OnlyIn(name, map[string]http.HandlerFunc{
				"POST /api/labs/theft/steal": all.steal,
				"POST /api/labs/theft/try":   all.try,
				"POST /api/labs/theft/stop":  all.stop,
			})
		},
	}
}
