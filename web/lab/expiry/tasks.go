package expiry

import (
	"time"

	"twodoors/web/lab"
)

func watchItExpire() lab.Task {
	return lab.Task{
		Title: "Watch it expire",
		Do:    "Log in and call the protected page: you are allowed. Wait until the clock runs out, and call again. Nobody revoked the token and nothing in it changed; its exp claim says when it stops being valid.",
		Acts: []lab.Act{lab.LogIn("token"), lab.CallProtectedPage("token"), {Label: "Wait seven seconds and call", Door: "token", Calls: []lab.Call{
			{Path: "/api/token/me", Bearer: lab.Token, Wait: 7 * time.Second}}}},
		Hints: []string{
			"Which claim in the payload says when the token expires?",
			"Log in at the token door, call /api/token/me, wait more than six seconds, and call again with the same token.",
			"Press “Log in at the token door”, “Call the protected page”, then “Wait seven seconds and call”. The last call is refused at claims.check.",
		},
		Done: expired,
	}
}

func refreshByItself() lab.Task {
	stay := lab.Act{Calls: []lab.Call{lab.TokenLogin, refreshByCookie, lab.ProtectedPage("token"), refreshByCookie, lab.ProtectedPage("token")}}
	return lab.Task{
		Title: "Stay logged in longer than the token lives",
		Do:    "Turn refresh tokens on, log in again and stay. Shortly before the access token expires, the page sends the refresh token and receives a new one of each. Just watch the clock.",
		Acts: []lab.Act{
			lab.ChangeSettings("Issue refresh tokens", `{"refresh_lifetime": "5m"}`),
			{Label: "Log in and stay for fifteen seconds", Door: "token", Script: "stay", Shell: stay.Command()},
		},
		Hints: []string{
			"You need something that lives longer than the access token and is sent less often.",
			"Change refresh_lifetime to 5m and log in again: the response sets a cookie for /api/token only. POST /api/token/refresh before the six seconds are over, then call with the new access token.",
			"Press “Issue refresh tokens”, then “Log in and stay for fifteen seconds”, and wait.",
		},
		Done: stayedIn,
	}
}

func stolenRefresh() lab.Task {
	return lab.Task{
		Title:   "Lose the refresh token to a thief",
		Do:      "A thief copies your refresh token and uses it before you do, then uses the new one it received. Now you use yours, which has been used before.",
		Predict: whoStaysIn(2),
		Why:     "Two clients had the token, and the server cannot tell which of them is the thief. It revoked the whole family of tokens and logged you both out. An access token issued before that still works until its six seconds are over.",
		Acts: []lab.Act{
			logInWithRefresh,
			thiefRefreshes("Let a thief refresh twice with a copy", `{"refresh_token": "$REFRESH", "times": 2}`),
			refreshWith("Refresh with your own", lab.Refresh),
			thiefRefreshes("Let the thief refresh again", `{}`),
		},
		Hints: []string{
			"A refresh token may be used once. What does a second use tell the server?",
			"Log in with \"refresh_in\": \"body\" to receive the refresh token in the response body. POST it to /api/labs/expiry/thief, refresh with the same token yourself, then POST {} to /api/labs/expiry/thief.",
			"Press “Log in and keep the refresh token”, “Let a thief refresh twice with a copy”, “Refresh with your own”, then “Let the thief refresh again”. Your token is refused at family.revoke, the thief's at refresh.find.",
		},
		Done: familyEnded,
	}
}

func strictRace() lab.Task {
	return lab.Task{
		Title:   "Race two tabs without a grace period",
		Do:      "Now any second use of a refresh token counts as theft. Log in and refresh in two tabs at the same moment; this happens when a laptop wakes up with two tabs open. One tab is first, and the other presents a token that was used a millisecond earlier.",
		Predict: lab.YesOrNo(2, "Two of your tabs refresh at the same moment. Will you still be logged in afterwards?", "Yes, there is no thief", "No, you will be logged out", lab.LastAllowed(refreshed(""))),
		Why:     "There is no thief, yet you are logged out: the server took the second use for theft and revoked the first tab's new token too.",
		Acts: []lab.Act{
			lab.ChangeSettings("Set the grace period to zero", `{"refresh_grace": "0s"}`), logInWithRefresh, raceOfTabs,
			refreshWith("Refresh with the first tab's new token", next),
		},
		Hints: []string{
			"Two tabs share what the browser stores, but do not wait for each other.",
			"With refresh_grace at 0s, send two POST /api/token/refresh at once with the same refresh token. Then refresh with the new token from the successful response.",
			"Press “Set the grace period to zero”, “Log in and keep the refresh token”, “Refresh in two tabs at once”, then “Refresh with the first tab's new token”. One tab is refused at family.revoke, and the last refresh at refresh.find.",
		},
		Done: loggedOutByRace,
	}
}

func lenientRace() lab.Task {
	return lab.Task{
		Title: "Race two tabs with a grace period",
		Do:    "Set a grace period of ten seconds, log in and race again: both tabs receive the same new refresh token, and you stay logged in. Then let a thief use a copy of the old token before the ten seconds are over. The thief receives the same new token, and nobody notices. A thief who is slower, or comes after the new token has been used, gets the family revoked; a thief who always refreshes within ten seconds of you can keep up until the family expires.",
		Acts: []lab.Act{
			lab.ChangeSettings("Set the grace period to ten seconds", `{"refresh_grace": "10s"}`), logInWithRefresh, raceOfTabs,
			thiefRefreshes("Let a thief use a copy of the old token", `{"refresh_token": "$REFRESH"}`),
		},
		Hints: []string{
			"The server cannot tell a second tab from a thief. What could it go by?",
			"Change refresh_grace to 10s, log in, send two refreshes at once, and POST the old refresh token to /api/labs/expiry/thief within ten seconds.",
			"Press “Set the grace period to ten seconds”, “Log in and keep the refresh token”, “Refresh in two tabs at once” and, without waiting, “Let a thief use a copy of the old token”. Both tabs and the thief are allowed.",
		},
		Done: sameSuccessor,
	}
}
