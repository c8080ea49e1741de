// Package roles is the lab that asks whether being logged in means that you may: an administrator gives an account a
// role and takes it away, and each door learns of it in its own time. The tasks are in tasks.go, what shows that each
// was done is in checks.go.
package roles

import "twodoors/web/lab"

// Lab returns the lab.
func Lab() *lab.Lab {
	return &lab.Lab{
		Name: "roles", Title: "What you may do", Question: "You are logged in. Does that mean you may?",
		Minutes: 8,
		Opening: "To authenticate is to learn who somebody is, to authorize is to decide what they may do. There is a page for administrators behind each door. You make an account without that role, an administrator gives it the role and takes it away again, and each door learns of it in its own time.",
		Tasks:   []lab.Task{anonymous(), authenticated(), promote(), demote(), refreshRole()},
		Lessons: []lab.Lesson{
			{Says: "401 asks who you are; 403 knows who you are and says no.", Source: "RFC 9110, sections 15.5.2 and 15.5.4", Link: "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2"},
			{Says: "A session points at the account; a token holds a copy of it, made when it was signed.", Source: "RFC 9068, section 2.2.3.1", Link: "https://www.rfc-editor.org/rfc/rfc9068#section-2.2.3.1"},
			{Says: "What somebody may do has to change at once; where a token carries it, something else must make up for the delay.", Source: "OWASP ASVS 5.0, V8.3.2", Link: "https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x17-V8-Authorization.md"},
		},
		Practice: "Ask at every request, at the server, and answer 403 to who is known and may not. Put a role in a token only if it may be wrong for as long as the token lives, and keep that short. Read the account afresh before anything that cannot be taken back.",
	}
}
