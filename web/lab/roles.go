package lab

import "twodoors/web/trace"

// Roles asks what is left of a role that was taken away.
func Roles() *Lab {
	return &Lab{
		Name: "roles", Title: "What you may do", Question: "You are logged in. Does that mean you may?",
		Opening: "To authenticate is to learn who somebody is, to authorize is to decide what they may do. There is a page for administrators behind each door. You make an account without that role, an administrator gives it the role and takes it away again, and each door learns of it in its own time.",
		Tasks: []Task{{
			Title: "Come as nobody",
			Do:    "Call the page for administrators without a session and without a token. Both doors answer 401: they do not know who you are. What you may do is not even asked.",
			Acts:  []Act{{Label: "Log out and call the page for administrators", Calls: []Call{{Method: "POST", Path: "/api/session/logout"}, {Path: "/api/session/admin"}, {Path: "/api/token/admin"}}}},
			Hints: []string{
				"Which of the two questions comes first: who you are, or what you may do?",
				"Log out at the session door, and send the token door no token. The pages are /api/session/admin and /api/token/admin.",
				"Press “Log out and call the page for administrators”: the doors refuse at cookie.read and at bearer.read.",
			},
			Done: Each(All(forAdmins("session"), RefusedAt(trace.CookieRead)), All(forAdmins("token"), RefusedAt(trace.BearerRead))),
		}, {
			Title: "Come as somebody",
			Do:    "Make an account, log in at both doors and call the page again. Now both answer 403: they know you, and the role user is not enough. Logging in once more changes nothing.",
			Acts:  []Act{makeClerk, callForAdmins},
			Hints: []string{
				"Every new account has the role user. The page asks for another one.",
				"Log in at both doors with an account of your own, then call /api/session/admin and /api/token/admin. If you are let in, the account is an administrator from the last time: have grace dismiss it, with the first button of task 4.",
				"Press the two buttons from left to right: both doors refuse at role.check.",
			},
			Done: Both(InTurn(Login("session"), All(forAdmins("session"), noRole)), InTurn(Login("token"), All(forAdmins("token"), noRole))),
		}, {
			Title: "Be appointed",
			Do:    "The administrator grace gives your account the role. The session door lets you in at the next request: it reads the account each time. The token door refuses: your token says user, as it did when it was signed. Refresh it, and it says admin.",
			Acts:  []Act{appoint("Have grace appoint you", "admin"), callForAdmins, refreshAndCall},
			Hints: []string{
				"Where does each door read your role: in a table, or in what you bring?",
				"Grace logs in at the token door with a token of her own, so that yours stay as they are, and posts to /api/account/role. Call both pages before you refresh.",
				"Press the three buttons from left to right: session 200, token 403, and 200 after refreshing.",
			},
			Done: appointed,
		}, {
			Title: "Be dismissed",
			Do:    "Grace takes the role away. The session door knows at the next request. Your token still says admin, its signature is good, and you are let in. Then try to use it to appoint yourself: what cannot be taken back asks the table and not the token.",
			Acts:  []Act{appoint("Have grace dismiss you", "user"), callForAdmins, appointYourself},
			Hints: []string{
				"Nobody told the token. Who could?",
				"After the dismissal call /api/session/admin and /api/token/admin without refreshing or logging in, then post to /api/account/role with the token.",
				"Press the three buttons from left to right: session 403, token 200, and the appointment is refused at role.change.",
			},
			Done: dismissed,
		}, {
			Title: "Refresh",
			Do:    "Refresh the token. The server reads the account to sign a new one, which says user. The old one was let in for as long as you kept it, at most until it expired.",
			Acts:  []Act{refreshAndCall},
			Hints: []string{
				"When does the token door look at the account?",
				"POST /api/token/refresh, and call /api/token/admin with the token that it answers.",
				"Press “Refresh the token and call”: the token door refuses at role.check.",
			},
			Done: func(h History) []Seen {
				before := dismissed(h)
				if before == nil {
					return nil
				}
				return InTurn(refreshed, All(forAdmins("token"), noRole))(h.After(before[2]))
			},
		}},
		Lessons: []Lesson{
			{"401 asks who you are; 403 knows who you are and says no.", "RFC 9110, sections 15.5.2 and 15.5.4", "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2"},
			{"A session points at the account; a token holds a copy of it, made when it was signed.", "RFC 9068, section 2.2.3.1", "https://www.rfc-editor.org/rfc/rfc9068#section-2.2.3.1"},
			{"What somebody may do has to change at once; where a token carries it, something else must make up for the delay.", "OWASP ASVS 5.0, V8.3.2", "https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/0x17-V8-Authorization.md"},
		},
		Practice: "Ask at every request, at the server, and answer 403 to who is known and may not. Put a role in a token only if it may be wrong for as long as the token lives, and keep that short. Read the account afresh before anything that cannot be taken back.",
	}
}

// Acts of this lab. Grace's token is kept apart, and her refresh token comes in the
// body, so the browser's cookies stay those of the visitor's own account.
var (
	clerk = `{"username": "$NAME-clerk", "password": "quiet evening"}`

	makeClerk = Act{Label: "Make an account and log in at both doors", Calls: []Call{
		{Method: "POST", Path: "/api/signup", Body: clerk},
		{Method: "POST", Path: "/api/session/login", Body: clerk},
		{Method: "POST", Path: "/api/token/login", Body: clerk, Keep: map[string]string{Token: "access_token"}},
	}}
	callForAdmins = Act{Label: "Call the page for administrators", Calls: []Call{
		{Path: "/api/session/admin"}, {Path: "/api/token/admin", Bearer: Token},
	}}
	refreshAndCall = Act{Label: "Refresh the token and call", Door: "token", Calls: []Call{
		{Method: "POST", Path: "/api/token/refresh", Keep: map[string]string{Token: "access_token"}},
		{Path: "/api/token/admin", Bearer: Token},
	}}
	appointYourself = Act{Label: "Appoint yourself with your token", Door: "token", Calls: []Call{
		{Method: "POST", Path: "/api/account/role", Bearer: Token, Body: `{"username": "$NAME-clerk", "role": "admin"}`},
	}}
)

func appoint(label, role string) Act {
	return Act{Label: label, Calls: []Call{
		{Method: "POST", Path: "/api/token/login", Body: `{"username": "grace", "password": "nanosecond", "refresh_in": "body"}`, Keep: map[string]string{"GRACE": "access_token"}},
		{Method: "POST", Path: "/api/account/role", Bearer: "GRACE", Body: `{"username": "$NAME-clerk", "role": "` + role + `"}`},
	}}
}

func forAdmins(door string) Is { return To("GET", "/api/"+door+"/admin") }

var (
	noRole      = RefusedAt(trace.RoleCheck)
	refreshed   = All(To("POST", "/api/token/refresh"), Allowed)
	roleChanged = All(To("POST", "/api/account/role"), Allowed)
)

// asSelf holds for who was let in and is not the one who appoints.
func asSelf(s Seen) bool { return Allowed(s) && s.User != "grace" }

// appointed is passed when a role was given, and the session door knew it before
// the token was refreshed, the token door after.
var appointed = Both(
	InTurn(roleChanged, All(forAdmins("session"), asSelf)),
	InTurn(roleChanged, All(forAdmins("token"), noRole), refreshed, All(forAdmins("token"), asSelf)))

// dismissed is passed when a role was taken away, and a token from before was let
// in afterwards.
func dismissed(h History) []Seen {
	for _, change := range h.Every(roleChanged) {
		later := h.After(change)
		if _, was := h[:len(h)-len(later)].First(forAdmins("session"), asSelf); !was {
			continue
		}
		refused, known := later.First(forAdmins("session"), noRole)
		still, let := later.First(Any(refreshed, Login("token"), All(forAdmins("token"), asSelf)))
		tried, kept := later.First(RefusedAt(trace.RoleChange))
		if known && let && kept && forAdmins("token")(still) {
			return []Seen{change, refused, still, tried}
		}
	}
	return nil
}
