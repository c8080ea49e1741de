package roles

import "twodoors/web/lab"

// Acts of this lab. Grace's token is kept apart, and her refresh token comes in the
// body, so the browser's cookies stay those of the visitor's own account.
var (
	clerk = `{"username": "$NAME-clerk", "password": "quiet evening"}`

	makeClerk = lab.Act{Label: "Make an account and log in at both doors", Calls: []lab.Call{
		{Method: "POST", Path: "/api/signup", Body: clerk},
		{Method: "POST", Path: "/api/session/login", Body: clerk},
		{Method: "POST", Path: "/api/token/login", Body: clerk, Keep: map[string]string{lab.Token: "access_token"}},
	}}
	callForAdmins = lab.Act{Label: "Call the page for administrators", Calls: []lab.Call{
		{Path: "/api/session/admin"}, {Path: "/api/token/admin", Bearer: lab.Token},
	}}
	refreshAndCall = lab.Act{Label: "Refresh the token and call", Door: "token", Calls: []lab.Call{
		{Method: "POST", Path: "/api/token/refresh", Keep: map[string]string{lab.Token: "access_token"}},
		{Path: "/api/token/admin", Bearer: lab.Token},
	}}
	appointYourself = lab.Act{Label: "Appoint yourself with your token", Door: "token", Calls: []lab.Call{
		{Method: "POST", Path: "/api/account/role", Bearer: lab.Token, Body: `{"username": "$NAME-clerk", "role": "admin"}`},
	}}
)

func appoint(label, role string) lab.Act {
	return lab.Act{Label: label, Calls: []lab.Call{
		{Method: "POST", Path: "/api/token/login", Body: `{"username": "grace", "password": "nanosecond", "refresh_in": "body"}`, Keep: map[string]string{"GRACE": "access_token"}},
		{Method: "POST", Path: "/api/account/role", Bearer: "GRACE", Body: `{"username": "$NAME-clerk", "role": "` + role + `"}`},
	}}
}
