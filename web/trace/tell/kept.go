package tell

import (
	"strconv"

	"twodoors/web/trace"
)

// Kept is what a server keeps about a visitor, and where.
type Kept struct{ What, Where string }

// SessionKept says what the server keeps, going by the step that looked or wrote.
func SessionKept(t *trace.Trace) Kept {
	switch StandingOf(t) {
	case Inside:
		return Kept{"your session", "who you are, when you logged in, when you were last seen: in " + sessionPlace(t) + process(t)}
	case Departed:
		return Kept{"nothing any more", "the session was destroyed" + process(t)}
	case Undecided:
		return Kept{"unknown", "the request failed before the session was looked up"}
	case Outside:
		if t.Credential != nil && t.Reason == trace.SessionFind {
			return Kept{"no session with this ID", "looked in " + sessionPlace(t) + process(t)}
		}
	}
	return Kept{"nothing yet", "a session, once you log in"}
}

// TokenKept says what is kept behind the token door: never anything about you.
func TokenKept(t *trace.Trace) Kept {
	key := "only the signing key"
	if t != nil {
		for _, name := range []trace.Name{trace.KeySelect, trace.TokenSign} {
			if step := t.Find(name); step != nil && step.OK {
				key = "only key " + step.Facts.Get("kid").String()
			}
		}
	}
	return Kept{"nothing about this token", key + ", the same for everyone, and a hash of the refresh token"}
}

// sessionPlace is where a step looked for a session, or put it.
func sessionPlace(t *trace.Trace) string {
	for _, name := range []trace.Name{trace.SessionFind, trace.SessionCreate} {
		if step := t.Find(name); step != nil {
			return Place(step.Where, t.Server)
		}
	}
	return "the store"
}

// Place is a store's name as it follows the word "in".
func Place(where string, server int) string {
	if where == trace.MemoryOf(server) {
		return "server " + strconv.Itoa(server) + "'s memory"
	}
	return where
}
