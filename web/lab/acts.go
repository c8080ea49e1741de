package lab

import "fmt"

// ada is the demo account that most labs log in with.
const ada = `{"username": "ada", "password": "lovelace"}`

// Calls that log in. TokenLogin keeps the access token, TokenLoginWithRefresh also the refresh token: it has that
// sent in the body, because no script can read the cookie.
var (
	SessionLogin          = Call{Method: "POST", Path: "/api/session/login", Body: ada}
	TokenLogin            = Call{Method: "POST", Path: "/api/token/login", Body: ada, Keep: map[string]string{Token: "access_token"}}
	TokenLoginWithRefresh = Call{Method: "POST", Path: "/api/token/login", Body: `{"username": "ada", "password": "lovelace", "refresh_in": "body"}`,
		Keep: map[string]string{Token: "access_token", Refresh: "refresh_token"}}
)

// Acts at both doors, with which several labs begin.
var (
	LogInAtBothDoors = Act{Label: "Log in at both doors", Calls: []Call{SessionLogin, TokenLogin}}
	CallBothDoors    = Act{Label: "Call both doors", Calls: []Call{ProtectedPage("session"), ProtectedPage("token")}}
)

// ProtectedPage calls the protected page of a door.
func ProtectedPage(door string) Call {
	if door == "token" {
		return Call{Path: "/api/token/me", Bearer: Token}
	}
	return Call{Path: "/api/session/me"}
}

// LogIn logs in at a door.
func LogIn(door string) Act {
	if door == "token" {
		return Act{Label: "Log in at the token door", Door: door, Calls: []Call{TokenLogin}}
	}
	return Act{Label: "Log in at the session door", Door: door, Calls: []Call{SessionLogin}}
}

// LogInAndCall logs in at a door and calls its protected page.
func LogInAndCall(door string) Act {
	login := LogIn(door)
	return Act{Label: login.Label + " and call", Door: door, Calls: append(login.Calls, ProtectedPage(door))}
}

// CallProtectedPage calls the protected page of a door.
func CallProtectedPage(door string) Act {
	return Act{Label: "Call the protected page", Door: door, Calls: []Call{ProtectedPage(door)}}
}

// LogOut logs out at a door.
func LogOut(door string) Act {
	logout := Call{Method: "POST", Path: "/api/" + door + "/logout"}
	if door == "token" {
		logout.Bearer = Token
	}
	return Act{Label: "Log out", Door: door, Calls: []Call{logout}}
}

// CrashServer kills the process of a server and waits until a new one runs.
func CrashServer(n int) Act {
	return Act{Label: fmt.Sprintf("Crash server %d", n), Calls: []Call{{
		Method: "POST", Path: fmt.Sprintf("/api/servers/%d/crash?wait=1", n),
	}}}
}

// RestartServer ends the process of a server and waits until a new one runs.
func RestartServer(n int) Act {
	return Act{Label: fmt.Sprintf("Restart server %d", n), Calls: []Call{{
		Method: "POST", Path: fmt.Sprintf("/api/servers/%d/restart?wait=1", n),
	}}}
}

// ChangeSettings changes the settings to those that a JSON object names.
func ChangeSettings(label, settings string) Act {
	return Act{Label: label, Calls: []Call{{Method: "PATCH", Path: "/api/settings", Body: settings}}}
}
