package views

import (
	"strconv"
	"time"

	"twodoors/web/settings"
	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// Room is what the server room shows.
type Room struct {
	Front      bool // there is one; a server that runs alone has no room
	Chosen     settings.Settings
	Form       SettingsForm
	Servers    []ServerBox
	Database   string  // the file
	Events     []Event // newest first
	MayControl bool

	StoreState, StoreAddress, StoreProgram string // of Redis, when it is the store
	StoreFault                             string // what is wrong with it, when nobody took it away

	Session, Token *trace.Trace // the newest of /api/{door}/me; nil when nobody asked
	HasSession     bool         // the request brought a session cookie

	Experiments Experiments
}

// ServerBox is one server in the picture.
type ServerBox struct {
	Number, PID int
	State       string // "ready", "starting", "away", "stopping", "stopped" or "hung"
	StartedAt   time.Time
	Starts      int
	Sessions    int // in its memory; -1 when that is not known
	Requests    int64
}

// Event is one line of the log.
type Event struct {
	At      time.Time
	Kind    string // "request", or what happened to a server
	Text    string // in words
	By      string // who wanted it: "you", "another seat", or empty
	Door    string // of a request
	Server  int    // the one that it reached, 0 when none
	Store   string // of a request: what it asked in the picture, "redis" or "store"
	TraceID string // of the request that proves it; may be empty
	Outcome trace.Outcome
}

// Request is the line of the log about a request.
func Request(t *trace.Trace) Event {
	e := Event{At: t.At, Kind: "request", Text: tell.Verdict(t), Door: t.Door, TraceID: t.ID, Outcome: t.Outcome, Server: t.Server, Store: storeAsked(t)}
	if t.Reason == trace.FrontUnavailable {
		e.Server = 0
	}
	return e
}

// storeAsked is the store outside the servers that a request was looked up in: where
// its session is, or else the database.
func storeAsked(t *trace.Trace) (store string) {
	for _, step := range t.Steps {
		switch {
		case step.Name.Actor() != trace.Store || step.Where == trace.MemoryOf(t.Server):
		case step.Where == "Redis":
			return "redis"
		default:
			store = "store"
		}
	}
	return store
}

// lastEvent names the newest event that is no request: when it changes, both
// doors are asked again.
func (r Room) lastEvent() string {
	for _, e := range r.Events {
		if e.Kind != "request" {
			return strconv.FormatInt(e.At.UnixNano(), 10)
		}
	}
	return "none"
}

// memoryHolds says what a server keeps in its memory.
func (r Room) memoryHolds(s ServerBox) string {
	switch {
	case s.State == "hung":
		return "memory: out of reach"
	case s.State != "ready":
		return "memory: gone"
	case s.Sessions < 0:
		return "memory"
	}
	return "memory: " + tell.Count(int64(s.Sessions), "session")
}

// frontSays is how the front spreads requests, when there is something to spread.
func (r Room) frontSays() string {
	if len(r.Servers) < 2 {
		return "one server behind it"
	}
	return r.Chosen.Balance
}

func (s ServerBox) stateInWords() string {
	switch s.State {
	case "ready":
		return "up since " + clock(s.StartedAt)
	case "starting":
		return "starting"
	case "stopping":
		return "finishing its requests"
	case "stopped":
		return "stopped"
	case "hung":
		return "does not answer"
	}
	return "away"
}

func (s ServerBox) pid() string {
	if s.PID == 0 {
		return "none"
	}
	return strconv.Itoa(s.PID)
}

// clock is the time of day on this machine, which is mostly the visitor's own.
func clock(t time.Time) string { return t.Local().Format("15:04:05") }

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// stillIn says for one door whether somebody is still logged in.
func stillIn(t *trace.Trace) (answer, why string) {
	switch standingOf(t) {
	case inside:
		return "yes", "as " + t.User + ", by " + tell.Server(t) + process(t)
	case outside:
		return "no", refusedBecause(t)
	}
	if t == nil {
		return "not asked", "Nobody has called the protected page yet."
	}
	return "cannot tell", refusedBecause(t)
}

// redisIsAway reports whether no session can be kept in it.
func (r Room) redisIsAway() bool { return r.StoreState == "away" || r.StoreState == "refusing" }

// redisIs says which Redis it is.
func (r Room) redisIs() string {
	switch r.StoreProgram {
	case "outside":
		return "not run by Two Doors"
	case "miniredis":
		return "a stand-in: this machine has no redis-server"
	}
	return "redis-server, run by the front"
}
