package theft

import (
	"twodoors/web/lab"
	"twodoors/web/settings"
	"twodoors/web/trace"
)

func letThiefIn() lab.Task {
	return lab.Task{
		Title: "Be robbed",
		Do:    "Log in at both doors, and let a thief copy what you carry: the session cookie and the token. It knows no password, and both doors let it in as you. Its requests carry the same as yours; nothing in them says who holds it.",
		Acts:  []lab.Act{lab.LogInAtBothDoors, beCopied},
		Hints: []string{
			"What does a request have to carry so that a door takes it for yours?",
			"Log in at both doors. POST /api/labs/theft/steal hands the thief what that very request carries: the cookie, and the token if you send it as bearer.",
			"Press “Log in at both doors”, then “Let a thief copy what you carry”.",
		},
		Done: lab.Both(
			lab.InTurn(lab.All(lab.LoggedIn("session"), lab.By("")), lab.All(lab.Called("session"), lab.By(lab.Thief), lab.Allowed)),
			lab.InTurn(lab.All(lab.LoggedIn("token"), lab.By("")), lab.All(lab.Called("token"), lab.By(lab.Thief), lab.Allowed))),
	}
}

func stopSessionThief() lab.Task {
	return lab.Task{
		Title: "Log out at the session door",
		Do:    "Log out at the session door, and look what the thief gets there now. The server has forgotten the session: your copy of its id and the thief's are worth the same, nothing.",
		Acts:  []lab.Act{lab.LogOut("session"), thiefNow},
		Hints: []string{
			"Where is a session, and who can end it?",
			"POST /api/session/logout with the cookie. The thief calls by itself, for a minute; POST /api/labs/theft/try makes it call at once.",
			"Press the two buttons from left to right: the thief is refused at session.find.",
		},
		Done: leaves("session", lab.RefusedAt(trace.SessionFind)),
	}
}

func missTokenThief() lab.Task {
	return lab.Task{
		Title: "Log out at the token door",
		Do:    "Now log out at the token door. Your browser's refresh token is ended, and you throw your access token away. The thief has not thrown its copy away, and is still in: with revocation off the door asks nobody whether a token is still wanted.",
		Acts:  []lab.Act{lab.LogOut("token"), thiefNow},
		Hints: []string{
			"What could the server forget that would make the token worthless?",
			"POST /api/token/logout with the token, while revocation is off. Then see what the thief gets from /api/token/me.",
			"Press the two buttons from left to right: the thief is let in.",
		},
		Done: leaves("token", lab.All(lab.Allowed, lab.RevocationIs(settings.RevocationOff))),
	}
}

func stopTokenThief() lab.Task {
	return lab.Task{
		Title: "Log out at the token door, with a list",
		Do:    "Switch revocation on: each request now looks up whether its token was logged out. Log in, be robbed again, and log out. The thief is out at once. The price is in its trace: one question more at every request of everybody, and a state that all servers share.",
		Acts:  []lab.Act{lab.ChangeSettings("Switch revocation on", `{"revocation": "on"}`), lab.LogIn("token"), beCopied, lab.LogOut("token"), thiefNow, thiefAway},
		Hints: []string{
			"What has to be kept, and who has to look at it, so that a signed token can be taken back?",
			"Set revocation to on, log in at the token door and hand the new token to the thief. Then log out with it.",
			"Press the buttons from left to right: the thief is refused at revocation.check.",
		},
		Done: leaves("token", lab.RefusedAt(trace.RevocationCheck)),
	}
}

func fillTheTable() lab.Task {
	return lab.Task{
		Title: "Try everything, and count who is hurt",
		Do:    "Fill the table above: six things that can be done, each tried against a stolen cookie and a stolen token, while ten others with accounts of their own are logged in. It takes half a minute and happens on servers of its own, so nobody here is thrown out. Then find the line that stops both thieves and hurts nobody.",
		Acts:  []lab.Act{{Label: "Fill the table", Script: "table", Shell: tableInShell}},
		Hints: []string{
			"Which of the six reach a token that has been handed out?",
			"POST /api/experiments/steal starts it, GET tells how far it is. In a terminal of your own, twodoors experiment steal prints the same table.",
			"Press “Fill the table” and wait. Only revocation with a logout stops both at once and throws nobody else out.",
		},
		Done: lab.Each(lab.All(lab.To("POST", "/api/experiments/steal"), lab.By(lab.Experiment))),
	}
}
