package servers

import "twodoors/web/lab"

func takeTurns() lab.Task {
	return lab.Task{
		Title:   "Call three servers in turn",
		Do:      "The front sends each request to the next server. Log in at both doors and call the protected page three times through each.",
		Predict: lab.WhichDoorsAlwaysLetYouIn(1, "Three servers answer in turn. Which doors will let you in every time?"),
		Why:     "One server in three finds your session, because it is in that server's memory. Every server can verify your token.",
		Acts:    []lab.Act{lab.LogInAtBothDoors, callThriceThroughBoth},
		Hints: []string{
			"Which servers saw you log in, and which of them needed to?",
			"Log in once at each door, call /api/session/me and /api/token/me three times each, and note which server answers.",
			"Press “Log in at both doors”, then “Call both doors three times”. The server that created the session allows it, and the other two refuse it at session.find; all three allow the token.",
		},
		Done: lab.Both(byTurns, lab.TokenAnywhere(3)),
	}
}

func stickToOne() lab.Task {
	return lab.Task{
		Title: "Stick to one server",
		Do:    "Make balancing sticky: a cookie now tells the front which server you were sent to, and the front sends you there again. That cookie cannot log anyone in. Log in and call three times.",
		Acts:  []lab.Act{lab.ChangeSettings("Make balancing sticky", `{"balance": "sticky"}`), lab.LogIn("session"), callThrice},
		Hints: []string{
			"If only one server remembers you, your requests have to reach that server.",
			"PATCH /api/settings with balance sticky, log in, and call three times. The same server answers every call.",
			"Press “Make balancing sticky”, “Log in at the session door”, then “Call three times”.",
		},
		Done: stayed,
	}
}

func loseThatServer() lab.Task {
	return lab.Task{
		Title: "Lose that server",
		Do:    "Copy your cookie and stop your server. Another server answers instead; it does not know you, so log in again. Then start the first server, restore the copied cookie and call all three. The first server has its old number and receives your old cookie, but its memory is new: your session ended with the process.",
		Acts:  []lab.Act{stopMyServer, lab.CallProtectedPage("session"), lab.LogIn("session"), startMyServer, comeBack},
		Hints: []string{
			"A sticky cookie says where to go, not what is stored there.",
			"Stop the server that answers you, call, log in at the server that answers now, start the first one again, and call it with the earlier cookie.",
			"Press “Copy the cookie and stop your server”, “Call the protected page”, “Log in at the session door”, “Start that server again”, then “Call all three with the copied cookie”. The server that took over refuses at session.find, and so does the first one after its restart.",
		},
		Done: diedAndCameBack,
	}
}

func logOutAtTheWrongOne() lab.Task {
	return lab.Task{
		Title:   "Log out at the wrong server",
		Do:      "A balancer can also go around a server that is still running: a cable fails, the balancer restarts, a sticky cookie is lost. Log in, copy the cookie, switch to another server and log out there. It answers 204, although it has nothing to delete. Then call all three with the copied cookie.",
		Predict: lab.YesOrNo(2, "You log out at one server. Will another one still let you in with the copied cookie?", "Yes, one still will", "No, you are logged out", letInElsewhere),
		Why:     "The server that logged you in never heard that you logged out, so it still lets you in.",
		Acts:    []lab.Act{logInAndCopy, elsewhere, lab.LogOut("session"), comeBack},
		Hints: []string{
			"Which server learned that you logged out?",
			"Log in at one server, log out at another, and send the earlier cookie to the first. Your sticky cookie names the server; POST /api/labs/servers/elsewhere names the next one.",
			"Press “Log in and copy the cookie”, “Switch to another server and call”, “Log out”, then “Call all three with the copied cookie”. One server still lets you in after another has logged you out.",
		},
		Done: remembered,
	}
}

func shareTheStore() lab.Task {
	return lab.Task{
		Title: "Share the session store",
		Do:    "Keep sessions in the database, which all three servers read, and let the servers take turns again. Log in, call three times, log out, and call with the copied cookie. Before the logout every server knows you; afterwards none does.",
		Acts:  []lab.Act{lab.ChangeSettings("Share the store and take turns", `{"store": "database", "balance": "round-robin"}`), logInAndCopy, callThrice, lab.LogOut("session"), comeBack},
		Hints: []string{
			"Both failures have one cause: the servers did not share what they knew.",
			"PATCH /api/settings with store database and balance round-robin. Log in after that, because existing sessions do not move.",
			"Press “Share the store and take turns”, “Log in and copy the cookie”, “Call three times”, “Log out”, then “Call all three with the copied cookie”. Every server allows you, and after the logout every server refuses you.",
		},
		Done: shared,
	}
}
