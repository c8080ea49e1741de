// Package servers is the lab that asks why it works only every third time: three servers each keep their own sessions,
// and only one of them knows you. The tasks are in tasks.go, what shows that each was done is in checks.go; copy.go
// copies and restores cookies as a visitor could by hand.
package servers

import (
	"net/http"

	"twodoors/web/lab"
)

// Lab returns the lab.
func Lab() *lab.Lab {
	return &lab.Lab{
		Name: "servers", Title: "More than one server", Question: "Why does it work only every third time?",
		Minutes: 12,
		Opening: "Three servers share one address, and each keeps its sessions in its own memory. Only the server that logged you in knows you. See how a balancer can keep sending you there, what happens when that server dies, and what a server remembers after the balancer has merely gone around it.",
		Needs:   `{"servers": 3, "balance": "round-robin", "store": "memory", "alg": "HS256", "keys": "shared", "revocation": "off"}`,
		Routes: func(labs *lab.Labs) map[string]http.HandlerFunc {
			return labs.OnlyIn("servers", map[string]http.HandlerFunc{
				"POST /api/labs/servers/copy":      copySession,
				"POST /api/labs/servers/back":      restoreSession,
				"POST /api/labs/servers/elsewhere": func(w http.ResponseWriter, r *http.Request) { switchServer(labs, w, r) },
			})
		},
		Tasks: []lab.Task{takeTurns(), stickToOne(), loseThatServer(), logOutAtTheWrongOne(), shareTheStore()},
		Lessons: []lab.Lesson{
			{Says: "A session in one server's memory is known to that server alone. Either every request reaches that server, or all servers share a store.", Source: "RFC 9110, section 3.3 (each request stands alone)", Link: "https://www.rfc-editor.org/rfc/rfc9110#section-3.3"},
			{Says: "A logout is complete once every server that could let you in has deleted the session.", Source: "OWASP ASVS 5.0, V7.4.1", Link: "https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x16-V7-Session-Management.md"},
			{Says: "A token carries what is needed to verify it, so any server with the key can answer.", Source: "RFC 7519, section 7.2", Link: "https://www.rfc-editor.org/rfc/rfc7519#section-7.2"},
		},
		Practice: "Share the store as soon as you run a second server; sticky balancing then only saves time. If memory is all you have, log people out everywhere: store a version on the account, raise it at logout, and compare each session with it. This site does so for {\"everywhere\": true}.",
	}
}
