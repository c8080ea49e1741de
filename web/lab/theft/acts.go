package theft

import "twodoors/web/lab"

var (
	beCopied  = lab.Act{Label: "Let a thief copy what you carry", Calls: []lab.Call{{Method: "POST", Path: "/api/labs/theft/steal", Bearer: lab.Token}}}
	thiefNow  = lab.Act{Label: "Look what the thief gets now", Calls: []lab.Call{{Method: "POST", Path: "/api/labs/theft/try"}}}
	thiefAway = lab.Act{Label: "Send the thief away", Calls: []lab.Call{{Method: "POST", Path: "/api/labs/theft/stop"}}}
)

// tableInShell starts the experiment, as soon as no other is running, and waits for
// its end.
const tableInShell = `for i in $(seq 60); do curl -s -H "Seat: $SEAT" -X POST "$SITE/api/experiments/steal" | grep -q '"state"' && break; sleep 1; done
for i in $(seq 60); do curl -s -H "Seat: $SEAT" "$SITE/api/experiments/steal" | grep -qE '"state": *"(done|failed)"' && break; sleep 1; done
curl -s -H "Seat: $SEAT" "$SITE/api/experiments/steal" | head -c 1000`
