package lab

import (
	"net/http"
	"time"

	"twodoors/web/trace"
)

// Variables of this lab.
const (
	forgedVariable = "FORGED" // the last token that was forged
	weakVariable   = "WEAK"   // a token that a weak secret signed
	fixedVariable  = "FIXED"  // a session id that somebody chose
)

// Forgery asks whether one can write one's own ticket.
func Forgery() *Lab {
	return &Lab{
		Name: "forgery", Title: "Write your own ticket", Question: "Can you write your own ticket?",
		Opening: "A token is text in your hands, and you can write into it what you like. A session id is a number, and you can guess. Forge your own token in every way that has worked somewhere, show each to the door, and see which step refuses it, and which mistake would have let it in.",
		Needs:   `{"servers": 1, "balance": "sticky", "alg": "ES256", "keys": "shared", "access_lifetime": "1h", "refresh_lifetime": "24h", "revocation": "off"}`,
		Tasks:   []Task{changeWriting(), chooseKey(), changePlace(), crackSecret(), guessAndPlant()},
		Lessons: []Lesson{
			{"Who verifies decides the algorithm, by the key that it belongs to. What the header says only has to agree.", "RFC 8725, section 3.1", "https://www.rfc-editor.org/rfc/rfc8725#section-3.1"},
			{"Everything in a header comes from whoever sent it: jwk, jku and kid choose a key among those you have, or none.", "RFC 8725, section 3.10", "https://www.rfc-editor.org/rfc/rfc8725#section-3.10"},
			{"What is drawn at random cannot be guessed: 128 random bits for a session id, 256 for a secret, and never a word.", "OWASP Session Management Cheat Sheet, Session ID Entropy; RFC 7518, section 3.2", "https://www.rfc-editor.org/rfc/rfc7518#section-3.2"},
		},
		Practice: "Use a library that is looked after, and tell it the algorithm, the keys, the issuer, the audience and the type that you expect; then send it the forgeries of this lab. Draw secrets and ids from the system's random source. Give out a new session id at every login.",
		Routes: func(labs *Labs) map[string]http.HandlerFunc {
			f := &forger{labs: labs}
			return within(labs, "forgery", map[string]http.HandlerFunc{
				"POST /api/labs/forgery/forge": f.forge,
				"POST /api/labs/forgery/weak":  f.weakToken,
				"POST /api/labs/forgery/crack": f.crack,
				"POST /api/labs/forgery/guess": f.guess,
				"POST /api/labs/forgery/fixed": f.fixed,
			})
		},
	}
}

// send is the act that forges a token from a variable and shows it to the door.
func (f forgery) send(from string) Act {
	return Act{Label: f.label, Door: "token", Calls: []Call{
		{Method: "POST", Path: "/api/labs/forgery/forge", Body: `{"token": "$` + from + `", "kind": "` + f.kind + `"}`, Keep: map[string]string{forgedVariable: "forged"}},
		{Path: "/api/token/me", Bearer: forgedVariable},
	}}
}

func sendAll(ways []forgery) (acts []Act) {
	for _, way := range ways {
		acts = append(acts, way.send(Token))
	}
	return acts
}

// met returns what shows that a door refused a forgery at its step: the forgery as
// the lab noted it, and the request that brought it.
func (f forgery) met(h History) []Seen {
	for _, made := range h.Every(To("POST", "/api/labs/forgery/forge"), found(foundForged, "forgery", f.kind)) {
		for _, stop := range f.stopped {
			if sent, ok := h.After(made).First(Me("token"), By(""), shows(made.Credential), RefusedAt(stop)); ok {
				return []Seen{made, sent}
			}
		}
	}
	return nil
}

func allMet(ways []forgery) Check {
	var checks []Check
	for _, way := range ways {
		checks = append(checks, way.met)
	}
	return Both(checks...)
}

func changeWriting() Task {
	return Task{
		Title: "Change what is written",
		Do:    "Log in at the token door: your token says that you are a user. Now write into it that you are an administrator, and try six ways to get around the signature. Each is made before your eyes, shown to the door, and refused. Look at the step that refuses.",
		Acts:  append([]Act{logInAt("token")}, sendAll(writings())...),
		Hints: []string{
			"Header and payload are plain text in base64url. What makes them more than that is the third part.",
			"POST /api/labs/forgery/forge takes your token and a kind, and answers with the forged one. Send it to /api/token/me as bearer token.",
			"Press the seven buttons from left to right: the refusals are at signature.verify, token.decode and algorithm.check.",
		},
		Done: allMet(writings()),
	}
}

func chooseKey() Task {
	return Task{
		Title: "Choose the key yourself",
		Do:    "A signature that you make yourself is right, for your own key. The door only has to take your key for the site's. The header has several members that talk about keys; a careless verifier listens to them.",
		Acts:  sendAll(keyChoices()),
		Hints: []string{
			"Who is to say by which key a token is verified: who sends it, or who checks it?",
			"The kinds are public-key, jwk, jku, kid-path and kid-sql. The first needs a site with a public key, so the lab has chosen ES256.",
			"Press the five buttons from left to right: the refusals are at key.select and signature.verify, and at algorithm.check if the site has no key for HS256.",
		},
		Done: allMet(keyChoices()),
	}
}

func changePlace() Task {
	expired, audience, refresh := places()[0], places()[1], places()[2]
	late := expired.send(Token)
	late.Label = "Log in, wait, and show the expired one"
	first := tokenLogin
	late.Calls[0].Wait = 3 * time.Second
	late.Calls = append([]Call{{Method: "PATCH", Path: "/api/settings", Body: `{"access_lifetime": "2s"}`}, first}, late.Calls...)
	again := Act{Label: "Let tokens live for an hour, and log in", Door: "token", Calls: []Call{
		{Method: "PATCH", Path: "/api/settings", Body: `{"access_lifetime": "1h"}`}, loginWithRefresh}}
	return Task{
		Title: "Show it in the wrong place",
		Do:    "Not everything that the site has signed opens this door now. Show a token whose time is over, one for somebody else, and the refresh token, which is no access token although the site made it.",
		Acts:  []Act{late, again, audience.send(Token), refresh.send(refreshVariable)},
		Hints: []string{
			"Besides the signature a token says until when it is good, and for whom.",
			"Let access tokens live for two seconds, log in, wait for three, and use the kind expired. For the kind refresh, log in with \"refresh_in\": \"body\" and send the refresh token.",
			"Press the four buttons from left to right: the refusals are at claims.check, signature.verify and token.decode.",
		},
		Done: allMet(places()),
	}
}

func crackSecret() Task {
	cracking := Act{Calls: []Call{{Method: "POST", Path: "/api/labs/forgery/crack", Body: `{"token": "$` + weakVariable + `"}`}}}
	return Task{
		Title: "Crack a weak secret",
		Do:    "Another site signs by HS256, with a word and a number for a secret. You have one of its tokens, so you can try secrets at home until the signature fits: nobody notices, and nobody slows you down. The secret found signs whatever you like.",
		Acts: []Act{
			{Label: "Get a token of that site", Door: "token", Calls: []Call{{Method: "POST", Path: "/api/labs/forgery/weak", Keep: map[string]string{weakVariable: "weak"}}}},
			{Label: "Crack its secret", Door: "token", Script: "crack", Shell: cracking.Command()},
		},
		Hints: []string{
			"What do you need to check whether a guessed secret is the right one?",
			"POST /api/labs/forgery/weak gives a token. POST /api/labs/forgery/crack tries a list of words with numbers, and says how fast it is.",
			"Press the two buttons from left to right, and wait a second or two.",
		},
		Done: func(h History) []Seen {
			if s, ok := h.First(To("POST", "/api/labs/forgery/crack"), found(foundCracked)); ok {
				return []Seen{s}
			}
			return nil
		},
	}
}

// plantInShell sends a session id of one's own choosing along with a login.
const plantInShell = `FIXED=$(head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=\n')
curl -s -b "$JAR" -c "$JAR" -H "Seat: $SEAT" -X POST "$SITE/api/session/logout"
curl -s -H "Seat: $SEAT" -H "Cookie: session=$FIXED" "$SITE/api/session/me"
curl -s -c "$JAR" -H "Seat: $SEAT" -H "Cookie: session=$FIXED" -X POST -H 'Content-Type: application/json' -d '{"username": "ada", "password": "lovelace"}' "$SITE/api/session/login"`

func guessAndPlant() Task {
	return Task{
		Title: "Guess a session, or plant one",
		Do:    "A session id cannot be forged, as there is nothing to sign; it can be guessed. Guess for a second and a half, as fast as the site answers. Then do without guessing: choose an id, plant it in the visitor's browser before they log in, and use it afterwards. This works where a login keeps the id that came with it.",
		Acts: []Act{
			{Label: "Guess session ids", Door: "session", Calls: []Call{{Method: "POST", Path: "/api/labs/forgery/guess"}}},
			{Label: "Plant an id, and log in with it", Door: "session", Script: "plant", Shell: plantInShell},
			{Label: "Let whoever planted it use it", Door: "session", Calls: []Call{{Method: "POST", Path: "/api/labs/forgery/fixed", Body: `{"id": "$FIXED"}`}}},
			call("session"),
		},
		Hints: []string{
			"How many ids are there, and how many are good at this moment? And what if the thief need not guess, because they chose?",
			"POST /api/labs/forgery/guess measures. To plant an id, send a cookie session of your own choosing with the login; then POST /api/labs/forgery/fixed with the same id.",
			"Press the four buttons from left to right: the planted id is refused at session.find before the login and after it, and your new one is let in.",
		},
		Done: func(h History) []Seen {
			guessed, ok := h.First(To("POST", "/api/labs/forgery/guess"), found(foundGuessed))
			if !ok {
				return nil
			}
			for _, planted := range h.Every(Me("session"), By(""), RefusedAt(trace.SessionFind)) {
				login, in := h.After(planted).First(Login("session"), By(""))
				if !in {
					continue
				}
				useless, refused := h.After(login).First(Me("session"), By(thiefName), RefusedAt(trace.SessionFind), shows(planted.Credential))
				own, fresh := h.After(login).First(Me("session"), By(""), Allowed)
				if refused && fresh {
					return []Seen{guessed, planted, login, useless, own}
				}
			}
			return nil
		},
	}
}
