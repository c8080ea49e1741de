// Package storage is the lab that asks who else can reach what your browser keeps: a script that got into a page
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
	arrivalPath = "/labs/storage/arrived"    // where the foreign site's requests come
)

// Lab returns the lab.
func Lab() *lab.Lab {
	return &lab.Lab{
		Name: name, Title: "What the browser keeps", Question: "Who else can reach it?",
		Minutes: 10, Requires: "this machine, as localhost or 127.0.0.1",
		Opening: "What lets you in lies in your browser, and others come by there: a script that somebody got into a page, and other sites that are open in the next tab. Let both reach for it, a page with a hole and a foreign site, and see what the place and the flags change. The cookie is one for practice and opens nothing; the token is yours.",
		Tasks:   []lab.Task{inLocalStorage(), inOtherPlaces(), inACookie(), visitedByAForeignSite(), keptBack()},
		Lessons: []lab.Lesson{
			{Says: "Every script of a page reads all of localStorage and sessionStorage of its site: where one hole is, no token in them is safe.", Source: "OWASP HTML5 Security Cheat Sheet, Local Storage", Link: "https://cheatsheetseries.owasp.org/cheatsheets/HTML5_Security_Cheat_Sheet.html#local-storage"},
			{Says: "HttpOnly keeps a cookie out of a script's hands. It does not keep the script from sending requests, with which the cookie goes along.", Source: "RFC 6265bis, sections 4.1.2.6 and 8.2", Link: "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-4.1.2.6"},
			{Says: "SameSite decides which cookies go along with what other sites send. It is the second line; the first is a server that asks where a request comes from.", Source: "RFC 6265bis, section 8.8", Link: "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-8.8"},
		},
		Practice: "Let no page run a script that it did not bring itself: escape what people enter, and set a Content-Security-Policy. Keep a session in a cookie with HttpOnly, Secure and SameSite. Keep an access token in memory, let it be short-lived, and put what refreshes it in an HttpOnly cookie. Refuse what changes something and was sent by another site. None of this helps against a script that already runs in your page and acts as the visitor.",
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
			maps.Copy(routes, map[string]http.HandlerFunc{ // with a ticket, as a foreign site brings no seat
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
