// Package restart is the lab that asks who remembers you when the server forgets: it ends the server's process and
// compares what becomes of a session in memory, a session in the database, and a token. It is the shortest lab, so
// read it first: the tasks are in tasks.go, what shows that each was done is in checks.go.
package restart

import "twodoors/web/lab"

// Lab returns the lab.
func Lab() *lab.Lab {
	return &lab.Lab{
		Name: "restart", Title: "The server forgets", Question: "Who remembers you when the server forgets?",
		Minutes: 8,
		Opening: "With a session, the server has to remember you. With a token, you carry the proof yourself, and the server only has to recognize its own signature. Kill the server's process and see which of the two survives.",
		Needs:   `{"servers": 1, "balance": "sticky", "store": "memory", "alg": "HS256", "keys": "shared", "revocation": "off"}`,
		Tasks:   []lab.Task{logIn(), crash(), keepInDatabase(), ownKeys()},
		Lessons: []lab.Lesson{
			{Says: "A session lives where the server keeps it. In memory it ends with the process; in a database it survives.", Source: "OWASP Session Management Cheat Sheet, Session ID Properties", Link: "https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html"},
			{Says: "A token works while some server has the key that verifies it, and never beyond its exp.", Source: "RFC 7519, section 4.1.4; RFC 7515, section 5.2", Link: "https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4"},
			{Says: "Stateless means that the server keeps nothing about you. It still keeps a key.", Source: "RFC 7515, section 4.1.4 (kid)", Link: "https://www.rfc-editor.org/rfc/rfc7515#section-4.1.4"},
		},
		Practice: "Keep sessions outside the process once a restart must not log anyone out, which means once you deploy while people are working. Keep signing keys outside the process from the first day.",
	}
}
