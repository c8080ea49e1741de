package tell

import (
	"strconv"

	"twodoors/web/trace"
)

// Story is what a door's last answer means to the one who asked: who they are to it, and why.
type Story struct{ Says, Why string }

// SessionStory tells it of the session door. Whether the browser brought a session cookie now may
// have changed since. Began is the request that the same session is known from; nil when there is none.
func SessionStory(t, began *trace.Trace, brought bool) Story {
	switch StandingOf(t) {
	case Inside:
		if !brought {
			return Story{"Your browser has no session cookie any more.", Upper(t.User) + " was logged in."}
		}
		return Story{youAre(t, began), sessionFound(t, began)}
	case Outside:
		if t.Find(trace.SessionFind) != nil && t.Reason == trace.SessionFind {
			return sessionLost(t, began)
		}
		return Story{outside(t), because(t)}
	case Departed:
		return Story{"You are logged out.", because(t)}
	case Undecided:
		return Story{"This door cannot tell who you are now.", because(t)}
	}
	if brought {
		return Story{"You have a session cookie.", "Call the protected page to see whether it is still valid."}
	}
	return Story{notLoggedIn, "After a login, your browser keeps a cookie and the server keeps a session."}
}

// TokenStory tells it of the token door. Began is the request that its key is known from.
func TokenStory(t, began *trace.Trace) Story {
	switch StandingOf(t) {
	case Inside:
		return Story{youAre(t, began), tokenVerified(t, began)}
	case Outside:
		if t.Refusing() != nil && t.Refusing().Why == trace.KeyUnknown && inMemoryOf(began) && !sameProcess(t, began) {
			return Story{Upper(Server(t)) + " cannot verify your token.",
				"The key that signed it was in the memory of process " + pid(began) + after(t, began)}
		}
		return Story{outside(t), because(t)}
	case Departed:
		return Story{"You are logged out.", because(t)}
	case Undecided:
		return Story{"This door cannot tell who you are now.", because(t)}
	}
	return Story{notLoggedIn, "After a login, your browser keeps a token and the server keeps nothing of it."}
}

const notLoggedIn = "You are not logged in."

// outside is who somebody is to a door that refused.
func outside(t *trace.Trace) string {
	step := t.Refusing()
	if step == nil {
		return "You are not allowed in."
	}
	switch step.Why {
	case trace.CookieMissing, trace.BearerMissing:
		return notLoggedIn
	case trace.SessionIdle, trace.SessionTooOld:
		return "Your session has expired."
	case trace.TokenExpired:
		return "Your token has expired."
	case trace.TokenRevoked:
		return "Your token has been revoked."
	}
	return "You are not allowed in."
}

// youAre greets who is inside, and says when the process that knew them first is not the one that
// answered.
func youAre(t, began *trace.Trace) string {
	if began != nil && !sameProcess(t, began) {
		return "You are still " + t.User + "."
	}
	return "You are " + t.User + "."
}

func sessionFound(t, began *trace.Trace) string {
	where := sessionPlace(t)
	switch {
	case t.Find(trace.SessionFind) == nil:
		return Upper(Server(t)) + " created a session for you, and keeps it in " + database(where) + "."
	case where == Place(trace.MemoryOf(t.Server), t.Server):
		return Upper(Server(t)) + " found your session in its memory, in process " + pid(t) + "."
	case began != nil && t.Server == began.Server && !sameProcess(t, began):
		return "Your session is in " + database(where) + ". Process " + pid(began) + " is gone, and process " + pid(t) + " found it there."
	}
	return Upper(Server(t)) + " found your session in " + database(where) + ", where every server can look."
}

// sessionLost is told of a session that was not found.
func sessionLost(t, began *trace.Trace) Story {
	looked, ending := sessionPlace(t), lost(t.Refusing())
	says := Upper(Server(t)) + " does not know you."
	switch {
	case began == nil:
		return Story{says, "It found no such session in " + database(looked) + ending + "."}
	case !inMemoryOf(began):
		return Story{says, "It looked in " + database(looked) + ", and your session is not there any more" + ending + "."}
	case t.Server != began.Server:
		return Story{says, "Your session is in the memory of " + Server(began) + ", and only that server can look there."}
	case sameProcess(t, began):
		return Story{Upper(Server(t)) + " does not know you any more.", "It found no such session in " + looked + ": it ended, or it expired."}
	}
	return Story{Upper(Server(t)) + " does not know you any more.",
		"Your session was in the memory of process " + pid(began) + after(t, began)}
}

// after ends a sentence on what was in the memory of another process.
func after(t, began *trace.Trace) string {
	if t.Server != began.Server {
		return ", which is " + Server(began) + "."
	}
	return ", and that process is gone."
}

func tokenVerified(t, began *trace.Trace) string {
	key := t.Find(trace.KeySelect)
	if key == nil {
		return Upper(Server(t)) + " signed a token for you, and kept no copy."
	}
	text := "Your token says so. "
	switch kept := key.Facts.Get("kept").String(); {
	case kept == "":
		text += "Its signature is valid"
	case kept == trace.MemoryOf(t.Server):
		text += "The key that verifies it is in the memory of process " + pid(t)
	case began != nil && !sameProcess(t, began):
		text += "The key that verifies it is in " + database(kept) + ", and process " + pid(t) + " read it there"
	default:
		text += "The key that verifies it is in " + database(kept)
	}
	if t.Find(trace.RevocationCheck) != nil {
		text += ", and it is on no revocation list"
	}
	return text + "."
}

// database says of a database by its name that it is one.
func database(name string) string {
	if name == "SQLite" || name == "PostgreSQL" {
		return "the database (" + name + ")"
	}
	return name
}

// inMemoryOf reports whether a request kept or found what it was about in the memory of a server.
func inMemoryOf(t *trace.Trace) bool {
	if t == nil {
		return false
	}
	memory := trace.MemoryOf(t.Server)
	for _, name := range []trace.Name{trace.SessionCreate, trace.SessionFind} {
		if step := t.Find(name); step != nil && step.Where == memory {
			return true
		}
	}
	key := t.Find(trace.KeySelect)
	return key != nil && key.Facts.Get("kept").String() == memory
}

func sameProcess(a, b *trace.Trace) bool { return a.Server == b.Server && a.PID == b.PID }

func pid(t *trace.Trace) string { return strconv.Itoa(t.PID) }

// afterwards ends the sentence on a request that another tab's logout led to.
func afterwards(t *trace.Trace) string {
	if !t.ByTab {
		return ""
	}
	return "; this tab sent the request because you had logged out in another one"
}
