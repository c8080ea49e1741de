package cost

import (
	"twodoors/web/lab"
	"twodoors/web/settings"
)

func oneRequest() lab.Task {
	return lab.Task{
		Title: "One request at each door",
		Do:    "Log in at both doors and call the protected page through both. Open the two traces: each step says how long it took, and each request how many bytes it had.",
		Acts:  []lab.Act{lab.LogInAtBothDoors, lab.CallBothDoors},
		Hints: []string{
			"What does a server do at a request to find out who you are, at each of the doors?",
			"Call /api/session/me with the cookie and /api/token/me with the token. Their traces are in the inspector.",
			"Press the two buttons from left to right.",
		},
		Done: lab.Each(
			lab.All(lab.Called("session"), lab.Allowed, lab.StoreIs(settings.StoreMemory)),
			lab.All(lab.Called("token"), lab.Allowed, lab.RevocationIs(settings.RevocationOff)),
		),
	}
}

func payForMore() lab.Task {
	return lab.Task{
		Title: "Pay for more",
		Do:    "Keep sessions in the database, sign with a key pair, and have each token looked up in the list of revoked ones. Log in and call again. Compare session.find, signature.verify and the new step revocation.check with the traces before.",
		Acts: []lab.Act{
			lab.ChangeSettings("Database, ES256 and a list", `{"store": "database", "alg": "ES256", "revocation": "on"}`), lab.LogInAtBothDoors, lab.CallBothDoors,
		},
		Hints: []string{
			"Which step has to leave the process, and which one does arithmetic?",
			"Set store to database, alg to ES256 and revocation to on. Log in at both doors again, and call both.",
			"Press the three buttons from left to right.",
		},
		Done: lab.Each(
			lab.All(lab.Called("session"), lab.Allowed, lab.StoreIs(settings.StoreDatabase)),
			lab.All(lab.Called("token"), lab.Allowed, lab.AlgIs(settings.AlgES256), lab.RevocationIs(settings.RevocationOn)),
		),
	}
}

func measure() lab.Task {
	return lab.Task{
		Title: "Measure all of them",
		Do:    "One request says little: the next may take twice as long. Have each store and each algorithm asked many times on servers of its own, and a database filled with up to a hundred thousand users. The plots and the tables above fill as it goes. It takes some ten seconds.",
		Acts:  []lab.Act{{Label: "Measure", Script: "measure", Shell: measureInShell}},
		Hints: []string{
			"What would you compare so that one slow moment of the machine does not decide?",
			"POST /api/experiments/cost starts it, GET tells how far it is. In a terminal of your own, twodoors experiment cost prints the same figures.",
			"Press “Measure” and wait for the plots.",
		},
		Done: lab.Each(lab.All(lab.To("POST", "/api/experiments/cost"), lab.By(lab.Experiment))),
	}
}

// measureInShell starts the experiment and waits for its end, also while others have their turn.
const measureInShell = `curl -s -H "Seat: $SEAT" -X POST "$SITE/api/experiments/cost"
for i in $(seq 900); do curl -s -H "Seat: $SEAT" "$SITE/api/experiments/cost" | grep -qE '"state": *"(done|failed)"' && break; sleep 1; done
curl -s -H "Seat: $SEAT" "$SITE/api/experiments/cost" | head -c 1000`
