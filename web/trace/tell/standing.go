package tell

import (
	"strconv"
	"strings"

	"twodoors/web/trace"
)

// Standing is whether a visitor is logged in at a door, going by the door's last response.
type Standing string

// What a door's last response says about the visitor who asked.
const (
	Unknown   Standing = "unknown"   // nobody asked
	Undecided Standing = "undecided" // the door could not tell
	Inside    Standing = "inside"    // allowed
	Outside   Standing = "outside"   // refused
	Departed  Standing = "departed"  // logged out
)

// StandingOf reads from a request whether its sender is logged in at the door. It is Unknown
// without a request.
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

// StillIn says whether the visitor who sent a request is still logged in, and why.
func StillIn(t *trace.Trace) (answer, why string) {
	switch StandingOf(t) {
	case Unknown:
		return "not asked", "No call of the protected page is on record here."
	case Inside:
		return "yes", "as " + t.User + " (" + Server(t) + process(t) + ")"
	case Outside:
		return "no", because(t)
	}
	return "cannot tell", because(t)
}

// because is Because as a sentence.
func because(t *trace.Trace) string { return Upper(Because(t)) + "." }

func process(t *trace.Trace) string {
	if t.PID == 0 {
		return ""
	}
	return ", pid " + strconv.Itoa(t.PID)
}
