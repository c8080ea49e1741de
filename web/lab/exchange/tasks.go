package exchange

import (
	"twodoors/web/lab"
	"twodoors/web/settings"
	"twodoors/web/trace"
)

func sharedSecret() lab.Task {
	return lab.Task{
		Title: "Look for a public key",
		Do:    "Tokens are signed with HS256: the same secret signs and verifies. Log in, then have the third party fetch the public keys. None of them verifies your token: anyone who could verify it could also make one, so the site never publishes the secret.",
		Acts:  []lab.Act{lab.LogIn("token"), fetchKeys},
		Hints: []string{
			"What would you have to hand over so that someone else can verify an HMAC?",
			"The public keys of your room are at /r/$ROOM/.well-known/jwks.json. The line at the top of the page names your room.",
			"Press “Log in at the token door”, then “Have the third party fetch the public keys”. No key in the set verifies your token.",
		},
		Done: lab.InTurn(
			lab.All(lab.LoggedIn("token"), lab.AlgIs(settings.AlgHS256)),
			lab.All(keySet, lab.AlgIs(settings.AlgHS256)),
		),
	}
}

func verifyFour() lab.Task {
	return lab.Task{
		Title: "Find the valid token among four",
		Do:    "Now the site signs with ES256. Log in again. The lab mixes your token with three altered copies and does not say which is which. The third party fetches the public keys and works out which token is valid, without asking anyone.",
		Acts: []lab.Act{
			lab.ChangeSettings("Sign with ES256", `{"alg": "ES256"}`), lab.LogIn("token"),
			{Label: "Have the third party verify four tokens", Door: "token", Script: "verify", Shell: shellVerify},
		},
		Hints: []string{
			"A key pair has two halves. Which one is published?",
			"POST /api/labs/exchange/challenge with your token returns four tokens. Verify each with the public keys, and POST the positions of the valid ones, counted from 0, to /api/labs/exchange/answer.",
			"Press “Sign with ES256”, “Log in at the token door”, then “Have the third party verify four tokens”. In a terminal, twodoors token verify does the computation.",
		},
		Done: lab.InTurn(
			lab.All(lab.LoggedIn("token"), lab.AlgIs(settings.AlgES256)),
			lab.All(lab.By(thirdParty), lab.Allowed),
		),
	}
}

func signWithAnotherKey() lab.Task {
	return lab.Task{
		Title:   "Try to sign",
		Do:      "The third party wants to be an administrator. It has the public key, that key's ID and your claims, but not the private key, so it generates another key pair and signs with that.",
		Predict: lab.YesOrNo(0, "The token names the site's key and is signed with another. Will the door accept it?", "Yes, it is signed", "No, it will be refused", lab.LastAllowed(lab.Called("token"))),
		Why:     "The door looked up the key that the token names, and the signature did not match.",
		Acts:    []lab.Act{{Label: "Have the third party sign a token", Door: "token", Script: "sign", Shell: shellSign}},
		Hints: []string{
			"Everyone can verify. Who can sign?",
			"Generate a P-256 key pair, sign the header and payload of your token with it, keep the kid, and call /api/token/me.",
			"Press “Have the third party sign a token”. The door refuses it at signature.verify.",
		},
		Done: lab.InTurn(lab.All(lab.Called("token"), lab.RefusedAt(trace.SignatureVerify), lab.AlgIs(settings.AlgES256))),
	}
}

func rotate() lab.Task {
	return lab.Task{
		Title:   "Rotate the key without telling anyone",
		Do:      "The third party keeps the public keys it has. Rotate the key and retire the old one, then have the door and the third party verify your token.",
		Predict: lab.YesOrNo(0, "The key that signed your token is retired. Will the door still accept the token?", "Yes, until it expires", "No, it will be refused at once", lab.LastAllowed(lab.Called("token"))),
		Why:     "The door refused your token at once. To the third party the signature was valid until it fetched the keys again.",
		Acts:    []lab.Act{{Label: "Rotate the key and ask both", Door: "token", Script: "rotate", Shell: shellRotate}},
		Hints: []string{
			"Who learns that a key has been retired, and when?",
			"Save the key set to a file, then POST /api/keys/rotate with {\"retire\": true}. Verify your token with the saved file, call /api/token/me, then fetch the keys again and verify once more.",
			"Press “Rotate the key and ask both”. The token is valid by the old keys, refused by the door at key.select, and unknown to the new keys.",
		},
		Done: lab.InTurn(
			lab.All(lab.To("POST", "/api/keys/rotate"), lab.Allowed),
			lab.All(lab.Called("token"), lab.RefusedAt(trace.KeySelect)),
			keySet,
		),
	}
}
