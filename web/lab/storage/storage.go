// Package storage is the lab that asks who else can reach what your browser stores: a script injected into a page
// (hole.go), and another site (foreign.go). The tasks are in tasks.go, what shows that each was done is in checks.go.
// The cookie is one for practice and opens nothing.
package storage

import (
	"crypto/rand"
	"maps"
	"net/http"

	"twodoors/web/lab"
)

// name is the lab's name in paths.
const name = "storage"

const (
	reportPath  = "/api/labs/storage/caught" // what a script got
	arrivalPath = "/labs/storage/arrived"    // where the foreign site's requests go
)

// Lab returns the lab.
func Lab() *lab.Lab {
	return &lab.Lab{
		Name: name, Title: "Storage in the browser", Question: "Who else can reach what your browser stores?",
		Minutes: 10, Requires: "this machine, as localhost or 127.0.0.1",
		Opening: "Your credentials are stored in your browser, where others can try to get at them: a script injected into a page, and a site open in another tab. Let both try, on a vulnerable page and on a foreign site, and see what the storage place and the cookie's attributes change. The practice cookie opens nothing; the token is your real one.",
		Tasks:   []lab.Task{inLocalStorage(), inOtherPlaces(), inACookie(), visitedByAForeignSite(), keptBack()},
		Lessons: []lab.Lesson{
			{Says: "Every script on a page can read all of its site's localStorage and sessionStorage. A single injection exposes every token in them.", Source: "OWASP HTML5 Security Cheat Sheet, Local Storage", Link: "https://cheatsheetseries.owasp.org/cheatsheets/HTML5_Security_Cheat_Sheet.html#local-storage"},
			{Says: "HttpOnly stops scripts from reading a cookie. It does not stop a script from sending requests, and the browser adds the cookie to them.", Source: "RFC 6265bis, sections 4.1.2.6 and 8.2", Link: "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-4.1.2.6"},
			{Says: "SameSite limits which requests from other sites carry a cookie. It is the second line of defence; the first is a server that checks where a request comes from.", Source: "RFC 6265bis, section 8.8", Link: "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-8.8"},
		},
		Practice: "Run no scripts but your own: escape all user input, and set a Content-Security-Policy. Keep a session ID in a cookie with HttpOnly, Secure and SameSite. Keep an access token in memory, make it short-lived, and put the refresh token in an HttpOnly cookie. Refuse requests from other sites that change anything. None of this helps against a script that already runs in your page and acts as the user.",
		Routes: func(labs *lab.Labs) map[string]http.HandlerFunc {
			st := &storage{labs: labs}
			rand.Read(st.secret[:])
			routes := labs.OnlyIn(name, map[string]http.HandlerFunc{
				"POST /api/labs/storage/ticket": st.ticket,
				"POST /api/labs/storage/place":  st.keptIn,
				"POST /api/labs/storage/cookie": st.cookie,
				"GET /labs/storage/hole":        st.hole,
				"POST " + reportPath:            st.report,
			})
			maps.Copy(routes, map[string]http.HandlerFunc{ // with a ticket, because a foreign site sends no seat
				"GET /labs/storage/foreign":  st.foreign,
				"POST /api/labs/storage/saw": st.browserReport,
				"GET " + arrivalPath:         st.arrive,
				"POST " + arrivalPath:        st.arrive,
			})
			return routes
		},
		CrossSite: arrivalPath,
	}
}
