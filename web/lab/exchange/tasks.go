package exchange

import (
	"twodoors/web/lab"
	"twodoors/web/settings"
	"twodoors/web/trace"
)

func sharedSecret() lab.Task {
	return lab.Task{
		Title: "There is nothing to check with",
		Do:    "Tokens are signed with HS256: one secret signs and verifies. Log in and have the third party fetch the public keys. The set is empty. Whoever could check these tokens could make them, so the secret stays at home.",
		Acts:  []lab.Act{lab.LogIn("token"), fetchKeys},
		Hints: []string{
			"What would you have to give somebody who wants to check an HMAC?",
			"The public keys of your room are at /r/$ROOM/.well-known/jwks.json; the status line names your room.",
			"Press the two buttons from left to right: the answer is a key set without keys.",
		},
		Done: lab.InTurn(
			lab.All(lab.LoggedIn("token"), lab.AlgIs(settings.AlgHS256)),
			lab.All(keySet, lab.AlgIs(settings.AlgHS256)),
		),
	}
}

func verifyFour() lab.Task {
	return lab.Task{
		Title: "Tell the right one from the wrong ones",
		Do:    "Now the site signs with ES256. Log in again. The lab mixes your token with three that somebody changed, and does not say which is which. The third party fetches the public keys and tells by arithmetic alone.",
		Acts: []lab.Act{
			lab.ChangeSettings("Sign with ES256", `{"alg": "ES256"}`), lab.LogIn("token"),
			{Label: "Have the third party judge four tokens", Door: "token", Script: "judge", Shell: shellJudge},
		},
		Hints: []string{
			"A key pair has two halves. Which of them is published?",
			"POST /api/labs/exchange/challenge with your token answers four. Verify each with the public keys, and post the number of each good one, from 0, to /api/labs/exchange/answer.",
			"Press the three buttons from left to right. In a terminal the command twodoors token verify does the arithmetic.",
		},
		Done: lab.InTurn(
			lab.All(lab.LoggedIn("token"), lab.AlgIs(settings.AlgES256)),
			lab.All(lab.By(thirdParty), lab.Allowed),
		),
	}
}

func signWithAnotherKey() lab.Task {
	return lab.Task{
		Title: "Checking is not signing",
		Do:    "The third party wants to be an administrator. It has the public key, the name of the key and your claims; it has no private key, so it makes one of its own and signs with that. The door looks up the key that the token names and finds another signature.",
		Acts:  []lab.Act{{Label: "Have the third party sign", Door: "token", Script: "sign", Shell: shellSign}},
		Hints: []string{
			"Signing is for who holds the private key, checking for everybody.",
			"Make a P-256 key pair, sign header and payload of your token with it, leave the kid as it is, and call /api/token/me.",
			"Press the button: the token is refused at signature.verify.",
		},
		Done: lab.InTurn(lab.All(lab.Called("token"), lab.RefusedAt(trace.SignatureVerify), lab.AlgIs(settings.AlgES256))),
	}
}

func rotate() lab.Task {
	return lab.Task{
		Title: "The key changes, and nobody tells them",
		Do:    "The third party keeps the public keys that it has. Change the key and retire the old one: the door refuses your token at once. The third party still finds its signature good, until it fetches the keys again.",
		Acts:  []lab.Act{{Label: "Change the key, and ask both", Door: "token", Script: "rotate", Shell: shellRotate}},
		Hints: []string{
			"Who learns that a key was retired, and when?",
			"Keep the key set in a file, then POST /api/keys/rotate with {\"retire\": true}. Verify your token with the file, verify it with the address, and call /api/token/me.",
			"Press the button: good by the old keys, unknown to the new ones, and refused at key.select.",
		},
		Done: lab.InTurn(
			lab.All(lab.To("POST", "/api/keys/rotate"), lab.Allowed),
			lab.All(lab.Called("token"), lab.RefusedAt(trace.KeySelect)),
			keySet,
		),
	}
}
