package lab

import (
	"twodoors/web/settings"
	"twodoors/web/trace"
)

// Restart asks what is left of a login when the server's memory is gone.
func Restart() *Lab {
	return &Lab{
		Name: "restart", Title: "The server forgets", Question: "Who remembers you when the server forgets?",
		Opening: "A session is a promise that the server keeps: it has to remember you. A token is a promise that you carry: the server has to recognize its own signature. End the server's process, and see which promise holds.",
		Needs:   `{"servers": 1, "balance": "sticky", "store": "memory", "alg": "HS256", "keys": "shared", "revocation": "off"}`,
		Tasks: []Task{{
			Title: "Log in at both doors",
			Do:    "Log in at both doors and call the protected page through each. Both let you in.",
			Acts:  []Act{logInAtBothDoors, callBothDoors},
			Hints: []string{
				"Both doors need a login of their own: one leaves a cookie, the other a token.",
				"The demo account is ada, her password lovelace. After the logins call /api/session/me and /api/token/me.",
				"Press “Log in at both doors”, then “Call the protected page through both”.",
			},
			Done: Both(InTurn(Login("session"), All(Me("session"), Allowed)), InTurn(Login("token"), All(Me("token"), Allowed))),
		}, {
			Title: "Crash the server",
			Do:    "Crash the server: its process is killed and another is started. Then call both again. The session was in the memory of the process that is gone; the key that signed the token is in the database.",
			Acts:  []Act{crashServer(1), callBothDoors},
			Hints: []string{
				"A crash takes what only the process knew. Which of the two credentials points at something the process kept?",
				"Crash server 1 and, without logging in again, call the protected page through both doors.",
				"Press “Crash server 1”, then “Call the protected page through both”: the session is refused at session.find, the token is let in.",
			},
			Done: Both(
				outlived("session", All(RefusedAt(trace.SessionFind), StoreIs(settings.StoreMemory))),
				outlived("token", All(Allowed, keysAre(settings.KeysShared)))),
		}, {
			Title: "Keep sessions in the database",
			Do:    "Change the store to SQLite, log in again and call the protected page; then restart the server and call once more. The new process finds the session that the old one left.",
			Acts: []Act{
				choose("Keep sessions in SQLite", `{"store": "sqlite"}`), logInAndCall("session"),
				restartServer(1), call("session"),
			},
			Hints: []string{
				"Where must a session be kept to be there for another process?",
				"PATCH /api/settings changes the store. Sessions do not move with it: log in after the change and call, then restart and call.",
				"Press the four buttons from left to right.",
			},
			Done: outlived("session", All(Allowed, StoreIs(settings.StoreSQLite))),
		}, {
			Title: "Give the server a key of its own",
			Do:    "Now let each server make its own signing key and keep it in memory. Log in at the token door and call, restart, and call again. The token has not changed and has not expired; nobody is left who could verify it.",
			Acts: []Act{
				choose("A key for each server", `{"keys": "per-server"}`), logInAndCall("token"),
				restartServer(1), call("token"),
			},
			Hints: []string{
				"A token needs something on the server after all. What?",
				"With keys per-server the key lives where sessions lived in the first task: in the memory of one process.",
				"Press the four buttons from left to right: the token is refused at key.select.",
			},
			Done: outlived("token", All(RefusedAt(trace.KeySelect), keysAre(settings.KeysPerServer))),
		}},
		Lessons: []Lesson{
			{"A session lives where the server keeps it: in memory it ends with the process, in a database it does not.", "OWASP Session Management Cheat Sheet, Session ID Properties", "https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html"},
			{"A token is as lasting as the key that verifies it, and no longer than its exp.", "RFC 7519, section 4.1.4; RFC 7515, section 5.2", "https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4"},
			{"Stateless means that the server keeps nothing about you; it still keeps a key.", "RFC 7515, section 4.1.4 (kid)", "https://www.rfc-editor.org/rfc/rfc7515#section-4.1.4"},
		},
		Practice: "Keep sessions outside the process as soon as a restart may not log people out, which is as soon as you deploy while people work. Keep signing keys outside it from the first day.",
	}
}

// outlived is passed when a server had let a credential in, its process came to its
// end, and a later call with the same credential ended in a certain way.
func outlived(door string, end Is) Check {
	return func(h History) []Seen {
		for _, before := range h.Every(Me(door), Allowed) {
			later, ok := h.After(before).First(Me(door), end, with(before), at(before.Server), func(s Seen) bool { return s.Start > before.Start })
			if ok {
				return []Seen{before, later}
			}
		}
		return nil
	}
}

func keysAre(keys string) Is { return When(func(c Circumstances) bool { return c.Keys == keys }) }
