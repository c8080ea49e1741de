package lab

import (
	"twodoors/web/settings"
)

// Cost asks what each request costs, at either door.
func Cost() *Lab {
	return &Lab{
		Name: "cost", Title: "What it costs", Question: "What does each request cost?",
		Opening: "A session asks a store at every request. A token brings what the server needs, and is larger for it. Both are paid for: in microseconds, in bytes over the wire and in bytes kept. Nothing here is an estimate unless it says so: it is measured on this machine while you watch.",
		Needs:   `{"servers": 1, "store": "memory", "alg": "HS256", "keys": "shared", "revocation": "off"}`,
		Tasks: []Task{{
			Title: "One request at each door",
			Do:    "Log in at both doors and call the protected page through both. Open the two traces: each step says how long it took, and each request how many bytes it had.",
			Acts:  []Act{logInAtBothDoors, callBothDoors},
			Hints: []string{
				"What does a server do at a request to find out who you are, at each of the doors?",
				"Call /api/session/me with the cookie and /api/token/me with the token. Their traces are in the inspector.",
				"Press the two buttons from left to right.",
			},
			Done: Each(All(Me("session"), Allowed, StoreIs(settings.StoreMemory)), All(Me("token"), Allowed, revocationIs(settings.RevocationOff))),
		}, {
			Title: "Pay for more",
			Do:    "Keep sessions in the database, sign with a key pair, and have each token looked up in the list of revoked ones. Log in and call again. Compare session.find, signature.verify and the new step revocation.check with the traces before.",
			Acts: []Act{
				choose("Database, ES256 and a list", `{"store": "sqlite", "alg": "ES256", "revocation": "on"}`), logInAtBothDoors, callBothDoors,
			},
			Hints: []string{
				"Which step has to leave the process, and which one does arithmetic?",
				"Set store to sqlite, alg to ES256 and revocation to on. Log in at both doors again, and call both.",
				"Press the three buttons from left to right.",
			},
			Done: Each(All(Me("session"), Allowed, StoreIs(settings.StoreSQLite)), All(Me("token"), Allowed, algIs(settings.AlgES256), revocationIs(settings.RevocationOn))),
		}, {
			Title: "Measure all of them",
			Do:    "One request says little: the next may take twice as long. Have each store and each algorithm asked many times on servers of its own, and a database filled with up to a hundred thousand users. The plots and the tables above fill as it goes. It takes some ten seconds.",
			Acts:  []Act{{Label: "Measure", Script: "measure", Shell: measureInShell}},
			Hints: []string{
				"What would you compare so that one slow moment of the machine does not decide?",
				"POST /api/experiments/cost starts it, GET tells how far it is. In a terminal of your own, twodoors experiment cost prints the same figures.",
				"Press “Measure” and wait for the plots.",
			},
			Done: Each(All(To("POST", "/api/experiments/cost"), By(ExperimentName))),
		}},
		Lessons: []Lesson{
			{"A session is short on the wire, and the server keeps and finds the rest; a token carries the rest with every request.", "OWASP Session Management Cheat Sheet, Session ID Content", "https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html#session-id-content-or-value"},
			{"The algorithm decides what checking a token costs: an HMAC is a hash of a few hundred bytes, a public key is arithmetic with large numbers.", "RFC 7518, sections 3.2 to 3.4", "https://www.rfc-editor.org/rfc/rfc7518#section-3"},
			{"A list that is asked at every request brings the store back, and with it what the token had saved.", "RFC 7009, section 3", "https://www.rfc-editor.org/rfc/rfc7009#section-3"},
		},
		Practice: "Measure your own site before you choose by speed. At most sites the check is far below the time of one page, and the honest reasons to choose are others: who has to be able to end a login at once, and who has to check it without asking. Keep tokens small: they travel with every request.",
	}
}

// measureInShell starts the experiment, as soon as no other is running, and waits for
// its end.
const measureInShell = `for i in $(seq 60); do curl -s -H "Seat: $SEAT" -X POST "$SITE/api/experiments/cost" | grep -q '"state"' && break; sleep 1; done
for i in $(seq 60); do curl -s -H "Seat: $SEAT" "$SITE/api/experiments/cost" | grep -qE '"state": *"(done|failed)"' && break; sleep 1; done
curl -s -H "Seat: $SEAT" "$SITE/api/experiments/cost" | head -c 1000`
