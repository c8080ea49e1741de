package theft

import (
	"twodoors/web/lab"
	"twodoors/web/settings"
	"twodoors/web/trace"
)

func letThiefIn() lab.Task {
	return lab.Task{
		Title: "Get robbed",
		Do:    "Log in at both doors, then let a thief copy your session cookie and your token. The thief knows no password, yet both doors let it in as you: its requests carry what yours carry, and nothing in them says who is holding it.",
		Acts:  []lab.Act{lab.LogInAtBothDoors, beCopied},
		Hints: []string{
			"What does a request have to carry for a door to believe that it is yours?",
			"Log in at both doors. POST /api/labs/theft/steal hands the thief whatever that request carries: the cookie, and the token if you send it as the bearer token.",
			"Press “Log in at both doors”, then “Let a thief copy your credentials”. Both doors let the thief in.",
		},
		Done: lab.Both(
			lab.InTurn(lab.All(lab.LoggedIn("session"), lab.By("")), lab.All(lab.Called("session"), lab.By(lab.Thief), lab.Allowed)),
			lab.InTurn(lab.All(lab.LoggedIn("token"), lab.By("")), lab.All(lab.Called("token"), lab.By(lab.Thief), lab.Allowed))),
	}
}

func stopSessionThief() lab.Task {
	return lab.Task{
		Title:   "Log out at the session door",
		Do:      "Log out at the session door and see what the thief gets there.",
		Predict: thiefGetsIn(0, "You log out at the session door. Will the thief's copy of your cookie still work there?"),
		Why:     "The server has deleted the session, so your copy of its ID and the thief's copy are equally worthless.",
		Acts:    []lab.Act{lab.LogOut("session"), thiefNow},
		Hints: []string{
			"Where is the session, and who can end it?",
			"POST /api/session/logout with the cookie. The thief keeps calling by itself for a minute; POST /api/labs/theft/try makes it call at once.",
			"Press “Log out”, then “Have the thief call now”. The thief is refused at session.find.",
		},
		Done: leaves("session", lab.RefusedAt(trace.SessionFind)),
	}
}

func missTokenThief() lab.Task {
	return lab.Task{
		Title:   "Log out at the token door",
		Do:      "Now log out at the token door. The server revokes your refresh token, and you discard your access token. The thief keeps its copy.",
		Predict: thiefGetsIn(0, "You log out at the token door. Will the thief's copy of your token still work there?"),
		Why:     "The thief still gets in: with revocation off, the door never checks whether a token has been logged out.",
		Acts:    []lab.Act{lab.LogOut("token"), thiefNow},
		Hints: []string{
			"What could the server delete to make the token worthless?",
			"POST /api/token/logout with the token while revocation is off. Then see what the thief gets from /api/token/me.",
			"Press “Log out”, then “Have the thief call now”. The thief is still allowed.",
		},
		Done: leaves("token", lab.All(lab.Allowed, lab.RevocationIs(settings.RevocationOff))),
	}
}

func stopTokenThief() lab.Task {
	return lab.Task{
		Title: "Log out with revocation on",
		Do:    "Turn revocation on: on every request, the door now looks up whether the token has been revoked. Log in, get robbed again and log out. The thief is stopped at once. The trace shows the price: another lookup on every user's every request, and state that all servers have to share.",
		Acts:  []lab.Act{lab.ChangeSettings("Turn revocation on", `{"revocation": "on"}`), lab.LogIn("token"), beCopied, lab.LogOut("token"), thiefNow, thiefAway},
		Hints: []string{
			"What has to be stored, and who has to check it, for a signed token to be revocable?",
			"Set revocation to on, log in at the token door and hand the new token to the thief. Then log out with that token.",
			"Press “Turn revocation on”, “Log in at the token door”, “Let a thief copy your credentials”, “Log out”, then “Have the thief call now”. The thief is refused at revocation.check. “Send the thief away” ends its calls.",
		},
		Done: leaves("token", lab.RefusedAt(trace.RevocationCheck)),
	}
}

func fillTheTable() lab.Task {
	return lab.Task{
		Title: "Compare six countermeasures",
		Do:    "Fill the table: six countermeasures, each tried against a stolen cookie and a stolen token while ten other users are logged in. It takes about half a minute and runs on separate servers, so nobody here is logged out. Then find the countermeasure that stops both thieves at once and logs nobody else out.",
		Acts:  []lab.Act{{Label: "Fill the table", Script: "table", Shell: tableInShell}},
		Hints: []string{
			"Which of the six affect a token that has already been issued?",
			"POST /api/experiments/steal starts the experiment, and GET reports its progress. In a terminal, twodoors experiment steal prints the same table.",
			"Press “Fill the table” and wait. Only “Revocation on, log out” stops both thieves at once and logs nobody else out.",
		},
		Done: lab.Each(lab.All(lab.To("POST", "/api/experiments/steal"), lab.By(lab.Experiment))),
	}
}
