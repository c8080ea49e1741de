package restart

import (
	"twodoors/web/lab"
	"twodoors/web/settings"
	"twodoors/web/trace"
)

func logIn() lab.Task {
	return lab.Task{
		Title: "Log in at both doors",
		Do:    "Log in at both doors, then call the protected page through each. Both let you in.",
		Acts:  []lab.Act{lab.LogInAtBothDoors, lab.CallBothDoors},
		Hints: []string{
			"Each door needs its own login. The session door sets a cookie; the token door returns a token.",
			"The demo account is ada with the password lovelace. After logging in, call /api/session/me and /api/token/me.",
			"Press “Log in at both doors”, then “Call both doors”.",
		},
		Done: lab.Both(
			lab.InTurn(lab.LoggedIn("session"), lab.All(lab.Called("session"), lab.Allowed)),
			lab.InTurn(lab.LoggedIn("token"), lab.All(lab.Called("token"), lab.Allowed)),
		),
	}
}

func crash() lab.Task {
	return lab.Task{
		Title:   "Crash the server",
		Do:      "Crash the server: its process is killed and a new one starts. Then call both doors without logging in again.",
		Predict: lab.WhichDoorsLetYouIn(0, "The server's process is killed, and a new one starts. Which doors will still let you in?"),
		Why:     "Your session was in the memory of the killed process. The key that verifies your token is in the database, where the new process found it.",
		Acts:    []lab.Act{lab.CrashServer(1), lab.CallBothDoors},
		Hints: []string{
			"A crash destroys what only the process knew. Which of your two credentials refers to something in its memory?",
			"Crash server 1. Then call the protected page through both doors, without logging in again.",
			"Press “Crash server 1”, then “Call both doors”. The session is refused at session.find; the token is allowed.",
		},
		Done: lab.Both(
			outlived("session", lab.All(lab.RefusedAt(trace.SessionFind), lab.StoreIs(settings.StoreMemory))),
			outlived("token", lab.All(lab.Allowed, keysAre(settings.KeysShared)))),
	}
}

func keepInDatabase() lab.Task {
	return lab.Task{
		Title: "Keep sessions in the database",
		Do:    "Switch the session store to the database, log in again and call the protected page. Then restart the server and call once more. The new process finds the session that the old one saved.",
		Acts: []lab.Act{
			lab.ChangeSettings("Keep sessions in the database", `{"store": "database"}`), lab.LogInAndCall("session"),
			lab.RestartServer(1), lab.CallProtectedPage("session"),
		},
		Hints: []string{
			"Where must a session be kept so that another process can find it?",
			"PATCH /api/settings changes the store. Existing sessions do not move, so log in after the change and call; then restart and call again.",
			"Press “Keep sessions in the database”, “Log in at the session door and call”, “Restart server 1”, then “Call the protected page”. The session is allowed again.",
		},
		Done: outlived("session", lab.All(lab.Allowed, lab.StoreIs(settings.StoreDatabase))),
	}
}

func ownKeys() lab.Task {
	return lab.Task{
		Title:   "Give the server its own key",
		Do:      "Now have each server generate its own signing key and keep it in memory. Log in at the token door and call, restart the server, and call again.",
		Predict: lab.YesOrNo(2, "Your token has not expired. Will the restarted server accept it?", "Yes, it is the same token", "No, not after the restart", lab.LastAllowed(lab.Called("token"))),
		Why:     "Your token is unchanged and has not expired, but the key was in the memory of the old process. No running server can verify the token any more.",
		Acts: []lab.Act{
			lab.ChangeSettings("Use a separate key for each server", `{"keys": "per-server"}`), lab.LogInAndCall("token"),
			lab.RestartServer(1), lab.CallProtectedPage("token"),
		},
		Hints: []string{
			"Verifying a token takes something on the server after all. What?",
			"With keys set to per-server, the key lives where your session lived in task 1: in the memory of one process.",
			"Press “Use a separate key for each server”, “Log in at the token door and call”, “Restart server 1”, then “Call the protected page”. The token is refused at key.select.",
		},
		Done: outlived("token", lab.All(lab.RefusedAt(trace.KeySelect), keysAre(settings.KeysPerServer))),
	}
}
