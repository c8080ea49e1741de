package theft

import "twodoors/web/lab"

var (
	beCopied  = lab.Act{Label: "Let a thief copy your credentials", Calls: []lab.Call{{Method: "POST", Path: "/api/labs/theft/steal", Bearer: lab.Token}}}
	thiefNow  = lab.Act{Label: "Have the thief call now", Calls: []lab.Call{{Method: "POST", Path: "/api/labs/theft/try"}}}
	thiefAway = lab.Act{Label: "Send the thief away", Calls: []lab.Call{{Method: "POST", Path: "/api/labs/theft/stop"}}}
)

// tableInShell starts the experiment and waits for its end, also while it waits in the queue.
const tableInShell = `curl -s -H "Seat: $SEAT" -X POST "$SITE/api/experiments/steal"
for i in $(seq 900); do curl -s -H "Seat: $SEAT" "$SITE/api/experiments/steal" | grep -qE '"state": *"(done|failed)"' && break; sleep 1; done
curl -s -H "Seat: $SEAT" "$SITE/api/experiments/steal" | head -c 1000`
