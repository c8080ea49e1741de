package storage

import "twodoors/web/lab"

// sameSite is the variable with the practice cookie's SameSite: a terminal has to do what a browser does.
const sameSite = "SAME"

func keepIn(place, script string) lab.Act {
	told := lab.Act{Calls: []lab.Call{lab.TokenLogin, {Method: "POST", Path: "/api/labs/storage/place", Body: `{"place": "` + place + `"}`}}}
	return lab.Act{Label: "Log in and keep the token in " + place, Door: "token", Script: script, Shell: "PLACE=" + place + "\n" + told.Command()}
}

func practiceCookie(label, httpOnly, same string) lab.Act {
	return lab.Act{Label: label, Door: "session", Calls: []lab.Call{{Method: "POST", Path: "/api/labs/storage/cookie",
		Body: `{"http_only": ` + httpOnly + `, "same_site": "` + same + `"}`, Keep: map[string]string{sameSite: "same_site"}}}}
}

// ticketInShell gets the ticket with which a terminal plays a browser.
const ticketInShell = `ANSWER=$(curl -s -H "Seat: $SEAT" -X POST "$SITE/api/labs/storage/ticket")
TICKET=$(echo "$ANSWER" | sed -n 's/.*"ticket": *"\([^"]*\)".*/\1/p'); FOREIGN=$(echo "$ANSWER" | sed -n 's/.*"foreign": *"\([^"]*\)".*/\1/p')
`

var (
	inject = lab.Act{Label: "Inject a script", Script: "inject", Shell: ticketInShell + `curl -s -G -H "Seat: $SEAT" -H 'Sec-Fetch-Site: same-origin' --data-urlencode "ticket=$TICKET" --data-urlencode 'say=<script>alert(document.cookie)</script>' "$SITE/labs/storage/hole"
# A terminal runs no script. These lines read what a script could: the stored token, and cookies without HttpOnly.
BEGINS=$(printf %.6s "$TOKEN"); COOKIE=$(awk '!/^#/ && $6 == "practice" {print "practice=" substr($7, 1, 6)}' "$JAR")
case "$PLACE" in localStorage|sessionStorage) GOT="\"$PLACE\": \"$BEGINS\", ";; *) GOT=;; esac
curl -s -H "Seat: $SEAT" -H 'Content-Type: application/json' -d "{$GOT\"cookie\": \"$COOKIE\"}" "$SITE/api/labs/storage/caught"`}

	openForeignSite = lab.Act{Label: "Open the foreign site", Script: "foreign", Shell: ticketInShell + `curl -s "$FOREIGN/labs/storage/foreign?ticket=$TICKET" > /dev/null
# A browser decides by SameSite which requests carry a cookie; here this line does.
case "$SAME" in none) ALONG=$JAR;; *) ALONG=/dev/null;; esac; case "$SAME" in none|lax) LINK=$JAR;; *) LINK=/dev/null;; esac
curl -s -b "$ALONG" -H 'Sec-Fetch-Site: cross-site' -H 'Sec-Fetch-Mode: no-cors' -H 'Sec-Fetch-Dest: image' "$SITE/labs/storage/arrived?by=load&ticket=$TICKET"
curl -s -b "$ALONG" -H 'Sec-Fetch-Site: cross-site' -H 'Sec-Fetch-Mode: no-cors' -H "Origin: $FOREIGN" -d hello "$SITE/labs/storage/arrived?by=post&ticket=$TICKET"
curl -s -b "$ALONG" -H 'Sec-Fetch-Site: cross-site' -H 'Sec-Fetch-Mode: navigate' -H 'Sec-Fetch-Dest: iframe' -D - "$SITE/labs/storage/arrived?by=frame&ticket=$TICKET"
curl -s -H 'Content-Type: application/json' -d '{"load": false, "post": false, "frame": false}' "$FOREIGN/api/labs/storage/saw?ticket=$TICKET"
curl -s -b "$LINK" -H 'Sec-Fetch-Site: cross-site' -H 'Sec-Fetch-Mode: navigate' -H 'Sec-Fetch-Dest: document' "$SITE/labs/storage/arrived?by=visit&ticket=$TICKET"`}
)
