// Package cost is the lab that asks what a request costs at each door, in time and in bytes. An experiment measures
// it; this package has the tasks, in tasks.go, and what shows that each was done.
package cost

import "twodoors/web/lab"

// Lab returns the lab.
func Lab() *lab.Lab {
	return &lab.Lab{
		Name: "cost", Title: "Cost", Question: "What does a request cost at each door?",
		Minutes: 4,
		Opening: "A session takes a lookup in a store on every request. A token carries what the server needs, which makes it larger. You pay in microseconds, in bytes on the wire and in bytes stored. All figures here are measured on this machine while you watch, unless they are marked as computed.",
		Needs:   `{"servers": 1, "store": "memory", "alg": "HS256", "keys": "shared", "revocation": "off"}`,
		Tasks:   []lab.Task{oneRequest(), payForMore(), measure()},
		Lessons: []lab.Lesson{
			{Says: "A session ID is short, and the server stores and looks up the rest. A token carries the rest on every request.", Source: "OWASP Session Management Cheat Sheet, Session ID Content", Link: "https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html#session-id-content-or-value"},
			{Says: "The algorithm decides what verifying a token costs: an HMAC hashes a few hundred bytes, a public key calculates with large numbers.", Source: "RFC 7518, sections 3.2 to 3.4", Link: "https://www.rfc-editor.org/rfc/rfc7518#section-3"},
			{Says: "A revocation list that is checked on every request brings the store back, and with it the cost that the token had saved.", Source: "RFC 7009, section 3", Link: "https://www.rfc-editor.org/rfc/rfc7009#section-3"},
		},
		Practice: "Measure your own site before you choose by speed. On most sites authorization takes a tiny part of the time of a page, and better reasons decide: whether you must be able to end a login at once, and whether someone must be able to verify it without asking you. Keep tokens small, because every request carries one.",
	}
}
