package lab

import "fmt"

// Acts that many labs have.

var (
	ada = `{"username": "ada", "password": "lovelace"}`

	logInAtBothDoors = Act{Label: "Log in at both doors", Calls: []Call{sessionLogin, tokenLogin}}
	callBothDoors    = Act{Label: "Call the protected page through both", Calls: []Call{me("session"), me("token")}}

	sessionLogin = Call{Method: "POST", Path: "/api/session/login", Body: ada}
	tokenLogin   = Call{Method: "POST", Path: "/api/token/login", Body: ada, Keep: map[string]string{Token: "access_token"}}
)

func me(door string) Call {
	if door == "token" {
		return Call{Path: "/api/token/me", Bearer: Token}
	}
	return Call{Path: "/api/session/me"}
}

func logInAt(door string) Act {
	if door == "token" {
		return Act{Label: "Log in at the token door", Door: door, Calls: []Call{tokenLogin}}
	}
	return Act{Label: "Log in at the session door", Door: door, Calls: []Call{sessionLogin}}
}

func logInAndCall(door string) Act {
	in := logInAt(door)
	return Act{Label: in.Label + ", and call", Door: door, Calls: append(in.Calls, me(door))}
}

func call(door string) Act {
	return Act{Label: "Call the protected page", Door: door, Calls: []Call{me(door)}}
}

func logOutAt(door string) Act {
	out := Call{Method: "POST", Path: "/api/" + door + "/logout"}
	if door == "token" {
		out.Bearer = Token
	}
	return Act{Label: "Log out", Door: door, Calls: []Call{out}}
}

func crashServer(n int) Act {
	return Act{Label: fmt.Sprintf("Crash server %d", n), Calls: []Call{{Method: "POST", Path: fmt.Sprintf("/api/servers/%d/crash?wait=1", n)}}}
}

func restartServer(n int) Act {
	return Act{Label: fmt.Sprintf("Restart server %d", n), Calls: []Call{{Method: "POST", Path: fmt.Sprintf("/api/servers/%d/restart?wait=1", n)}}}
}

func choose(label, settings string) Act {
	return Act{Label: label, Calls: []Call{{Method: "PATCH", Path: "/api/settings", Body: settings}}}
}
