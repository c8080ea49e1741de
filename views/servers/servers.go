// Package servers is the pages of the server room: what runs and what happened to it, its
// settings, and what two experiments found out.
//
// Start reading at page.templ.
package servers

import (
	"strconv"
	"time"

	"twodoors/views/layout"
	"twodoors/web/settings"
	"twodoors/web/trace"
	"twodoors/web/trace/tell"
)

// Room is what the page of the room shows.
type Room struct {
	Front      bool // there is one; a server that runs alone has no room
	Chosen     settings.Settings
	Fault      string // why something could not be done that was asked of it by a form
	Servers    []ServerBox
	Database   string  // the file, or the address without a password
	Engine     string  // what kind of database it is, as "SQLite"
	Events     []Event // newest first
	MayControl bool
	Where      layout.Room // that the page shows; its zero value is the stage
	Shared     bool        // others can reach the site
	MaxServers int         // that the room may have

	StoreState, StoreAddress, StoreProgram string // of Redis, when it is the store
	StoreFault                             string // what is wrong with it, when nobody took it away

	Session, Token *trace.Trace // the newest of /api/{door}/me; nil when nobody asked
	HasSession     bool         // the request brought a session cookie

	PerSecond, MostPerSecond int // visitors
}

// ServerBox is one server in the picture.
type ServerBox struct {
	Number, PID int
	State       string // "ready", "starting", "away", "stopping", "stopped", "hung" or "asleep"
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
		return "memory: cannot be reached"
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
		return "one server"
	}
	if r.Chosen.Balance == settings.BalanceRoundRobin {
		return "round robin"
	}
	return r.Chosen.Balance
}

// stateInWords is followed by the time when the server is up.
func (s ServerBox) stateInWords() string {
	switch s.State {
	case "ready":
		return "up since "
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

// redisIsAway reports whether no session can be kept in it.
func (r Room) redisIsAway() bool { return r.StoreState == "away" || r.StoreState == "refusing" }

// redisIs says which Redis it is.
func (r Room) redisIs() string {
	switch r.StoreProgram {
	case "outside":
		return "not run by Two Doors"
	case "miniredis":
		return "a stand-in, as redis-server is not installed"
	}
	return "redis-server, started by the front"
}

// settingsInWords are the settings that decide what survives.
func settingsInWords(s settings.Settings) string {
	return "sessions in " + string(s.Store) + ", tokens signed with " + s.Alg + ", " + s.Balance
}
