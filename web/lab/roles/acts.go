package roles

import "twodoors/web/lab"

// Acts of this lab. Grace's access token has its own variable and her refresh token comes in the body, so the
// browser's cookies stay those of the visitor's account.
var (
	clerk = `{"username": "$NAME-clerk", "password": "quiet evening"}`

	createAccount = lab.Act{Label: "Create an account and log in at both doors", Calls: []lab.Call{
		{Method: "POST", Path: "/api/signup", Body: clerk},
		{Method: "POST", Path: "/api/session/login", Body: clerk},
		{Method: "POST", Path: "/api/token/login", Body: clerk, Keep: map[string]string{lab.Token: "access_token"}},
	}}
	callForAdmins = lab.Act{Label: "Call both admin pages", Calls: []lab.Call{
		{Path: "/api/session/admin"}, {Path: "/api/token/admin", Bearer: lab.Token},
	}}
	refreshAndCall = lab.Act{Label: "Refresh the token and call", Door: "token", Calls: []lab.Call{
		{Method: "POST", Path: "/api/token/refresh", Keep: map[string]string{lab.Token: "access_token"}},
		{Path: "/api/token/admin", Bearer: lab.Token},
	}}
	promoteYourself = lab.Act{Label: "Promote yourself with your token", Door: "token", Calls: []lab.Call{
		{Method: "POST", Path: "/api/account/role", Bearer: lab.Token, Body: `{"username": "$NAME-clerk", "role": "admin"}`},
	}}
)

func setRole(label, role string) lab.Act {
	return lab.Act{Label: label, Calls: []lab.Call{
		{Method: "POST", Path: "/api/token/login", Body: `{"username": "grace", "password": "nanosecond", "refresh_in": "body"}`, Keep: map[string]string{"GRACE": "access_token"}},
		{Method: "POST", Path: "/api/account/role", Bearer: "GRACE", Body: `{"username": "$NAME-clerk", "role": "` + role + `"}`},
	}}
}
