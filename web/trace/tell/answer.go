package tell

import (
	"net/http"
	"strings"

	"twodoors/web/trace"
)

// Answer says in one short sentence what a request came to, where its door and its status are
// shown already: "Server 1 found no such session in its memory."
func Answer(t *trace.Trace) string {
	switch {
	case t.Outcome != trace.Allowed:
		return refusedInShort(t)
	case whatWasDone(t) != "":
		return Upper(whatWasDone(t)) + "."
	case t.Door == "":
		return done(t)
	case t.User != "":
		return letIn(t)
	case strings.HasSuffix(t.Path, "/logout"):
		return "You were not logged in."
	}
	return "Done."
}

// letIn says who a door took the visitor for, and by what.
func letIn(t *trace.Trace) string {
	switch {
	case t.Client != "": // of a lab, which is not you
	case t.Find(trace.SessionFind) != nil:
		return Upper(Server(t)) + " found your session" + visitor(t) + "."
	case t.Find(trace.RevocationCheck) != nil:
		return "You are " + t.User + ": the signature is valid, and the token is not on the revocation list."
	case t.Find(trace.SignatureVerify) != nil:
		return "You are " + t.User + ": the signature is valid, and nothing was looked up."
	}
	return "Logged in as " + t.User + "."
}

func refusedInShort(t *trace.Trace) string {
	if step := t.Refusing(); step != nil && step.Why == trace.SessionUnknown {
		return Upper(Server(t)) + " found no such session in " + place(t, step.Name) + lost(step) + "."
	}
	return because(t)
}

// done says what a request to the front changed.
func done(t *trace.Trace) string {
	if t.Status == http.StatusAccepted {
		return "Accepted. It takes a moment."
	}
	path, number := t.Path, ""
	if rest, ok := strings.CutPrefix(path, "/api/servers/"); ok {
		var act string
		number, act, _ = strings.Cut(rest, "/")
		path = strings.TrimSuffix("/api/servers/{n}/"+act, "/")
	}
	if t.Method == http.MethodGet && strings.HasSuffix(path, "/.well-known/jwks.json") {
		return "The site sent its public keys."
	}
	if sentence, ok := changes[t.Method+" "+path]; ok {
		return strings.ReplaceAll(sentence, "{n}", Inert(number))
	}
	return "Done."
}

// changes says what each request that changes a room did.
var changes = map[string]string{
	"POST /api/servers":             "One more server is running.",
	"DELETE /api/servers/{n}":       "Server {n} is gone.",
	"POST /api/servers/{n}/crash":   "Server {n} crashed and is back.",
	"POST /api/servers/{n}/restart": "Server {n} restarted.",
	"POST /api/servers/{n}/stop":    "Server {n} is stopped.",
	"POST /api/servers/{n}/start":   "Server {n} is running again.",
	"POST /api/store/stop":          "Redis is stopped.",
	"POST /api/store/start":         "Redis is running again, and empty.",
	"POST /api/keys/rotate":         "A new key signs from now on.",
	"PATCH /api/settings":           "Settings saved.",
	"PUT /api/visitors":             "Visitors come from now on.",
	"POST /api/signup":              "Your account is ready.",
	"POST /api/account/password":    "Your password is changed.",
	"POST /api/rooms":               "Your room is open.",
	"DELETE /api/rooms/mine":        "Your room is closed.",
}
