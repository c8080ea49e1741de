package store

import (
	"time"

	"twodoors/web/lab"
	"twodoors/web/trace"
)

func askBothServers() lab.Task {
	return lab.Task{
		Title: "Log in and ask both servers",
		Do:    "Log in at both doors and call the protected page twice through each. The servers take turns and both find your session, as both look in Redis.",
		Acts:  []lab.Act{lab.LogInAtBothDoors, callTwiceThroughBoth},
		Hints: []string{
			"Where do the servers look for your session?",
			"After one login at each door call /api/session/me and /api/token/me twice: server 1 answers, and server 2.",
			"Press the two buttons from left to right.",
		},
		Done: lab.Both(inRedis, lab.TokenAnywhere(2)),
	}
}

func takeRedisAway() lab.Task {
	return lab.Task{
		Title: "Take Redis away",
		Do:    "End the process of Redis and call both doors. The session door answers 503: it cannot tell whether you are logged in, so it lets nobody in and does not send you away either. The token door needs a key and no store, and goes on as before.",
		Acts:  []lab.Act{takeStoreAway, lab.CallBothDoors},
		Hints: []string{
			"What does each door look up to let you in?",
			"POST /api/store/stop takes away the Redis that the front runs. Then call /api/session/me and /api/token/me with what you have.",
			"Press the two buttons from left to right: the session door fails at session.find with 503, the token is let in.",
		},
		Done: lab.Each(
			lab.All(lab.Called("session"), away, lab.Failed, lab.RefusedAt(trace.SessionFind)),
			lab.All(lab.Called("token"), away, lab.Allowed),
		),
	}
}

func logInWithoutRedis() lab.Task {
	return lab.Task{
		Title: "Do what a careless site would ask",
		Do:    "A careless site takes no answer for a no and says: 401, please log in. Do so. Your password is right and still nobody gets in, as the new session cannot be kept either. Whoever believed the 401 has thrown a cookie away that may have been good, and types a password for nothing.",
		Acts:  []lab.Act{lab.LogIn("session"), lab.CallProtectedPage("token")},
		Hints: []string{
			"What would a login have to write, and where?",
			"While Redis is away, POST /api/session/login with the right password, and call the protected page through the token door.",
			"Press the two buttons from left to right: the login passes password.check and fails at session.create with 503.",
		},
		Done: lab.InTurn(
			lab.All(lab.To("POST", "/api/session/login"), away, lab.Failed, lab.RefusedAt(trace.SessionCreate)),
			lab.All(lab.Called("token"), away, lab.Allowed),
		),
	}
}

func bringRedisBack() lab.Task {
	return lab.Task{
		Title: "Bring it back",
		Do:    "Start Redis again, give the servers two seconds to notice, and call both. Now 401 is the truth: this Redis kept everything in its memory, so it comes back empty and the session is gone for good. The token never noticed. Log in at the session door, and all is as it was.",
		Acts:  []lab.Act{bringStoreBack, callBothLater, lab.LogIn("session"), lab.CallProtectedPage("session")},
		Hints: []string{
			"Redis is a process as well. Where does it keep what it was given?",
			"POST /api/store/start, wait for two seconds, call both doors with what you have from before, then log in at the session door and call again.",
			"Press the four buttons from left to right: 401 at session.find, the token is let in, and after logging in the session is.",
		},
		Done: cameBackEmpty,
	}
}

// Acts of this lab.
var (
	callTwiceThroughBoth = lab.Act{Label: "Call twice through both", Calls: []lab.Call{{Path: "/api/session/me", Times: 2}, {Path: "/api/token/me", Bearer: lab.Token, Times: 2}}}
	takeStoreAway        = lab.Act{Label: "Take Redis away", Calls: []lab.Call{{Method: "POST", Path: "/api/store/stop"}}}
	bringStoreBack       = lab.Act{Label: "Bring Redis back", Calls: []lab.Call{{Method: "POST", Path: "/api/store/start"}}}
	callBothLater        = lab.Act{Label: "Wait two seconds and call both", Calls: []lab.Call{{Path: "/api/session/me", Wait: 2 * time.Second}, lab.ProtectedPage("token")}}
)
