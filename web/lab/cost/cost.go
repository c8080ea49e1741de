// Package cost is the lab that asks what each request costs, at either door, in time and in bytes. An experiment
// measures it; this package has the tasks, in tasks.go, and what shows that each was done.
package cost

import "twodoors/web/lab"

// Lab returns the lab.
func Lab() *lab.Lab {
	return &lab.Lab{
		Name: "cost", Title: "What it costs", Question: "What does each request cost?",
		Minutes: 4,
		Opening: "A session asks a store at every request. A token brings what the server needs, and is larger for it. Both are paid for: in microseconds, in bytes over the wire and in bytes kept. Nothing here is an estimate unless it says so: it is measured on this machine while you watch.",
		Needs:   `{"servers": 1, "store": "memory", "alg": "HS256", "keys": "shared", "revocation": "off"}`,
		Tasks:   []lab.Task{oneRequest(), payForMore(), measure()},
		Lessons: []lab.Lesson{
			{Says: "A session is short on the wire, and the server keeps and finds the rest; a token carries the rest with every request.", Source: "OWASP Session Management Cheat Sheet, Session ID Content", Link: "https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html#session-id-content-or-value"},
			{Says: "The algorithm decides what checking a token costs: an HMAC is a hash of a few hundred bytes, a public key is arithmetic with large numbers.", Source: "RFC 7518, sections 3.2 to 3.4", Link: "https://www.rfc-editor.org/rfc/rfc7518#section-3"},
			{Says: "A list that is asked at every request brings the store back, and with it what the token had saved.", Source: "RFC 7009, section 3", Link: "https://www.rfc-editor.org/rfc/rfc7009#section-3"},
		},
		Practice: "Measure your own site before you choose by speed. At most sites the check is far below the time of one page, and the honest reasons to choose are others: who has to be able to end a login at once, and who has to check it without asking. Keep tokens small: they travel with every request.",
	}
}
