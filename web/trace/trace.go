// Package trace records how one request was authorized: a list of steps, each
// written down by the code that took it, as it took it.
//
// It knows nobody: not the doors that record into it, not the pages that show
// it. Start reading at Trace, then Start in record.go; Log in log.go keeps what
// was recorded.
package trace

import (
	"crypto/rand"
	"strconv"
	"strings"
	"time"
)

// Stage is what the room is called that everybody shares.
const Stage = "stage"

// Trace is the record of one request. It never holds a whole credential.
type Trace struct {
	ID         string      `json:"id"`
	At         time.Time   `json:"at"` // when the request arrived, UTC
	Method     string      `json:"method"`
	Path       string      `json:"path"`          // without the query
	Room       string      `json:"room,omitzero"` // the room that answered: Stage, or its name
	Door       string      `json:"door"`          // "session", "token", or empty when neither was asked
	Server     int         `json:"server"`
	PID        int         `json:"pid"`
	Start      int         `json:"start"` // how often this server had been started, this time included
	Credential *Credential `json:"credential,omitempty"`
	Outcome    Outcome     `json:"outcome"`
	Status     int         `json:"status"`                // the HTTP status of the answer
	Reason     Name        `json:"reason"`                // the step that refused, empty when none did
	User       string      `json:"user"`                  // who was let in, empty when nobody was
	Client     string      `json:"client,omitempty"`      // who sent it, when it was a lab and not the visitor: "thief"
	ByTab      bool        `json:"by_tab,omitzero"`       // a page sent it because the visitor had logged out in another tab
	Parent     string      `json:"traceparent,omitempty"` // what another program calls what the request is a part of (W3C Trace Context)

	RequestBytes  int   `json:"request_bytes"`  // header and body as the visitor sent them
	ResponseBytes int   `json:"response_bytes"` // header and body of the answer
	Nanoseconds   int64 `json:"ns"`             // from the request's arrival to its answer

	Steps []Step `json:"steps"`

	facts     []Fact        // of all steps, one after the other
	presented Credential    // what Credential points to, if there is one
	watch     Stopwatch     // runs since the request arrived
	ended     time.Duration // when the last step ended, by it
	aside     bool          // it only asked about something
	unlisted  bool          // it was not the seat's own request
	number    int64         // among those that are kept with it
}

// Bounds of a trace. No request takes more steps than maxSteps, and no step sees more
// than maxFacts; nearly all requests do with the usual numbers.
const (
	maxSteps   = 14
	maxFacts   = 4
	usualSteps = 8
	usualFacts = 16
)

// Outcome says how a request ended.
type Outcome string

const (
	Allowed Outcome = "allowed"
	Denied  Outcome = "denied" // a step refused
	Failed  Outcome = "failed" // something that was needed did not work: 5xx
)

// Step is one thing that was done to authorize, as facts. Package tell says them in
// words.
type Step struct {
	Name        Name   `json:"name"`
	OK          bool   `json:"ok"`
	Where       string `json:"where,omitempty"` // the store's or key's own word: "memory of server 1"
	Why         Why    `json:"why,omitempty"`   // of one that refused
	Facts       Facts  `json:"facts,omitempty"` // what it saw
	Nanoseconds int64  `json:"ns"`
	Source      string `json:"source"` // the line that decided it, as "web/session/authorize.go:41"
}

// Code is the file below web, and the line in it, that decided the step, if it is ours.
func (s Step) Code() (file, line string, ours bool) {
	path, ours := strings.CutPrefix(s.Source, "web/")
	if !ours {
		return "", "", false
	}
	return strings.Cut(path, ":")
}

// NewID makes a trace's id: 130 random bits, safe in a URL and in a header.
func NewID() string { return rand.Text() }

// ValidID reports whether s could be a trace's id.
func ValidID(s string) bool {
	if len(s) != 26 {
		return false
	}
	for _, c := range s {
		if (c < 'A' || c > 'Z') && (c < '2' || c > '7') {
			return false
		}
	}
	return true
}

// Find returns the last step of a name, nil when there was none.
func (t *Trace) Find(name Name) *Step {
	for i := len(t.Steps) - 1; i >= 0; i-- {
		if t.Steps[i].Name == name {
			return &t.Steps[i]
		}
	}
	return nil
}

// Refusing returns the step that refused, nil when none did.
func (t *Trace) Refusing() *Step {
	if t.Reason == NoStep {
		return nil
	}
	return t.Find(t.Reason)
}

// Number rises from each trace to the next that is kept with it, also when the program starts again in between. It is
// about when the trace was kept, in microseconds since 1970.
func (t *Trace) Number() int64 { return t.number }

// TakesPart reports whether a trace shows that its seat is somebody's: they were let in, or have a room.
func (t *Trace) TakesPart() bool { return t.User != "" || t.Room != "" && t.Room != Stage }

// MemoryOf is what the memory of a server calls itself, as the place of a step.
func MemoryOf(server int) string { return "memory of server " + strconv.Itoa(server) }
