package cost

import (
	"twodoors/web/lab"
	"twodoors/web/settings"
)

func oneRequest() lab.Task {
	return lab.Task{
		Title: "Compare one request at each door",
		Do:    "Log in at both doors and call the protected page through each. Open the two traces: they show how long each step took and how many bytes each request had.",
		Acts:  []lab.Act{lab.LogInAtBothDoors, lab.CallBothDoors},
		Hints: []string{
			"What does the server do at each door to find out who you are?",
			"Call /api/session/me with the cookie and /api/token/me with the token. The inspector shows their traces.",
			"Press “Log in at both doors”, then “Call both doors”.",
		},
		Done: lab.Each(
			lab.All(lab.Called("session"), lab.Allowed, lab.StoreIs(settings.StoreMemory)),
			lab.All(lab.Called("token"), lab.Allowed, lab.RevocationIs(settings.RevocationOff)),
		),
	}
}

func payForMore() lab.Task {
	return lab.Task{
		Title:   "Add a database, a key pair and a list",
		Do:      "Keep sessions in the database, sign with a key pair, and look up every token in the revocation list. Log in and call again. Compare session.find, signature.verify and the new step revocation.check with the earlier traces.",
		Predict: lab.WhichDoors(0, "Sessions are in the database and revocation is on. Which doors will ask the database on every request?", lab.Called, asksDatabase),
		Why:     "The session door reads the session there. The token door reads the revocation list, so it too has a lookup on every request.",
		Acts: []lab.Act{
			lab.ChangeSettings("Use the database, ES256 and revocation", `{"store": "database", "alg": "ES256", "revocation": "on"}`), lab.LogInAtBothDoors, lab.CallBothDoors,
		},
		Hints: []string{
			"Which step has to leave the process, and which one computes?",
			"Set store to database, alg to ES256 and revocation to on. Log in at both doors again, then call both.",
			"Press “Use the database, ES256 and revocation”, “Log in at both doors”, then “Call both doors”.",
		},
		Done: lab.Each(
			lab.All(lab.Called("session"), lab.Allowed, lab.StoreIs(settings.StoreDatabase)),
			lab.All(lab.Called("token"), lab.Allowed, lab.AlgIs(settings.AlgES256), lab.RevocationIs(settings.RevocationOn)),
		),
	}
}

// asksDatabase tells whether a door read the database for these calls, by the settings that they met.
func asksDatabase(calls lab.History) bool {
	last := calls[len(calls)-1]
	if lab.Called("session")(last) {
		return lab.StoreIs(settings.StoreDatabase)(last)
	}
	return lab.RevocationIs(settings.RevocationOn)(last)
}

func measure() lab.Task {
	return lab.Task{
		Title: "Measure everything",
		Do:    "One request proves little: the next might take twice as long. Measure every store and every algorithm many times on separate servers, and lookups among up to 100,000 users. It takes about ten seconds, and the plots and tables fill while it runs.",
		Acts:  []lab.Act{{Label: "Measure", Script: "measure", Shell: measureInShell}},
		Hints: []string{
			"What would you compare so that one slow moment of the machine does not decide the result?",
			"POST /api/experiments/cost starts the experiment, and GET reports its progress. In a terminal, twodoors experiment cost prints the same figures.",
			"Press “Measure” and wait for the plots.",
		},
		Done: lab.Each(lab.All(lab.To("POST", "/api/experiments/cost"), lab.By(lab.Experiment))),
	}
}

// measureInShell starts the experiment and waits for its end, also while it waits in the queue.
const measureInShell = `curl -s -H "Seat: $SEAT" -X POST "$SITE/api/experiments/cost"
for i in $(seq 900); do curl -s -H "Seat: $SEAT" "$SITE/api/experiments/cost" | grep -qE '"state": *"(done|failed)"' && break; sleep 1; done
curl -s -H "Seat: $SEAT" "$SITE/api/experiments/cost" | head -c 1000`
