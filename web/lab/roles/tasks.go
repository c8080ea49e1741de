package roles

import (
	"twodoors/web/lab"
	"twodoors/web/trace"
)

func anonymous() lab.Task {
	return lab.Task{
		Title: "Come as nobody",
		Do:    "Call the page for administrators without a session and without a token. Both doors answer 401: they do not know who you are. What you may do is not even asked.",
		Acts: []lab.Act{{Label: "Log out and call the page for administrators", Calls: []lab.Call{
			{Method: "POST", Path: "/api/session/logout"}, {Path: "/api/session/admin"}, {Path: "/api/token/admin"},
		}}},
		Hints: []string{
			"Which of the two questions comes first: who you are, or what you may do?",
			"Log out at the session door, and send the token door no token. The pages are /api/session/admin and /api/token/admin.",
			"Press “Log out and call the page for administrators”: the doors refuse at cookie.read and at bearer.read.",
		},
		Done: lab.Each(
			lab.All(forAdmins("session"), lab.RefusedAt(trace.CookieRead)),
			lab.All(forAdmins("token"), lab.RefusedAt(trace.BearerRead)),
		),
	}
}

func authenticated() lab.Task {
	return lab.Task{
		Title: "Come as somebody",
		Do:    "Make an account, log in at both doors and call the page again. Now both answer 403: they know you, and the role user is not enough. Logging in once more changes nothing.",
		Acts:  []lab.Act{makeClerk, callForAdmins},
		Hints: []string{
			"Every new account has the role user. The page asks for another one.",
			"Log in at both doors with an account of your own, then call /api/session/admin and /api/token/admin. If you are let in, the account is an administrator from the last time: have grace dismiss it, with the first button of task 4.",
			"Press the two buttons from left to right: both doors refuse at role.check.",
		},
		Done: lab.Both(
			lab.InTurn(lab.LoggedIn("session"), lab.All(forAdmins("session"), noRole)),
			lab.InTurn(lab.LoggedIn("token"), lab.All(forAdmins("token"), noRole)),
		),
	}
}

func promote() lab.Task {
	return lab.Task{
		Title: "Be appointed",
		Do:    "The administrator grace gives your account the role. The session door lets you in at the next request: it reads the account each time. The token door refuses: your token says user, as it did when it was signed. Refresh it, and it says admin.",
		Acts:  []lab.Act{appoint("Have grace appoint you", "admin"), callForAdmins, refreshAndCall},
		Hints: []string{
			"Where does each door read your role: in a table, or in what you bring?",
			"Grace logs in at the token door with a token of her own, so that yours stay as they are, and posts to /api/account/role. Call both pages before you refresh.",
			"Press the three buttons from left to right: session 200, token 403, and 200 after refreshing.",
		},
		Done: appointed,
	}
}

func demote() lab.Task {
	return lab.Task{
		Title: "Be dismissed",
		Do:    "Grace takes the role away. The session door knows at the next request. Your token still says admin, its signature is good, and you are let in. Then try to use it to appoint yourself: what cannot be taken back asks the table and not the token.",
		Acts:  []lab.Act{appoint("Have grace dismiss you", "user"), callForAdmins, appointYourself},
		Hints: []string{
			"Nobody told the token. Who could?",
			"After the dismissal call /api/session/admin and /api/token/admin without refreshing or logging in, then post to /api/account/role with the token.",
			"Press the three buttons from left to right: session 403, token 200, and the appointment is refused at role.change.",
		},
		Done: dismissed,
	}
}

func refreshRole() lab.Task {
	return lab.Task{
		Title: "Refresh",
		Do:    "Refresh the token. The server reads the account to sign a new one, which says user. The old one was let in for as long as you kept it, at most until it expired.",
		Acts:  []lab.Act{refreshAndCall},
		Hints: []string{
			"When does the token door look at the account?",
			"POST /api/token/refresh, and call /api/token/admin with the token that it answers.",
			"Press “Refresh the token and call”: the token door refuses at role.check.",
		},
		Done: refreshedAfterwards,
	}
}
