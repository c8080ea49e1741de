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
	case t.Door == "":
		return done(t)
	case whatWasDone(t) != "":
		return Upper(whatWasDone(t)) + "."
	case t.User != "":
		return Upper(Server(t)) + " knows " + t.User + "."
	}
	return "Done."
}

func refusedInShort(t *trace.Trace) string {
	if step := t.Refusing(); step != nil && step.Why == trace.SessionUnknown {
		return Upper(Server(t)) + " found no such session in " + place(t, step.Name) + "."
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
	"POST /api/rooms":               "Your room is open.",
	"DELETE /api/rooms/mine":        "Your room is closed.",
}
