// Package theft is the lab that asks what stops a thief who has your credential. The thief copies what a request
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
		Name: name, Title: "A stolen credential", Question: "A thief has your credential. What stops them?",
		Minutes: 12,
		Opening: "Anyone who presents a session cookie or a bearer token gets in. Here a thief, a separate client with its own connection, gets a copy of both your credentials and calls the protected pages twice a second. Try each way of stopping the thief, and see what it costs everyone else.",
		Needs:   `{"servers": 1, "balance": "sticky", "store": "memory", "alg": "HS256", "keys": "shared", "access_lifetime": "5m", "session_lifetime": "12h", "revocation": "off"}`,
		Tasks:   []lab.Task{letThiefIn(), stopSessionThief(), missTokenThief(), stopTokenThief(), fillTheTable()},
		Lessons: []lab.Lesson{
			{Says: "A session ends on the server: when you log out, every copy of its ID becomes worthless at that moment.", Source: "OWASP Session Management Cheat Sheet, Session Expiration", Link: "https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html#session-expiration"},
			{Says: "A token that the server never looks up cannot be revoked. Logging out discards your copy; the thief's copy works until it expires, unless the door checks a revocation list on every request.", Source: "RFC 7009, section 3", Link: "https://www.rfc-editor.org/rfc/rfc7009#section-3"},
			{Says: "Retiring a signing key invalidates every token it signed, the thief's and everyone else's. Sessions are not affected.", Source: "RFC 7515, section 5.2", Link: "https://www.rfc-editor.org/rfc/rfc7515#section-5.2"},
		},
		Practice: "Give users one button that ends all their sessions, and end their other sessions when they change their password. Make access tokens so short-lived that you can wait for them to expire, or check a revocation list where you cannot wait. Save retiring the key for the day the key itself is stolen.",
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
