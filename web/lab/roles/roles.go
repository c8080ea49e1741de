// Package roles is the lab that tells authentication from authorization: an administrator gives an account a role and
// takes it away, and each door learns of it in its own time. The tasks are in tasks.go, what shows that each
// was done is in checks.go.
package roles

import "twodoors/web/lab"

// Lab returns the lab.
func Lab() *lab.Lab {
	return &lab.Lab{
		Name: "roles", Title: "Roles", Question: "You are logged in. What are you allowed to do?",
		Minutes: 8,
		Opening: "Authentication establishes who you are; authorization decides what you may do. Behind each door is a page for administrators. You create an ordinary account, an administrator promotes it and demotes it again, and each door learns of the change in its own time.",
		Tasks:   []lab.Task{anonymous(), authenticated(), promote(), demote(), refreshRole()},
		Lessons: []lab.Lesson{
			{Says: "401 asks who you are; 403 knows who you are and still says no.", Source: "RFC 9110, sections 15.5.2 and 15.5.4", Link: "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2"},
			{Says: "A session refers to the account; a token carries a copy of it, taken when the token was signed.", Source: "RFC 9068, section 2.2.3.1", Link: "https://www.rfc-editor.org/rfc/rfc9068#section-2.2.3.1"},
			{Says: "A change of permissions should take effect at once. Where a token carries them, something else must make up for the delay.", Source: "OWASP ASVS 5.0, V8.3.2", Link: "https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x17-V8-Authorization.md"},
		},
		Practice: "Check permissions on the server, on every request, and answer 403 when a known user lacks them. Put a role in a token only if the role may be out of date for the token's lifetime, and keep that lifetime short. Read the account from the database before anything irreversible.",
	}
}
