package forgery

import (
	"time"

	"twodoors/web/lab"
)

func changeContent() lab.Task {
	return lab.Task{
		Title:   "Change the content",
		Do:      "Log in at the token door: your token says that your role is user. Now make it say admin, and try six ways to get past the signature. The lab shows each forgery and presents it to the door. Compare the steps that refuse.",
		Predict: howManyGetIn(1),
		Why:     "The door refused them all: the signature covers header and payload, and the key decides the algorithm, not the header.",
		Acts:    append([]lab.Act{lab.LogIn("token")}, sendAll(contentTechniques())...),
		Hints: []string{
			"Header and payload are plain text in base64url. What makes them trustworthy is the third part.",
			"POST /api/labs/forgery/forge takes your token and a kind, and returns the forgery. Send it to /api/token/me as the bearer token.",
			"Press “Log in at the token door”, “Change the role”, “Cut off the signature”, “Set alg to none”, “Write none as nOnE”, “Name another algorithm”, then “Write the role twice”. The refusals are at signature.verify, token.decode and algorithm.check.",
		},
		Done: allRefused(contentTechniques()),
	}
}

func chooseKey() lab.Task {
	return lab.Task{
		Title: "Choose the key",
		Do:    "With your own key you can make a valid signature; the trick is to get the door to verify with that key. Several header members name a key, and a careless verifier obeys them.",
		Acts:  sendAll(keyTechniques()),
		Hints: []string{
			"Who should decide which key verifies a token: the sender or the verifier?",
			"The kinds are public-key, jwk, jku, kid-path and kid-sql. The first needs a site with a public key, so this lab starts with ES256.",
			"Press “Use the public key as an HS256 secret”, “Embed your own key (jwk)”, “Link to your own key (jku)”, “Name a file as the key (kid)”, then “Inject SQL (kid)”. The refusals are at key.select, signature.verify and, if the site has no HS256 key, algorithm.check.",
		},
		Done: allRefused(keyTechniques()),
	}
}

func changeContext() lab.Task {
	techniques := contextTechniques()
	expired, audience, refresh := techniques[0], techniques[1], techniques[2]
	late := expired.send(lab.Token)
	late.Label = "Log in, wait and present the expired token"
	first := lab.TokenLogin
	late.Calls[0].Wait = 3 * time.Second
	late.Calls = append([]lab.Call{{Method: "PATCH", Path: "/api/settings", Body: `{"access_lifetime": "2s"}`}, first}, late.Calls...)
	again := lab.Act{Label: "Set the lifetime to one hour and log in", Door: "token", Calls: []lab.Call{
		{Method: "PATCH", Path: "/api/settings", Body: `{"access_lifetime": "1h"}`}, lab.TokenLoginWithRefresh}}
	return lab.Task{
		Title: "Present the wrong token",
		Do:    "A token can be real and still be wrong here. Present one that has expired, then one meant for another service, then the refresh token: the site issued it, but it is not an access token.",
		Acts:  []lab.Act{late, again, audience.send(lab.Token), refresh.send(lab.Refresh)},
		Hints: []string{
			"Besides the signature, a token says when it expires and for whom it is meant.",
			"Set access_lifetime to 2s, log in, wait three seconds, and use the kind expired. For the kind refresh, log in with \"refresh_in\": \"body\" and send the refresh token.",
			"Press “Log in, wait and present the expired token”, “Set the lifetime to one hour and log in”, “Change the audience (aud)”, then “Present a refresh token”. The refusals are at claims.check, signature.verify and token.decode.",
		},
		Done: allRefused(techniques),
	}
}

func crackSecret() lab.Task {
	cracking := lab.Act{Calls: []lab.Call{{Method: "POST", Path: "/api/labs/forgery/crack", Body: `{"token": "$` + weakVariable + `"}`}}}
	return lab.Task{
		Title: "Crack a weak secret",
		Do:    "Another site signs with HS256, and somebody chose a word and a number as its secret. You have one of its tokens, so you can test guesses on your own machine until the signature matches: nobody notices, and nobody can slow you down. With the secret you can sign anything.",
		Acts: []lab.Act{
			{Label: "Get a token from that site", Door: "token", Calls: []lab.Call{{Method: "POST", Path: "/api/labs/forgery/weak", Keep: map[string]string{weakVariable: "weak"}}}},
			{Label: "Crack the secret", Door: "token", Script: "crack", Shell: cracking.Command()},
		},
		Hints: []string{
			"What do you need to test whether a guessed secret is right?",
			"POST /api/labs/forgery/weak returns a token. POST /api/labs/forgery/crack tries a list of words with numbers, and reports how fast it is.",
			"Press “Get a token from that site”, then “Crack the secret”, and wait a second or two.",
		},
		Done: lab.Each(lab.All(lab.To("POST", "/api/labs/forgery/crack"), crackedSecret.Noted())),
	}
}

func guessAndPlant() lab.Task {
	return lab.Task{
		Title:   "Guess a session ID, or plant one",
		Do:      "Nobody signs a session ID, so there is nothing to forge; but you can guess. Guess for a second and a half, as fast as the site answers. Then skip the guessing: choose an ID, plant it in the victim's browser before they log in, and use it afterwards. This attack is called session fixation.",
		Predict: lab.YesOrNo(1, "You log in while your browser has the planted ID. Will the attacker, who knows that ID, be logged in as you?", "Yes, the ID is the same", "No, the ID is worthless", lab.LastAllowed(lab.Called("session"), lab.By(lab.Thief))),
		Why:     "The attack works wherever a login keeps the ID that the browser sent. This site issued a new one, so the planted ID opens nothing.",
		Acts: []lab.Act{
			{Label: "Guess session IDs", Door: "session", Calls: []lab.Call{{Method: "POST", Path: "/api/labs/forgery/guess"}}},
			{Label: "Plant an ID and log in", Door: "session", Script: "plant", Shell: plantInShell},
			{Label: "Call with the planted ID", Door: "session", Calls: []lab.Call{{Method: "POST", Path: "/api/labs/forgery/fixed", Body: `{"id": "$FIXED"}`}}},
			lab.CallProtectedPage("session"),
		},
		Hints: []string{
			"How many session IDs are possible, and how many are valid right now? And what if the attacker chooses the ID?",
			"POST /api/labs/forgery/guess measures. To plant an ID, send a session cookie that you chose along with the login; then POST the same ID to /api/labs/forgery/fixed.",
			"Press “Guess session IDs”, “Plant an ID and log in”, “Call with the planted ID”, then “Call the protected page”. The planted ID is refused at session.find before and after the login; your new one is allowed.",
		},
		Done: plantedInVain,
	}
}
