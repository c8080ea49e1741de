package restart

import (
	"twodoors/web/lab"
	"twodoors/web/settings"
	"twodoors/web/trace"
)

func logIn() lab.Task {
	return lab.Task{
		Title: "Log in at both doors",
		Do:    "Log in at both doors and call the protected page through each. Both let you in.",
		Acts:  []lab.Act{lab.LogInAtBothDoors, lab.CallBothDoors},
		Hints: []string{
			"Both doors need a login of their own: one leaves a cookie, the other a token.",
			"The demo account is ada, her password lovelace. After the logins call /api/session/me and /api/token/me.",
			"Press “Log in at both doors”, then “Call the protected page through both”.",
		},
		Done: lab.Both(
			lab.InTurn(lab.LoggedIn("session"), lab.All(lab.Called("session"), lab.Allowed)),
			lab.InTurn(lab.LoggedIn("token"), lab.All(lab.Called("token"), lab.Allowed)),
		),
	}
}

func crash() lab.Task {
	return lab.Task{
		Title: "Crash the server",
		Do:    "Crash the server: its process is killed and another is started. Then call both again. The session was in the memory of the process that is gone; the key that signed the token is in the database.",
		Acts:  []lab.Act{lab.CrashServer(1), lab.CallBothDoors},
		Hints: []string{
			"A crash takes what only the process knew. Which of the two credentials points at something the process kept?",
			"Crash server 1 and, without logging in again, call the protected page through both doors.",
			"Press “Crash server 1”, then “Call the protected page through both”: the session is refused at session.find, the token is let in.",
		},
		Done: lab.Both(
			outlived("session", lab.All(lab.RefusedAt(trace.SessionFind), lab.StoreIs(settings.StoreMemory))),
			outlived("token", lab.All(lab.Allowed, keysAre(settings.KeysShared)))),
	}
}

func keepInDatabase() lab.Task {
	return lab.Task{
		Title: "Keep sessions in the database",
		Do:    "Change the store to SQLite, log in again and call the protected page; then restart the server and call once more. The new process finds the session that the old one left.",
		Acts: []lab.Act{
			lab.ChangeSettings("Keep sessions in SQLite", `{"store": "database"}`), lab.LogInAndCall("session"),
			lab.RestartServer(1), lab.CallProtectedPage("session"),
		},
		Hints: []string{
			"Where must a session be kept to be there for another process?",
			"PATCH /api/settings changes the store. Sessions do not move with it: log in after the change and call, then restart and call.",
			"Press the four buttons from left to right.",
		},
		Done: outlived("session", lab.All(lab.Allowed, lab.StoreIs(settings.StoreDatabase))),
	}
}

func ownKeys() lab.Task {
	return lab.Task{
		Title: "Give the server a key of its own",
		Do:    "Now let each server make its own signing key and keep it in memory. Log in at the token door and call, restart, and call again. The token has not changed and has not expired; nobody is left who could verify it.",
		Acts: []lab.Act{
			lab.ChangeSettings("A key for each server", `{"keys": "per-server"}`), lab.LogInAndCall("token"),
			lab.RestartServer(1), lab.CallProtectedPage("token"),
		},
		Hints: []string{
			"A token needs something on the server after all. What?",
			"With keys per-server the key lives where sessions lived in the first task: in the memory of one process.",
			"Press the four buttons from left to right: the token is refused at key.select.",
		},
		Done: outlived("token", lab.All(lab.RefusedAt(trace.KeySelect), keysAre(settings.KeysPerServer))),
	}
}
