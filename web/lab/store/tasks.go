package store

import (
	"time"

	"twodoors/web/lab"
	"twodoors/web/trace"
)

func askBothServers() lab.Task {
	return lab.Task{
		Title: "Log in and call both servers",
		Do:    "Log in at both doors and call the protected page twice through each. The servers take turns, and both find your session because both look in Redis.",
		Acts:  []lab.Act{lab.LogInAtBothDoors, callTwiceThroughBoth},
		Hints: []string{
			"Where do the servers look for your session?",
			"Log in once at each door, then call /api/session/me and /api/token/me twice each. Server 1 answers, then server 2.",
			"Press “Log in at both doors”, then “Call both doors twice”.",
		},
		Done: lab.Both(inRedis, lab.TokenAnywhere(2)),
	}
}

func stopRedis() lab.Task {
	return lab.Task{
		Title:   "Stop Redis",
		Do:      "Stop the Redis process and call both doors.",
		Predict: whatSessionDoorSays(0),
		Why:     "The session door answers 503: it cannot tell whether you are logged in, so it neither lets you in nor asks you to log in. The token door needs a key but no store, and carries on.",
		Acts:    []lab.Act{stopStore, lab.CallBothDoors},
		Hints: []string{
			"What does each door look up before it lets you in?",
			"POST /api/store/stop stops the Redis that the front runs. Then call /api/session/me and /api/token/me with the credentials you have.",
			"Press “Stop Redis”, then “Call both doors”. The session door fails at session.find with 503; the token is allowed.",
		},
		Done: lab.Each(
			lab.All(lab.Called("session"), away, lab.Failed, lab.RefusedAt(trace.SessionFind)),
			lab.All(lab.Called("token"), away, lab.Allowed),
		),
	}
}

func logInWithoutRedis() lab.Task {
	return lab.Task{
		Title: "Log in without a store",
		Do:    "A careless site treats a missing answer as a “no” and says: 401, please log in. Do that. Your password is right, but the login fails too, because the new session cannot be stored. A user who believed that 401 has thrown away a cookie that may still be valid, and typed a password for nothing.",
		Acts:  []lab.Act{lab.LogIn("session"), lab.CallProtectedPage("token")},
		Hints: []string{
			"What does a login have to write, and where?",
			"While Redis is down, POST /api/session/login with the right password, then call the protected page through the token door.",
			"Press “Log in at the session door”, then “Call the protected page”. The login passes password.check and fails at session.create with 503.",
		},
		Done: lab.InTurn(
			lab.All(lab.To("POST", "/api/session/login"), away, lab.Failed, lab.RefusedAt(trace.SessionCreate)),
			lab.All(lab.Called("token"), away, lab.Allowed),
		),
	}
}

func startRedis() lab.Task {
	return lab.Task{
		Title:   "Start Redis again",
		Do:      "Start Redis, give the servers two seconds to notice, and call both doors. Then log in at the session door, and everything works again.",
		Predict: lab.YesOrNo(0, "Redis is starting again. Will the session door find your session?", "Yes, Redis is back", "No, the session is gone", foundAgain),
		Why:     "Now 401 is the truth: this Redis kept everything in memory, so it started empty and your session is gone for good. The token was never affected.",
		Acts:    []lab.Act{startStore, callBothLater, lab.LogIn("session"), lab.CallProtectedPage("session")},
		Hints: []string{
			"Redis is a process too. Where does it keep its data?",
			"POST /api/store/start, wait for two seconds and call both doors with your earlier credentials. Then log in at the session door and call again.",
			"Press “Start Redis”, “Wait two seconds and call both doors”, “Log in at the session door”, then “Call the protected page”. The session is refused with 401 at session.find and the token is allowed; after the login the session is allowed too.",
		},
		Done: cameBackEmpty,
	}
}

// Acts of this lab.
var (
	callTwiceThroughBoth = lab.Act{Label: "Call both doors twice", Calls: []lab.Call{{Path: "/api/session/me", Times: 2}, {Path: "/api/token/me", Bearer: lab.Token, Times: 2}}}
	stopStore            = lab.Act{Label: "Stop Redis", Calls: []lab.Call{{Method: "POST", Path: "/api/store/stop"}}}
	startStore           = lab.Act{Label: "Start Redis", Calls: []lab.Call{{Method: "POST", Path: "/api/store/start"}}}
	callBothLater        = lab.Act{Label: "Wait two seconds and call both doors", Calls: []lab.Call{{Path: "/api/session/me", Wait: 2 * time.Second}, lab.ProtectedPage("token")}}
)
