package expiry

import (
	"time"

	"twodoors/web/lab"
)

func watchItExpire() lab.Task {
	return lab.Task{
		Title: "Watch it expire",
		Do:    "Log in and call the protected page: you are let in. Wait until the clock has run down, and call again. Nobody took the token away and nothing in it changed; it says itself until when it is good.",
		Acts: []lab.Act{lab.LogIn("token"), lab.CallProtectedPage("token"), {Label: "Wait seven seconds, and call", Door: "token", Calls: []lab.Call{
			{Path: "/api/token/me", Bearer: lab.Token, Wait: 7 * time.Second}}}},
		Hints: []string{
			"Until when a token is good stands in its payload, as exp.",
			"Log in at the token door, call /api/token/me, wait for more than six seconds, and call it again with the same token.",
			"Press the three buttons from left to right: the last call is refused at claims.check.",
		},
		Done: expired,
	}
}

func refreshByItself() lab.Task {
	stay := lab.Act{Calls: []lab.Call{lab.TokenLogin, refreshByCookie, lab.ProtectedPage("token"), refreshByCookie, lab.ProtectedPage("token")}}
	return lab.Task{
		Title: "Stay logged in for longer than the token lives",
		Do:    "Have refresh tokens issued, log in again and stay. A little before the access token expires, the page shows the refresh token and gets the next of both. You see it on the clock, and do nothing.",
		Acts: []lab.Act{
			lab.ChangeSettings("Issue refresh tokens", `{"refresh_lifetime": "5m"}`),
			{Label: "Log in, and stay for fifteen seconds", Door: "token", Script: "stay", Shell: stay.Command()},
		},
		Hints: []string{
			"Something else has to live longer than the access token, and be shown more rarely.",
			"Change refresh_lifetime to 5m and log in again: the answer sets a cookie for /api/token only. POST /api/token/refresh before the six seconds are over, and call with the new access token.",
			"Press the two buttons from left to right, and wait.",
		},
		Done: stayedIn,
	}
}

func stolenRefresh() lab.Task {
	return lab.Task{
		Title: "Have the refresh token stolen",
		Do:    "A thief gets a copy of your refresh token, and uses it before you do; what it gets it uses again. Then you use yours. It was spent, so somebody has a copy. Who, nobody can tell: the whole family is ended, and you are both out. Only the access tokens that were issued already work on, for their six seconds.",
		Acts: []lab.Act{
			logInWithRefresh,
			thiefRefreshes("Let a thief use a copy, twice", `{"refresh_token": "$REFRESH", "times": 2}`),
			refreshWith("Refresh with yours", lab.Refresh),
			thiefRefreshes("Let the thief go on", `{}`),
		},
		Hints: []string{
			"A refresh token is good for one use. What does it mean when it comes a second time?",
			"Log in with \"refresh_in\": \"body\" to have the refresh token in your hands. POST /api/labs/expiry/thief hands it over; after that refresh with the same one, and POST there once more.",
			"Press the four buttons from left to right: yours is refused at family.revoke, the thief's at refresh.find.",
		},
		Done: familyEnded,
	}
}

func strictRace() lab.Task {
	return lab.Task{
		Title: "Race yourself, under the strict rule",
		Do:    "Now no use may be repeated at all. Log in and refresh in two tabs at the same moment, as a browser does that wakes up with two tabs open. One of them is first; the other shows a token that was spent a millisecond ago. There is no thief, and you are thrown out: what the first tab got is worth nothing.",
		Acts: []lab.Act{
			lab.ChangeSettings("Allow no repetition", `{"refresh_grace": "0s"}`), logInWithRefresh, raceOfTabs,
			refreshWith("Refresh with what the first tab got", next),
		},
		Hints: []string{
			"Two tabs share what the browser keeps, and do not wait for each other.",
			"With refresh_grace at 0s send two POST /api/token/refresh at once with the same refresh token. Then use the one that was answered.",
			"Press the four buttons from left to right: one tab is refused at family.revoke, and the next refresh at refresh.find.",
		},
		Done: loggedOutByRace,
	}
}

func kindRace() lab.Task {
	return lab.Task{
		Title: "Race yourself, under our rule",
		Do:    "Allow a repetition for ten seconds, log in and race again: both tabs get the same successor, and you stay. Then let a thief use a copy of the spent token before the ten seconds are over. It gets the same successor as well, and nobody notices. A thief who comes later, or after the successor was used, ends the family; one who always comes within ten seconds of you goes on until the family ends by itself.",
		Acts: []lab.Act{
			lab.ChangeSettings("Allow repetition for ten seconds", `{"refresh_grace": "10s"}`), logInWithRefresh, raceOfTabs,
			thiefRefreshes("Let a thief use a copy of the spent one", `{"refresh_token": "$REFRESH"}`),
		},
		Hints: []string{
			"The server cannot tell a second tab from a thief. What can it go by?",
			"Change refresh_grace to 10s, log in, send two refreshes at once, and within ten seconds hand the old refresh token to POST /api/labs/expiry/thief.",
			"Press the four buttons from left to right, not waiting before the last: both tabs and the thief are let in.",
		},
		Done: sameSuccessor,
	}
}
