package lab

import (
	"slices"

	"twodoors/web/settings"
	"twodoors/web/trace"
)

// Servers asks what several servers make of a session that each keeps for itself.
func Servers() *Lab {
	return &Lab{
		Name: "servers", Title: "More than one server", Question: "Why does it work only every third time?",
		Opening: "Three servers stand behind one address, and each keeps its sessions in its own memory. Whoever answers you has to be the one that remembers you. See what it takes to make sure of that, what happens when that server dies, and what a server still believes that was only passed over.",
		Needs:   `{"servers": 3, "balance": "round-robin", "store": "memory", "alg": "HS256", "keys": "shared", "revocation": "off"}`,
		Routes:  copies,
		Tasks: []Task{{
			Title: "Ask three servers in turn",
			Do:    "The front sends each request to the next server. Log in at both doors and call the protected page three times through each. One server of three finds your session; every server can verify your token.",
			Acts:  []Act{logInAtBothDoors, callThriceThroughBoth},
			Hints: []string{
				"Which servers saw you log in, and which of them need to have seen it?",
				"After one login at each door call /api/session/me and /api/token/me three times, and look at the server that answered.",
				"Press the two buttons from left to right: the session is let in by the server that made it and refused at session.find by the others, the token is let in everywhere.",
			},
			Done: Both(byTurns, tokenAnywhere(3)),
		}, {
			Title: "Stay with one server",
			Do:    "Make the balancing sticky: a cookie remembers which server a browser was sent to, and the front sends it there again. It lets nobody in. Log in and call three times.",
			Acts:  []Act{choose("Make it sticky", `{"balance": "sticky"}`), logInAt("session"), callThrice},
			Hints: []string{
				"If only one server remembers you, it has to be the one that is asked.",
				"PATCH /api/settings with balance sticky, log in, and call three times: all answers come from one server.",
				"Press the three buttons from left to right.",
			},
			Done: stayed,
		}, {
			Title: "Lose that server",
			Do:    "Keep a copy of your cookie and stop your server. Another one takes over, which does not know you: log in again. Then start the first, take the copy out and ask all three. It is the same server by its number and has your old cookie before it, but its memory is new: the session ended with the process.",
			Acts:  []Act{stopMyServer, call("session"), logInAt("session"), startMyServer, comeBack},
			Hints: []string{
				"Sticky says where to go, not what is kept there.",
				"Stop the server that answers you, call, log in at the one that answers now, start the first again, and ask it with the cookie from before.",
				"Press the five buttons from left to right: session.find refuses at the server that took over, and then at the first one, which was started once more.",
			},
			Done: diedAndCameBack,
		}, {
			Title: "Be forgotten by the wrong server",
			Do:    "A server can also be passed over without dying: a cable, a balancer that starts anew, a sticky cookie that is lost. Log in, keep a copy of the cookie, be sent to another server, and log out there. It answers 204, and has nothing to forget. Then take the copy out and ask all three: the first server comes back with an old memory, in which you never logged out.",
			Acts:  []Act{logInAndCopy, elsewhere, logOutAt("session"), comeBack},
			Hints: []string{
				"Who was told that you logged out?",
				"Log in at one server, log out at another, and show the cookie from before to the first. Your sticky cookie names the server; POST /api/labs/servers/elsewhere names the next one.",
				"Press the four buttons from left to right: a server lets in whom another has logged out.",
			},
			Done: remembered,
		}, {
			Title: "Keep sessions where all servers look",
			Do:    "Keep the sessions in SQLite, which all three servers read, and let the servers take turns again. Log in, call three times, log out, and try the copy once more. Every server knows you, and then none does.",
			Acts:  []Act{choose("Share the sessions and take turns", `{"store": "sqlite", "balance": "round-robin"}`), logInAndCopy, callThrice, logOutAt("session"), comeBack},
			Hints: []string{
				"Both mistakes had one reason: each server kept what concerned all.",
				"PATCH /api/settings with store sqlite and balance round-robin. Log in after that, as sessions do not move.",
				"Press the five buttons from left to right: let in by every server, and after logging out refused by every server.",
			},
			Done: shared,
		}},
		Lessons: []Lesson{
			{"A session that one server keeps is known to that server alone: either every request goes there, or all servers share a store.", "RFC 9110, section 3.3 (each request stands alone)", "https://www.rfc-editor.org/rfc/rfc9110#section-3.3"},
			{"Logging out counts when every server that could let you in has forgotten you.", "OWASP ASVS 5.0, V7.4.1", "https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x16-V7-Session-Management.md"},
			{"A token brings what is needed to check it, so any server with the key can answer.", "RFC 7519, section 7.2", "https://www.rfc-editor.org/rfc/rfc7519#section-7.2"},
		},
		Practice: "Share the store as soon as there is a second server; sticky balancing then only saves time. Where memory is all there is, log out everywhere: raise a number in the account, with which each session is compared, as this site does for {\"everywhere\": true}.",
	}
}

// Acts of this lab.
var (
	thrice                = Call{Path: "/api/session/me", Times: 3}
	callThrice            = Act{Label: "Call the protected page three times", Door: "session", Calls: []Call{thrice}}
	callThriceThroughBoth = Act{Label: "Call three times through both", Calls: []Call{thrice, {Path: "/api/token/me", Bearer: Token, Times: 3}}}

	nextServer = Call{Method: "POST", Path: "/api/labs/servers/elsewhere"}
	keepCopy   = Call{Method: "POST", Path: "/api/labs/servers/copy"}

	elsewhere    = Act{Label: "Be sent to another server, and call", Calls: []Call{nextServer, me("session")}}
	logInAndCopy = Act{Label: "Log in and keep a copy of the cookie", Door: "session", Calls: []Call{sessionLogin, keepCopy}}
	comeBack     = Act{Label: "Ask all three with the copy", Door: "session", Calls: []Call{
		{Method: "POST", Path: "/api/labs/servers/back"},
		nextServer, me("session"), nextServer, me("session"), nextServer, me("session"),
	}}
	stopMyServer = Act{Label: "Keep a copy of the cookie, and stop your server", Calls: []Call{
		{Path: "/api/session/me", Keep: map[string]string{"SERVER": "server"}}, keepCopy,
		{Method: "POST", Path: "/api/servers/$SERVER/stop?wait=1"},
	}}
	startMyServer = Act{Label: "Start it again", Calls: []Call{{Method: "POST", Path: "/api/servers/$SERVER/start?wait=1"}}}
)

var (
	meAllowed  = All(Me("session"), Allowed)
	meUnknown  = All(Me("session"), RefusedAt(trace.SessionFind))
	loggedOut  = All(To("POST", "/api/session/logout"), Allowed)
	inMemory   = StoreIs(settings.StoreMemory)
	roundRobin = When(func(c Circumstances) bool { return c.Balance == settings.BalanceRoundRobin })
	sticky     = When(func(c Circumstances) bool { return c.Balance == settings.BalanceSticky })
)

// with holds for requests that carry the same credential as another.
func with(other Seen) Is {
	return func(s Seen) bool { return s.Credential != "" && s.Credential == other.Credential }
}

func at(server int) Is { return func(s Seen) bool { return s.Server == server } }

// byTurns is passed when a session was let in by one server and refused by another.
func byTurns(h History) []Seen {
	for _, let := range h.Every(meAllowed, inMemory, roundRobin) {
		if refused, ok := h.First(meUnknown, inMemory, with(let), Not(at(let.Server))); ok {
			return []Seen{let, refused}
		}
	}
	return nil
}

// tokenAnywhere is passed when so many calls with the same token were let in, and not
// all by one server.
func tokenAnywhere(calls int) Check {
	return func(h History) []Seen {
		for _, one := range h.Every(Me("token"), Allowed) {
			same := h.Every(Me("token"), Allowed, with(one))
			if len(same) >= calls && apart(same) {
				return same[:calls]
			}
		}
		return nil
	}
}

// stayed is passed when the server of a login answered the next three calls.
func stayed(h History) []Seen {
	for _, login := range h.Every(Login("session"), sticky, inMemory) {
		calls := h.After(login).Every(Me("session"))
		if len(calls) >= 3 && len(calls[:3].Every(Allowed, sticky, at(login.Server))) == 3 {
			return append([]Seen{login}, calls[:3]...)
		}
	}
	return nil
}

// diedAndCameBack is passed when a session was refused by the server that took over,
// and later by all, of which the one that had made it was started again in between.
func diedAndCameBack(h History) []Seen {
	for _, before := range h.Every(meAllowed, inMemory) {
		tookOver := InTurn(
			All(meUnknown, with(before), Not(at(before.Server))),
			All(Login("session"), Not(at(before.Server))))(h.After(before))
		if tookOver == nil {
			continue
		}
		asked := h.After(tookOver[1]).Every(meUnknown, with(before))
		_, cameBack := asked.First(at(before.Server), func(s Seen) bool { return s.Start > before.Start })
		if cameBack && len(asked) >= 3 {
			return append(append([]Seen{before}, tookOver...), asked...)
		}
	}
	return nil
}

// remembered is passed when somebody whom one server had logged out asked three times
// and was let in by another.
func remembered(h History) []Seen {
	for _, out := range h.Every(loggedOut, inMemory) {
		asked := h.After(out).Every(Me("session"), with(out))
		if _, let := asked.First(Allowed, Not(at(out.Server))); let && len(asked) >= 3 {
			return append([]Seen{out}, asked...)
		}
	}
	return nil
}

// shared is passed when several servers let a session in, and after it was logged out
// several refused it.
func shared(h History) []Seen {
	for _, out := range h.Every(loggedOut, Not(inMemory)) {
		after := h.After(out)
		let := h[:len(h)-len(after)].Every(meAllowed, with(out))
		refused := after.Every(meUnknown, with(out))
		if apart(let) && apart(refused) && len(refused) >= 3 {
			return append(append(let, out), refused...)
		}
	}
	return nil
}

// apart reports whether not all were answered by the same server.
func apart(h History) bool {
	return slices.ContainsFunc(h, func(s Seen) bool { return s.Server != h[0].Server })
}
