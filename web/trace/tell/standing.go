package tell

import (
	"strconv"
	"strings"

	"twodoors/web/trace"
)

// Standing is how somebody stands with a door, by the door's last answer.
type Standing string

// What a door's last answer says of whoever asked.
const (
	Unknown   Standing = "unknown"   // nobody asked
	Undecided Standing = "undecided" // the door could not tell
	Inside    Standing = "inside"    // let in
	Outside   Standing = "outside"   // refused
	Departed  Standing = "departed"  // logged out
)

// StandingOf reads from a request how its sender stands with the door. Without a
// request nobody asked.
func StandingOf(t *trace.Trace) Standing {
	switch {
	case t == nil:
		return Unknown
	case t.Outcome == trace.Failed:
		return Undecided
	case t.Outcome == trace.Denied:
		return Outside
	case strings.HasSuffix(t.Path, "/logout"):
		return Departed
	}
	return Inside
}

// StillIn says whether whoever sent a request is still logged in, and why.
func StillIn(t *trace.Trace) (answer, why string) {
	switch StandingOf(t) {
	case Unknown:
		return "not asked", "No call of the protected page is on record here."
	case Inside:
		return "yes", "as " + t.User + ", by " + Server(t) + process(t)
	case Outside:
		return "no", because(t)
	}
	return "cannot tell", because(t)
}

// SessionSays is what the session door last said. Whether the browser brought a session
// cookie now may have changed since.
func SessionSays(t *trace.Trace, brought bool) string {
	switch StandingOf(t) {
	case Inside:
		if brought {
			return t.User + " is logged in."
		}
		return t.User + " was logged in. Your browser has no session cookie any more."
	case Outside:
		if t.Reason == trace.SessionFind {
			return Upper(Server(t)) + " does not know you any more."
		}
		return because(t)
	case Undecided:
		return because(t)
	case Departed:
		return "You are logged out."
	}
	if brought {
		return "Your browser has a session cookie. Call the protected page to see what it opens."
	}
	return "Nobody is logged in at this door."
}

// TokenSays is what the token door last said. Whether the browser has a token is known
// to its script only.
func TokenSays(t *trace.Trace) string {
	switch StandingOf(t) {
	case Inside:
		return t.User + " is logged in."
	case Outside, Undecided:
		return because(t)
	case Departed:
		return "You are logged out."
	}
	return "Nobody is logged in at this door."
}

// because is Because as a sentence.
func because(t *trace.Trace) string { return Upper(Because(t)) + "." }

func process(t *trace.Trace) string {
	if t.PID == 0 {
		return ""
	}
	return ", pid " + strconv.Itoa(t.PID)
}
