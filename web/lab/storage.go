package lab

import (
	"crypto/rand"
	"net/http"
)

// sameSite is the variable that holds the practice cookie's SameSite: a terminal has
// to do by itself what a browser does.
const sameSite = "SAME"

// Storage asks who else can reach what the browser keeps.
func Storage() *Lab {
	return &Lab{
		Name: "storage", Title: "What the browser keeps", Question: "Who else can reach it?",
		Opening: "What lets you in lies in your browser, and others come by there: a script that somebody got into a page, and other sites that are open in the next tab. Let both reach for it, a page with a hole and a foreign site, and see what the place and the flags change. The cookie is one for practice and opens nothing; the token is yours.",
		Tasks:   []Task{inLocalStorage(), inOtherPlaces(), inACookie(), fromElsewhere("none"), fromElsewhere("lax")},
		Lessons: []Lesson{
			{"Every script of a page reads all of localStorage and sessionStorage of its site: where one hole is, no token in them is safe.", "OWASP HTML5 Security Cheat Sheet, Local Storage", "https://cheatsheetseries.owasp.org/cheatsheets/HTML5_Security_Cheat_Sheet.html#local-storage"},
			{"HttpOnly keeps a cookie out of a script's hands. It does not keep the script from sending requests, with which the cookie goes along.", "RFC 6265bis, sections 4.1.2.6 and 8.2", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-4.1.2.6"},
			{"SameSite decides which cookies go along with what other sites send. It is the second line; the first is a server that asks where a request comes from.", "RFC 6265bis, section 8.8", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-8.8"},
		},
		Practice: "Let no page run a script that it did not bring itself: escape what people enter, and set a Content-Security-Policy. Keep a session in a cookie with HttpOnly, Secure and SameSite. Keep an access token in memory, let it be short-lived, and put what refreshes it in an HttpOnly cookie. Refuse what changes something and was sent by another site. None of this helps against a script that already runs in your page and acts as the visitor.",
		Routes: func(labs *Labs) map[string]http.HandlerFunc {
			st := &storage{labs: labs}
			rand.Read(st.secret[:])
			return map[string]http.HandlerFunc{
				"POST /api/labs/storage/ticket": st.ticket,
				"POST /api/labs/storage/place":  st.place,
				"POST /api/labs/storage/cookie": st.cookie,
				"POST " + caughtPath:            st.caught,
				"POST /api/labs/storage/saw":    st.saw,
				"GET /labs/storage/hole":        st.hole,
				"GET /labs/storage/foreign":     st.foreign,
				"GET " + Arrival:                st.arrived,
				"POST " + Arrival:               st.arrived,
			}
		},
	}
}

func keepIn(place, script string) Act {
	told := Act{Calls: []Call{tokenLogin, {Method: "POST", Path: "/api/labs/storage/place", Body: `{"place": "` + place + `"}`}}}
	return Act{Label: "Log in, and keep the token in " + place, Door: "token", Script: script, Shell: "PLACE=" + place + "\n" + told.Command()}
}

func practiceCookie(label, httpOnly, same string) Act {
	return Act{Label: label, Door: "session", Calls: []Call{{Method: "POST", Path: "/api/labs/storage/cookie",
		Body: `{"http_only": ` + httpOnly + `, "same_site": "` + same + `"}`, Keep: map[string]string{sameSite: "same_site"}}}}
}

// ticketInShell is what a terminal asks for before it plays a browser.
const ticketInShell = `ANSWER=$(curl -s -H "Seat: $SEAT" -X POST "$SITE/api/labs/storage/ticket")
TICKET=$(echo "$ANSWER" | sed -n 's/.*"ticket": *"\([^"]*\)".*/\1/p'); FOREIGN=$(echo "$ANSWER" | sed -n 's/.*"foreign": *"\([^"]*\)".*/\1/p')
`

var (
	throughTheHole = Act{Label: "Let a script through the hole", Script: "hole", Shell: ticketInShell + `curl -s -G -H "Seat: $SEAT" -H 'Sec-Fetch-Site: same-origin' --data-urlencode "ticket=$TICKET" --data-urlencode 'say=<script>alert(document.cookie)</script>' "$SITE/labs/storage/hole"
# A terminal runs no script. These lines reach for what one could: the place of the token, and cookies without HttpOnly.
BEGINS=$(printf %.6s "$TOKEN"); COOKIE=$(awk '!/^#/ && $6 == "practice" {print "practice=" substr($7, 1, 6)}' "$JAR")
case "$PLACE" in localStorage|sessionStorage) GOT="\"$PLACE\": \"$BEGINS\", ";; *) GOT=;; esac
curl -s -H "Seat: $SEAT" -H 'Content-Type: application/json' -d "{$GOT\"cookie\": \"$COOKIE\"}" "$SITE/api/labs/storage/caught"`}

	toTheForeignSite = Act{Label: "Open the foreign site", Script: "foreign", Shell: ticketInShell + `curl -s "$FOREIGN/labs/storage/foreign?ticket=$TICKET" > /dev/null
# A browser decides by SameSite which cookies go along; here these two lines do.
case "$SAME" in none) ALONG=$JAR;; *) ALONG=/dev/null;; esac; case "$SAME" in none|lax) LINK=$JAR;; *) LINK=/dev/null;; esac
curl -s -b "$ALONG" -H 'Sec-Fetch-Site: cross-site' -H 'Sec-Fetch-Mode: no-cors' -H 'Sec-Fetch-Dest: image' "$SITE/labs/storage/arrived?by=load&ticket=$TICKET"
curl -s -b "$ALONG" -H 'Sec-Fetch-Site: cross-site' -H 'Sec-Fetch-Mode: no-cors' -H "Origin: $FOREIGN" -d hello "$SITE/labs/storage/arrived?by=post&ticket=$TICKET"
curl -s -b "$ALONG" -H 'Sec-Fetch-Site: cross-site' -H 'Sec-Fetch-Mode: navigate' -H 'Sec-Fetch-Dest: iframe' -D - "$SITE/labs/storage/arrived?by=frame&ticket=$TICKET"
curl -s -H 'Content-Type: application/json' -d '{"load": false, "post": false, "frame": false}' "$FOREIGN/api/labs/storage/saw?ticket=$TICKET"
curl -s -b "$LINK" -H 'Sec-Fetch-Site: cross-site' -H 'Sec-Fetch-Mode: navigate' -H 'Sec-Fetch-Dest: document' "$SITE/labs/storage/arrived?by=visit&ticket=$TICKET"`}
)

func inLocalStorage() Task {
	return Task{
		Title: "Keep the token in localStorage",
		Do:    "Log in and keep the token where every page of this site can read it, as many sites do. Then open a page with a hole: it repeats what it is told, and a script comes along. See what the script got. Of what it finds it reports the beginning only, and to this lab.",
		Acts:  []Act{keepIn("localStorage", "keepLocal"), throughTheHole},
		Hints: []string{
			"To whom does localStorage belong: to a page, or to all scripts of all pages of the site?",
			"Keep the token in localStorage and open /labs/storage/hole, with the lab's ticket and a script in say.",
			"Press the two buttons from left to right, and allow the window that opens.",
		},
		Done: InTurn(found(foundPlace, "place", "localStorage"), gave("local", "eyJ")),
	}
}

func inOtherPlaces() Task {
	return Task{
		Title: "Keep it somewhere else",
		Do:    "Try sessionStorage: a window that this tab opens gets a copy of it. Then memory, a variable of this page: a script in another page finds nothing. A script in this very page could still use it, or ask for a token of its own.",
		Acts:  []Act{keepIn("sessionStorage", "keepSession"), throughTheHole, keepIn("memory", "keepMemory"), throughTheHole},
		Hints: []string{
			"What ends with the tab, and what ends with the page?",
			"Keep the token in sessionStorage and let the script through, then in memory and let it through again.",
			"Press the four buttons from left to right: the script gets it from sessionStorage, and from memory nothing.",
		},
		Done: Both(
			InTurn(found(foundPlace, "place", "sessionStorage"), gave("session", "eyJ")),
			InTurn(found(foundPlace, "place", "memory"), found(foundCaught, "local", "", "session", ""))),
	}
}

func inACookie() Task {
	return Task{
		Title: "Keep something in a cookie",
		Do:    "Take a cookie for practice that scripts may read, and let the script through: document.cookie gives it away. Then take one with HttpOnly. The session cookie of this site is always HttpOnly, so it is not in the report either time.",
		Acts: []Act{
			practiceCookie("A cookie without HttpOnly", "false", "lax"), throughTheHole,
			practiceCookie("A cookie with HttpOnly", "true", "lax"), throughTheHole,
		},
		Hints: []string{
			"A cookie says of itself whether scripts may read it.",
			"POST /api/labs/storage/cookie sets the practice cookie with the flags that you choose.",
			"Press the four buttons from left to right: the script gets the first cookie, and of the second nothing.",
		},
		Done: Both(
			InTurn(found(foundCookie, "reach", "scripts"), gave("cookie", practiceName+"=")),
			InTurn(found(foundCookie, "reach", "http_only"), found(foundCaught, "cookie", ""))),
	}
}

func fromElsewhere(same string) Task {
	if same == "none" {
		return Task{
			Title: "Let a foreign site come by",
			Do:    "This machine has two names, and for a browser they are two sites. With SameSite=None the site allows its cookie to go along with everything that the other one sends: a picture that it loads, something that it posts, a frame. Some browsers keep it back all the same, as a cookie of a third party, and some do not even take it without HTTPS; see what yours does. Our server refuses the post in any case, because the browser says where it comes from; a server that goes by the cookie alone would obey.",
			Acts:  []Act{practiceCookie("A cookie with SameSite=None", "true", "none"), toTheForeignSite},
			Hints: []string{
				"Who decides whether a cookie goes along with what another site sends?",
				"Set the practice cookie with same_site none, then open the foreign site: under 127.0.0.1 if you use localhost, and the other way round.",
				"Press the two buttons from left to right, and allow the window that opens.",
			},
			Done: afterCookie("none", came("load"), came("post"), came("frame"), came("visit"), found(foundBrowser, "load", "no", "post", "no", "frame", "no")),
		}
	}
	return Task{
		Title: "Let the cookie stay at home",
		Do:    "With SameSite=Lax, which browsers take when nothing is said, the cookie stays at home when another site loads, posts or frames, and goes along when you follow a link. With SameSite=Strict it stays at home then too: you arrive as a stranger.",
		Acts: []Act{
			practiceCookie("A cookie with SameSite=Lax", "true", "lax"), toTheForeignSite,
			practiceCookie("A cookie with SameSite=Strict", "true", "strict"), toTheForeignSite,
		},
		Hints: []string{
			"Loading, posting and framing happen without you. Following a link you notice.",
			"Set the practice cookie with same_site lax and open the foreign site, then with strict and open it again.",
			"Press the four buttons from left to right.",
		},
		Done: Both(
			afterCookie("lax", along("load", false), along("post", false), along("frame", false), along("visit", true)),
			afterCookie("strict", along("post", false), along("visit", false))),
	}
}

// came holds for a request from the foreign site: whether the cookie came along is up
// to the browser.
func came(by string) Is { return found(foundArrived, "by", by, "fetch_site", "cross-site") }

// along holds for a request from the foreign site with the cookie, or without it.
func along(by string, with bool) Is {
	practice := "without"
	if with {
		practice = "with"
	}
	return All(came(by), found(foundArrived, "practice", practice))
}

// afterCookie is passed when everything happened while the practice cookie was of a
// kind.
func afterCookie(same string, things ...Is) Check {
	return func(h History) []Seen {
		for _, set := range h.Every(found(foundCookie, "same_site", same)) {
			during := h.After(set)
			if next, ok := during.First(found(foundCookie)); ok {
				during = during[:len(during)-len(during.After(next))-1]
			}
			if seen := Each(things...)(during); seen != nil {
				return append([]Seen{set}, seen...)
			}
		}
		return nil
	}
}
