package forgery

import (
	"time"

	"twodoors/web/lab"
)

func changeContent() lab.Task {
	return lab.Task{
		Title: "Change what is written",
		Do:    "Log in at the token door: your token says that you are a user. Now write into it that you are an administrator, and try six ways to get around the signature. Each is made before your eyes, shown to the door, and refused. Look at the step that refuses.",
		Acts:  append([]lab.Act{lab.LogIn("token")}, sendAll(contentTechniques())...),
		Hints: []string{
			"Header and payload are plain text in base64url. What makes them more than that is the third part.",
			"POST /api/labs/forgery/forge takes your token and a kind, and answers with the forged one. Send it to /api/token/me as bearer token.",
			"Press the seven buttons from left to right: the refusals are at signature.verify, token.decode and algorithm.check.",
		},
		Done: allRefused(contentTechniques()),
	}
}

func chooseKey() lab.Task {
	return lab.Task{
		Title: "Choose the key yourself",
		Do:    "A signature that you make yourself is right, for your own key. The door only has to take your key for the site's. The header has several members that talk about keys; a careless verifier listens to them.",
		Acts:  sendAll(keyTechniques()),
		Hints: []string{
			"Who is to say by which key a token is verified: who sends it, or who checks it?",
			"The kinds are public-key, jwk, jku, kid-path and kid-sql. The first needs a site with a public key, so the lab has chosen ES256.",
			"Press the five buttons from left to right: the refusals are at key.select and signature.verify, and at algorithm.check if the site has no key for HS256.",
		},
		Done: allRefused(keyTechniques()),
	}
}

func changeContext() lab.Task {
	techniques := contextTechniques()
	expired, audience, refresh := techniques[0], techniques[1], techniques[2]
	late := expired.send(lab.Token)
	late.Label = "Log in, wait, and show the expired one"
	first := lab.TokenLogin
	late.Calls[0].Wait = 3 * time.Second
	late.Calls = append([]lab.Call{{Method: "PATCH", Path: "/api/settings", Body: `{"access_lifetime": "2s"}`}, first}, late.Calls...)
	again := lab.Act{Label: "Let tokens live for an hour, and log in", Door: "token", Calls: []lab.Call{
		{Method: "PATCH", Path: "/api/settings", Body: `{"access_lifetime": "1h"}`}, lab.TokenLoginWithRefresh}}
	return lab.Task{
		Title: "Show it in the wrong place",
		Do:    "Not everything that the site has signed opens this door now. Show a token whose time is over, one for somebody else, and the refresh token, which is no access token although the site made it.",
		Acts:  []lab.Act{late, again, audience.send(lab.Token), refresh.send(lab.Refresh)},
		Hints: []string{
			"Besides the signature a token says until when it is good, and for whom.",
			"Let access tokens live for two seconds, log in, wait for three, and use the kind expired. For the kind refresh, log in with \"refresh_in\": \"body\" and send the refresh token.",
			"Press the four buttons from left to right: the refusals are at claims.check, signature.verify and token.decode.",
		},
		Done: allRefused(techniques),
	}
}

func crackSecret() lab.Task {
	cracking := lab.Act{Calls: []lab.Call{{Method: "POST", Path: "/api/labs/forgery/crack", Body: `{"token": "$` + weakVariable + `"}`}}}
	return lab.Task{
		Title: "Crack a weak secret",
		Do:    "Another site signs by HS256, with a word and a number for a secret. You have one of its tokens, so you can try secrets at home until the signature fits: nobody notices, and nobody slows you down. The secret found signs whatever you like.",
		Acts: []lab.Act{
			{Label: "Get a token of that site", Door: "token", Calls: []lab.Call{{Method: "POST", Path: "/api/labs/forgery/weak", Keep: map[string]string{weakVariable: "weak"}}}},
			{Label: "Crack its secret", Door: "token", Script: "crack", Shell: cracking.Command()},
		},
		Hints: []string{
			"What do you need to check whether a guessed secret is the right one?",
			"POST /api/labs/forgery/weak gives a token. POST /api/labs/forgery/crack tries a list of words with numbers, and says how fast it is.",
			"Press the two buttons from left to right, and wait a second or two.",
		},
		Done: lab.Each(lab.All(lab.To("POST", "/api/labs/forgery/crack"), crackedSecret.Noted())),
	}
}

func guessAndPlant() lab.Task {
	return lab.Task{
		Title: "Guess a session, or plant one",
		Do:    "A session id cannot be forged, as there is nothing to sign; it can be guessed. Guess for a second and a half, as fast as the site answers. Then do without guessing: choose an id, plant it in the visitor's browser before they log in, and use it afterwards. This works where a login keeps the id that came with it.",
		Acts: []lab.Act{
			{Label: "Guess session ids", Door: "session", Calls: []lab.Call{{Method: "POST", Path: "/api/labs/forgery/guess"}}},
			{Label: "Plant an id, and log in with it", Door: "session", Script: "plant", Shell: plantInShell},
			{Label: "Let whoever planted it use it", Door: "session", Calls: []lab.Call{{Method: "POST", Path: "/api/labs/forgery/fixed", Body: `{"id": "$FIXED"}`}}},
			lab.CallProtectedPage("session"),
		},
		Hints: []string{
			"How many ids are there, and how many are good at this moment? And what if the thief need not guess, because they chose?",
			"POST /api/labs/forgery/guess measures. To plant an id, send a cookie session of your own choosing with the login; then POST /api/labs/forgery/fixed with the same id.",
			"Press the four buttons from left to right: the planted id is refused at session.find before the login and after it, and your new one is let in.",
		},
		Done: plantedInVain,
	}
}
