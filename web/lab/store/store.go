// Package store is the lab that asks what happens when the shared session store goes down: it stops Redis and starts
// it again. The tasks are in tasks.go, what shows that each was done is in checks.go; careless.go says what a site
// would have answered that treats a missing answer as a “no”.
package store

import "twodoors/web/lab"

// Lab returns the lab.
func Lab() *lab.Lab {
	return &lab.Lab{
		Name: "store", Title: "The shared store", Question: "What happens when the shared store goes down?",
		Minutes: 8,
		Opening: "Two servers keep their sessions in one Redis, so either can answer you. Stop Redis and start it again. Compare what each door answers with what a careless site would answer: not knowing whether you are logged in is different from knowing that you are not.",
		Needs:   `{"servers": 2, "balance": "round-robin", "store": "redis", "alg": "HS256", "keys": "shared", "revocation": "off"}`,
		Tasks:   []lab.Task{askBothServers(), stopRedis(), logInWithoutRedis(), startRedis()},
		Lessons: []lab.Lesson{
			{Says: "A store that all servers share can fail for all of them at once. Decide what happens then before it does.", Source: "OWASP ASVS 5.0, V16.5.2", Link: "https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x25-V16-Security-Logging-and-Error-Handling.md"},
			{Says: "503 means that the server cannot answer for now; 401 means that the credential is missing or invalid.", Source: "RFC 9110, sections 15.6.4 and 15.5.2", Link: "https://www.rfc-editor.org/rfc/rfc9110#section-15.6.4"},
			{Says: "If the server cannot verify a user, it must not let that user in.", Source: "OWASP ASVS 5.0, V16.5.3", Link: "https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x25-V16-Security-Logging-and-Error-Handling.md"},
		},
		Practice: "Run a second copy of the store that can take over, and have it write to disk if a restart must not log people out. In your code, distinguish “no such session” from “no answer”: respond to the latter with 503 and Retry-After, and leave the visitor's cookie alone. Rehearse the outage before your users experience one.",
	}
}
