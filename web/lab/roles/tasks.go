package roles

import (
	"twodoors/web/lab"
	"twodoors/web/trace"
)

func anonymous() lab.Task {
	return lab.Task{
		Title: "Visit without logging in",
		Do:    "Call the admin page of each door without a session and without a token. Both doors answer 401: they do not know who you are, so they never ask what you may do.",
		Acts: []lab.Act{{Label: "Log out and call both admin pages", Calls: []lab.Call{
			{Method: "POST", Path: "/api/session/logout"}, {Path: "/api/session/admin"}, {Path: "/api/token/admin"},
		}}},
		Hints: []string{
			"Which question comes first: who you are, or what you may do?",
			"Log out at the session door, and send the token door no token. The pages are /api/session/admin and /api/token/admin.",
			"Press “Log out and call both admin pages”. The doors refuse at cookie.read and at bearer.read.",
		},
		Done: lab.Each(
			lab.All(forAdmins("session"), lab.RefusedAt(trace.CookieRead)),
			lab.All(forAdmins("token"), lab.RefusedAt(trace.BearerRead)),
		),
	}
}

func authenticated() lab.Task {
	return lab.Task{
		Title: "Visit as an ordinary user",
		Do:    "Create an account, log in at both doors and call the admin pages again. Now both answer 403: they know you, and the role user is not enough. Logging in again changes nothing.",
		Acts:  []lab.Act{createAccount, callForAdmins},
		Hints: []string{
			"Every new account has the role user. The page requires another one.",
			"Log in at both doors with an account you created, then call /api/session/admin and /api/token/admin. If they let you in, your account is still an admin from last time: have grace demote you with the first button of task 4.",
			"Press “Create an account and log in at both doors”, then “Call both admin pages”. Both doors refuse at role.check.",
		},
		Done: lab.Both(
			lab.InTurn(lab.LoggedIn("session"), lab.All(forAdmins("session"), noRole)),
			lab.InTurn(lab.LoggedIn("token"), lab.All(forAdmins("token"), noRole)),
		),
	}
}

func promote() lab.Task {
	return lab.Task{
		Title:   "Get promoted",
		Do:      "The administrator grace gives your account the role admin. Call both admin pages, then refresh your token and call again.",
		Predict: lab.WhichPagesLetYouIn(1, "You become an administrator and do not log in again. Which admin pages will let you in at first?", forAdmins),
		Why:     "The session door let you in on the next request, because it reads your account every time. The token door refused: your token still said user, as it did when it was signed. The refreshed one says admin.",
		Acts:    []lab.Act{setRole("Have grace promote you", "admin"), callForAdmins, refreshAndCall},
		Hints: []string{
			"Where does each door read your role: in the database, or in what you send?",
			"Grace logs in at the token door and gets her own token, so yours stay as they are. She posts to /api/account/role. Call both admin pages before you refresh.",
			"Press “Have grace promote you”, “Call both admin pages”, then “Refresh the token and call”. The session gets 200, the token 403, and the refreshed token 200.",
		},
		Done: promoted,
	}
}

func demote() lab.Task {
	return lab.Task{
		Title:   "Get demoted",
		Do:      "Grace takes the role away. Call both admin pages, then use your token to promote yourself.",
		Predict: lab.WhichPagesLetYouIn(1, "Once you are no longer an administrator, which admin pages will still let you in?", forAdmins),
		Why:     "The session door knew on the next request. Your token still says admin and its signature is valid, so the token door let you in. The promotion matters too much to trust a copy: the server read the account and refused.",
		Acts:    []lab.Act{setRole("Have grace demote you", "user"), callForAdmins, promoteYourself},
		Hints: []string{
			"Your token does not know that you were demoted. Who could tell it?",
			"After the demotion call /api/session/admin and /api/token/admin without refreshing or logging in. Then POST to /api/account/role with the token.",
			"Press “Have grace demote you”, “Call both admin pages”, then “Promote yourself with your token”. The session gets 403, the token 200, and the promotion is refused at role.change.",
		},
		Done: demoted,
	}
}

func refreshRole() lab.Task {
	return lab.Task{
		Title: "Refresh the token",
		Do:    "Refresh the token. The server reads the account to sign the new token, which says user. The old one would have worked until it expired.",
		Acts:  []lab.Act{refreshAndCall},
		Hints: []string{
			"When does the token door read the account?",
			"POST /api/token/refresh, then call /api/token/admin with the token in the response.",
			"Press “Refresh the token and call”. The token door refuses at role.check.",
		},
		Done: refreshedAfterwards,
	}
}
