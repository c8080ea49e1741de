package servers

import "twodoors/web/lab"

func takeTurns() lab.Task {
	return lab.Task{
		Title: "Ask three servers in turn",
		Do:    "The front sends each request to the next server. Log in at both doors and call the protected page three times through each. One server of three finds your session; every server can verify your token.",
		Acts:  []lab.Act{lab.LogInAtBothDoors, callThriceThroughBoth},
		Hints: []string{
			"Which servers saw you log in, and which of them need to have seen it?",
			"After one login at each door call /api/session/me and /api/token/me three times, and look at the server that answered.",
			"Press the two buttons from left to right: the session is let in by the server that made it and refused at session.find by the others, the token is let in everywhere.",
		},
		Done: lab.Both(byTurns, lab.TokenAnywhere(3)),
	}
}

func stickToOne() lab.Task {
	return lab.Task{
		Title: "Stay with one server",
		Do:    "Make the balancing sticky: a cookie remembers which server a browser was sent to, and the front sends it there again. It lets nobody in. Log in and call three times.",
		Acts:  []lab.Act{lab.ChangeSettings("Make it sticky", `{"balance": "sticky"}`), lab.LogIn("session"), callThrice},
		Hints: []string{
			"If only one server remembers you, it has to be the one that is asked.",
			"PATCH /api/settings with balance sticky, log in, and call three times: all answers come from one server.",
			"Press the three buttons from left to right.",
		},
		Done: stayed,
	}
}

func loseThatServer() lab.Task {
	return lab.Task{
		Title: "Lose that server",
		Do:    "Keep a copy of your cookie and stop your server. Another one takes over, which does not know you: log in again. Then start the first, take the copy out and ask all three. It is the same server by its number and has your old cookie before it, but its memory is new: the session ended with the process.",
		Acts:  []lab.Act{stopMyServer, lab.CallProtectedPage("session"), lab.LogIn("session"), startMyServer, comeBack},
		Hints: []string{
			"Sticky says where to go, not what is kept there.",
			"Stop the server that answers you, call, log in at the one that answers now, start the first again, and ask it with the cookie from before.",
			"Press the five buttons from left to right: session.find refuses at the server that took over, and then at the first one, which was started once more.",
		},
		Done: diedAndCameBack,
	}
}

func logOutAtTheWrongOne() lab.Task {
	return lab.Task{
		Title: "Be forgotten by the wrong server",
		Do:    "A server can also be passed over without dying: a cable, a balancer that starts anew, a sticky cookie that is lost. Log in, keep a copy of the cookie, be sent to another server, and log out there. It answers 204, and has nothing to forget. Then take the copy out and ask all three: the first server comes back with an old memory, in which you never logged out.",
		Acts:  []lab.Act{logInAndCopy, elsewhere, lab.LogOut("session"), comeBack},
		Hints: []string{
			"Who was told that you logged out?",
			"Log in at one server, log out at another, and show the cookie from before to the first. Your sticky cookie names the server; POST /api/labs/servers/elsewhere names the next one.",
			"Press the four buttons from left to right: a server lets in whom another has logged out.",
		},
		Done: remembered,
	}
}

func shareTheStore() lab.Task {
	return lab.Task{
		Title: "Keep sessions where all servers look",
		Do:    "Keep the sessions in SQLite, which all three servers read, and let the servers take turns again. Log in, call three times, log out, and try the copy once more. Every server knows you, and then none does.",
		Acts:  []lab.Act{lab.ChangeSettings("Share the sessions and take turns", `{"store": "database", "balance": "round-robin"}`), logInAndCopy, callThrice, lab.LogOut("session"), comeBack},
		Hints: []string{
			"Both mistakes had one reason: each server kept what concerned all.",
			"PATCH /api/settings with store database and balance round-robin. Log in after that, as sessions do not move.",
			"Press the five buttons from left to right: let in by every server, and after logging out refused by every server.",
		},
		Done: shared,
	}
}
