package views

import (
	"strconv"
	"strings"

	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// standing is what a door's last answer said about somebody.
type standing int

const (
	unknown   standing = iota // nobody asked
	undecided                 // the door could not tell
	inside                    // let in
	outside                   // refused
	departed                  // logged out
)

// standingOf tells from a request how its sender stands with the door.
func standingOf(t *trace.Trace) standing {
	switch {
	case t == nil:
		return unknown
	case t.Outcome == trace.Failed:
		return undecided
	case t.Outcome == trace.Denied:
		return outside
	case strings.HasSuffix(t.Path, "/logout"):
		return departed
	}
	return inside
}

// sessionSays tells in a sentence what the session door last said.
func sessionSays(d HomeData) string {
	brought := d.SessionCookie != ""
	switch t := d.SessionMe; standingOf(t) {
	case inside:
		if brought {
			return t.User + " is logged in."
		}
		return t.User + " was logged in. Your browser has no session cookie any more."
	case outside:
		if t.Reason == trace.SessionFind {
			return Upper(tell.Server(t)) + " does not know you any more."
		}
		return refusedBecause(t)
	case undecided:
		return refusedBecause(t)
	case departed:
		return "You are logged out."
	}
	if brought {
		return "Your browser has a session cookie. Call the protected page to see what it opens."
	}
	return "Nobody is logged in at this door."
}

// tokenSays is sessionSays for the other door. Whether the browser has a token
// is known to its script only.
func tokenSays(t *trace.Trace) string {
	switch standingOf(t) {
	case inside:
		return t.User + " is logged in."
	case outside, undecided:
		return refusedBecause(t)
	case departed:
		return "You are logged out."
	}
	return "Nobody is logged in at this door."
}

func refusedBecause(t *trace.Trace) string {
	return Upper(tell.Because(t)) + "."
}

// keeping is what a server keeps about somebody, and where.
type keeping struct{ What, Where string }

// sessionKept tells what the server keeps, from the step that looked or wrote.
func sessionKept(d HomeData) keeping {
	t := d.SessionMe
	switch standingOf(t) {
	case inside:
		return keeping{"your session", "whose it is, since when, last used when; in " + storeOf(t) + process(t)}
	case departed:
		return keeping{"nothing any more", "the session was destroyed" + process(t)}
	case undecided:
		return keeping{"nobody can tell now", "the request failed before the session was looked up"}
	case outside:
		if t.Credential != nil && t.Reason == trace.SessionFind {
			return keeping{"nothing under this number", "looked in " + storeOf(t) + process(t)}
		}
	}
	return keeping{"nothing yet", "after a login: a session"}
}

// tokenKept is what is kept behind the token door: never anything about you.
func tokenKept(t *trace.Trace) keeping {
	key := "a key to sign with"
	if t != nil {
		for _, name := range []trace.Name{trace.KeySelect, trace.TokenSign} {
			if step := t.Find(name); step != nil && step.OK {
				key = "key " + step.Facts.Get("kid").String()
			}
		}
	}
	return keeping{"nothing of this token", key + ", the same for everybody, and a hash of the refresh token"}
}

// storeOf is where a step looked for a session, or put it.
func storeOf(t *trace.Trace) string {
	for _, name := range []trace.Name{trace.SessionFind, trace.SessionCreate} {
		if step := t.Find(name); step != nil {
			return inPlace(step.Where, t.Server)
		}
	}
	return "the store"
}

// inPlace is a store's name as it follows the word "in".
func inPlace(where string, server int) string {
	if where == trace.MemoryOf(server) {
		return "the " + where
	}
	return where
}

func process(t *trace.Trace) string {
	if t.PID == 0 {
		return ""
	}
	return ", pid " + strconv.Itoa(t.PID)
}

// Upper makes a sentence of what follows a colon elsewhere.
func Upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

var standingNames = map[standing]string{unknown: "unknown", undecided: "undecided", inside: "inside", outside: "outside", departed: "departed"}
