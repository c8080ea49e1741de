// Package store is the lab that asks what happens without the one thing that all servers share: it takes Redis away
// and brings it back. The tasks are in tasks.go, what shows that each was done is in checks.go; careless.go says what
// a site would have answered that takes no answer for a no.
package store

import "twodoors/web/lab"

// Lab returns the lab.
func Lab() *lab.Lab {
	return &lab.Lab{
		Name: "store", Title: "The one thing that all share", Question: "What if the one thing that all servers share is gone?",
		Minutes: 8,
		Opening: "Two servers keep their sessions in one Redis, so either of them can answer you. Take Redis away and bring it back. Read what each door answers, and what a careless site would have answered: not to know whether somebody is logged in is not the same as to know that they are not.",
		Needs:   `{"servers": 2, "balance": "round-robin", "store": "redis", "alg": "HS256", "keys": "shared", "revocation": "off"}`,
		Tasks:   []lab.Task{askBothServers(), takeRedisAway(), logInWithoutRedis(), bringRedisBack()},
		Lessons: []lab.Lesson{
			{Says: "What all servers share, all servers miss: what happens without it has to be decided before it happens.", Source: "OWASP ASVS 5.0, V16.5.2", Link: "https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x25-V16-Security-Logging-and-Error-Handling.md"},
			{Says: "503 says that the server cannot answer for now; 401 says that the credential is missing or no good.", Source: "RFC 9110, sections 15.6.4 and 15.5.2", Link: "https://www.rfc-editor.org/rfc/rfc9110#section-15.6.4"},
			{Says: "Who cannot be checked is not let in.", Source: "OWASP ASVS 5.0, V16.5.3", Link: "https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x25-V16-Security-Logging-and-Error-Handling.md"},
		},
		Practice: "Keep a second copy of the store that can take over, and have it write to disk if nobody is to be logged out by a restart. Tell “the store said no” from “the store said nothing” in the code, answer the second with 503 and Retry-After, and leave the visitor's cookie alone. Try it before your users do.",
	}
}
