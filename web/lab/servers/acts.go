package servers

import "twodoors/web/lab"

// Acts of this lab.
var (
	thrice                = lab.Call{Path: "/api/session/me", Times: 3}
	callThrice            = lab.Act{Label: "Call the protected page three times", Door: "session", Calls: []lab.Call{thrice}}
	callThriceThroughBoth = lab.Act{Label: "Call three times through both", Calls: []lab.Call{thrice, {Path: "/api/token/me", Bearer: lab.Token, Times: 3}}}

	nextServer = lab.Call{Method: "POST", Path: "/api/labs/servers/elsewhere"}
	keepCopy   = lab.Call{Method: "POST", Path: "/api/labs/servers/copy"}

	elsewhere    = lab.Act{Label: "Be sent to another server, and call", Calls: []lab.Call{nextServer, lab.ProtectedPage("session")}}
	logInAndCopy = lab.Act{Label: "Log in and keep a copy of the cookie", Door: "session", Calls: []lab.Call{lab.SessionLogin, keepCopy}}
	comeBack     = lab.Act{Label: "Ask all three with the copy", Door: "session", Calls: []lab.Call{
		{Method: "POST", Path: "/api/labs/servers/back"},
		nextServer, lab.ProtectedPage("session"), nextServer, lab.ProtectedPage("session"), nextServer, lab.ProtectedPage("session"),
	}}
	stopMyServer = lab.Act{Label: "Keep a copy of the cookie, and stop your server", Calls: []lab.Call{
		{Path: "/api/session/me", Keep: map[string]string{"SERVER": "server"}}, keepCopy,
		{Method: "POST", Path: "/api/servers/$SERVER/stop?wait=1"},
	}}
	startMyServer = lab.Act{Label: "Start it again", Calls: []lab.Call{{Method: "POST", Path: "/api/servers/$SERVER/start?wait=1"}}}
)
