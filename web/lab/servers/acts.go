package servers

import "twodoors/web/lab"

// Acts of this lab.
var (
	thrice                = lab.Call{Path: "/api/session/me", Times: 3}
	callThrice            = lab.Act{Label: "Call three times", Door: "session", Calls: []lab.Call{thrice}}
	callThriceThroughBoth = lab.Act{Label: "Call both doors three times", Calls: []lab.Call{thrice, {Path: "/api/token/me", Bearer: lab.Token, Times: 3}}}

	nextServer = lab.Call{Method: "POST", Path: "/api/labs/servers/elsewhere"}
	keepCopy   = lab.Call{Method: "POST", Path: "/api/labs/servers/copy"}

	elsewhere    = lab.Act{Label: "Switch to another server and call", Calls: []lab.Call{nextServer, lab.ProtectedPage("session")}}
	logInAndCopy = lab.Act{Label: "Log in and copy the cookie", Door: "session", Calls: []lab.Call{lab.SessionLogin, keepCopy}}
	comeBack     = lab.Act{Label: "Call all three with the copied cookie", Door: "session", Calls: []lab.Call{
		{Method: "POST", Path: "/api/labs/servers/back"},
		nextServer, lab.ProtectedPage("session"), nextServer, lab.ProtectedPage("session"), nextServer, lab.ProtectedPage("session"),
	}}
	stopMyServer = lab.Act{Label: "Copy the cookie and stop your server", Calls: []lab.Call{
		{Path: "/api/session/me", Keep: map[string]string{"SERVER": "server"}}, keepCopy,
		{Method: "POST", Path: "/api/servers/$SERVER/stop?wait=1"},
	}}
	startMyServer = lab.Act{Label: "Start that server again", Calls: []lab.Call{{Method: "POST", Path: "/api/servers/$SERVER/start?wait=1"}}}
)
