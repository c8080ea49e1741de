package lab

import (
	"net/http"
	"time"

	"twodoors/web/settings"
	"twodoors/web/trace"
)

// Store asks what becomes of everybody when the store is gone that all servers share.
func Store() *Lab {
	return &Lab{
		Name: "store", Title: "The one thing that all share", Question: "What if the one thing that all servers share is gone?",
		Opening: "Two servers keep their sessions in one Redis, so either of them can answer you. Take Redis away and bring it back. Read what each door answers, and what a careless site would have answered: not to know whether somebody is logged in is not the same as to know that they are not.",
		Needs:   `{"servers": 2, "balance": "round-robin", "store": "redis", "alg": "HS256", "keys": "shared", "revocation": "off"}`,
		Tasks: []Task{{
			Title: "Log in and ask both servers",
			Do:    "Log in at both doors and call the protected page twice through each. The servers take turns and both find your session, as both look in Redis.",
			Acts:  []Act{logInAtBothDoors, callTwiceThroughBoth},
			Hints: []string{
				"Where do the servers look for your session?",
				"After one login at each door call /api/session/me and /api/token/me twice: server 1 answers, and server 2.",
				"Press the two buttons from left to right.",
			},
			Done: Both(inRedis, tokenAnywhere(2)),
		}, {
			Title: "Take Redis away",
			Do:    "End the process of Redis and call both doors. The session door answers 503: it cannot tell whether you are logged in, so it lets nobody in and does not send you away either. The token door needs a key and no store, and goes on as before.",
			Acts:  []Act{takeStoreAway, callBothDoors},
			Hints: []string{
				"What does each door look up to let you in?",
				"POST /api/store/stop takes away the Redis that the front runs. Then call /api/session/me and /api/token/me with what you have.",
				"Press the two buttons from left to right: the session door fails at session.find with 503, the token is let in.",
			},
			Done: Each(All(Me("session"), away, Failed, RefusedAt(trace.SessionFind)), All(Me("token"), away, Allowed)),
		}, {
			Title: "Do what a careless site would ask",
			Do:    "A careless site takes no answer for a no and says: 401, please log in. Do so. Your password is right and still nobody gets in, as the new session cannot be kept either. Whoever believed the 401 has thrown a cookie away that may have been good, and types a password for nothing.",
			Acts:  []Act{logInAt("session"), call("token")},
			Hints: []string{
				"What would a login have to write, and where?",
				"While Redis is away, POST /api/session/login with the right password, and call the protected page through the token door.",
				"Press the two buttons from left to right: the login passes password.check and fails at session.create with 503.",
			},
			Done: InTurn(All(To("POST", "/api/session/login"), away, Failed, RefusedAt(trace.SessionCreate)), All(Me("token"), away, Allowed)),
		}, {
			Title: "Bring it back",
			Do:    "Start Redis again, give the servers two seconds to notice, and call both. Now 401 is the truth: this Redis kept everything in its memory, so it comes back empty and the session is gone for good. The token never noticed. Log in at the session door, and all is as it was.",
			Acts:  []Act{bringStoreBack, callBothLater, logInAt("session"), call("session")},
			Hints: []string{
				"Redis is a process as well. Where does it keep what it was given?",
				"POST /api/store/start, wait for two seconds, call both doors with what you have from before, then log in at the session door and call again.",
				"Press the four buttons from left to right: 401 at session.find, the token is let in, and after logging in the session is.",
			},
			Done: cameBackEmpty,
		}},
		Lessons: []Lesson{
			{"What all servers share, all servers miss: what happens without it has to be decided before it happens.", "OWASP ASVS 5.0, V16.5.2", "https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x25-V16-Security-Logging-and-Error-Handling.md"},
			{"503 says that the server cannot answer for now; 401 says that the credential is missing or no good.", "RFC 9110, sections 15.6.4 and 15.5.2", "https://www.rfc-editor.org/rfc/rfc9110#section-15.6.4"},
			{"Who cannot be checked is not let in.", "OWASP ASVS 5.0, V16.5.3", "https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x25-V16-Security-Logging-and-Error-Handling.md"},
		},
		Practice: "Keep a second copy of the store that can take over, and have it write to disk if nobody is to be logged out by a restart. Tell “the store said no” from “the store said nothing” in the code, answer the second with 503 and Retry-After, and leave the visitor's cookie alone. Try it before your users do.",
	}
}

// Acts of this lab.
var (
	callTwiceThroughBoth = Act{Label: "Call twice through both", Calls: []Call{{Path: "/api/session/me", Times: 2}, {Path: "/api/token/me", Bearer: Token, Times: 2}}}
	takeStoreAway        = Act{Label: "Take Redis away", Calls: []Call{{Method: "POST", Path: "/api/store/stop"}}}
	bringStoreBack       = Act{Label: "Bring Redis back", Calls: []Call{{Method: "POST", Path: "/api/store/start"}}}
	callBothLater        = Act{Label: "Wait two seconds and call both", Calls: []Call{{Path: "/api/session/me", Wait: 2 * time.Second}, me("token")}}
)

func away(s Seen) bool { return s.Settings.StoreAway }

var redisThere = All(StoreIs(settings.StoreRedis), Not(away))

// inRedis is passed when two servers let the same session in, from one Redis.
func inRedis(h History) []Seen {
	for _, one := range h.Every(Me("session"), Allowed, redisThere) {
		if other, ok := h.First(Me("session"), Allowed, redisThere, with(one), Not(at(one.Server))); ok {
			return []Seen{one, other}
		}
	}
	return nil
}

// cameBackEmpty is passed when a session that had been let in could not be looked up, and
// is unknown to the Redis that came back, while the token is let in, and a new login is kept.
func cameBackEmpty(h History) []Seen {
	for _, unsure := range h.Every(Me("session"), away, Failed) {
		later := h.After(unsure)
		if _, was := h.First(Me("session"), redisThere, Allowed, with(unsure)); !was {
			continue
		}
		gone := InTurn(
			All(Me("session"), redisThere, RefusedAt(trace.SessionFind), Not(Failed), with(unsure)),
			All(Login("session"), redisThere),
			All(Me("session"), redisThere, Allowed))(later)
		token, ok := later.First(Me("token"), redisThere, Allowed)
		if gone != nil && ok {
			return append([]Seen{unsure, token}, gone...)
		}
	}
	return nil
}

// CarelessAnswer is what a careless site would have answered where this one did what
// was seen, and its mistake in a sentence, none when it would have answered the same.
// It decides about nothing but what stands on the lab's page.
func CarelessAnswer(s Seen) (status int, mistake string) {
	switch {
	case s.Reason == trace.SessionFind && Failed(s):
		return http.StatusUnauthorized, "Careless is: to take “the store does not answer” for “the store has no such session”."
	case s.Reason == trace.SessionCreate && Failed(s):
		return http.StatusOK, "Careless is: not to look whether the store has taken a new session. The cookie that it sends opens nothing."
	}
	return s.Status, ""
}
