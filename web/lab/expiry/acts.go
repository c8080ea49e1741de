package expiry

import (
	"time"

	"twodoors/web/lab"
)

// next is the variable for the refresh token that one of two tabs got.
const next = "NEXT"

var (
	refreshByCookie = lab.Call{Method: "POST", Path: "/api/token/refresh", Keep: map[string]string{lab.Token: "access_token"}, Wait: 4 * time.Second}

	logInWithRefresh = lab.Act{Label: "Log in and keep the refresh token", Door: "token", Calls: []lab.Call{lab.TokenLoginWithRefresh}}
	raceOfTabs       = lab.Act{Label: "Refresh in two tabs at once", Door: "token", Script: "race", Shell: raceInShell}
)

// raceInShell is two refreshes at once with the same token. NEXT is what one of them got.
const raceInShell = `for tab in 1 2; do curl -s -H "Seat: $SEAT" -X POST -H 'Content-Type: application/json' -d "{\"refresh_token\": \"$REFRESH\"}" "$SITE/api/token/refresh" > "$JAR.$tab" & done; wait; cat "$JAR".[12]
NEXT=$(cat "$JAR".[12] | sed -n 's/.*"refresh_token": *"\([^"]*\)".*/\1/p' | head -n 1)`

func refreshWith(label, variable string) lab.Act {
	return lab.Act{Label: label, Door: "token", Calls: []lab.Call{{Method: "POST", Path: "/api/token/refresh", Body: `{"refresh_token": "$` + variable + `"}`}}}
}

func thiefRefreshes(label, body string) lab.Act {
	return lab.Act{Label: label, Calls: []lab.Call{{Method: "POST", Path: "/api/labs/expiry/thief", Body: body}}}
}
