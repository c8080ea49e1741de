// Package trace records how one request was authorized: a list of steps, each
// written down by the code that took it, as it took it.
//
// It knows nobody: not the doors that record into it, not the pages that show
// it. Start reading at Trace, then Start in record.go; Log in log.go keeps what
// was recorded.
package trace

import (
	"crypto/rand"
	"time"

	"github.com/go-json-experiment/json"
)

// Trace is the record of one request. It never holds a whole credential.
type Trace struct {
	ID         string      `json:"id"`
	At         time.Time   `json:"at"` // when the request arrived, UTC
	Method     string      `json:"method"`
	Path       string      `json:"path"` // without the query
	Door       string      `json:"door"` // "session", "token", or empty when neither was asked
	Server     int         `json:"server"`
	PID        int         `json:"pid"`
	Start      int         `json:"start"` // how often this server had been started, this time included
	Credential *Credential `json:"credential,omitempty"`
	Outcome    Outcome     `json:"outcome"`
	Status     int         `json:"status"`           // the HTTP status of the answer
	Reason     Name        `json:"reason"`           // the step that refused, empty when none did
	User       string      `json:"user"`             // who was let in, empty when nobody was
	Client     string      `json:"client,omitempty"` // who sent it, when it was a lab and not the visitor: "thief"

	RequestBytes  int   `json:"request_bytes"`  // header and body as the visitor sent them
	ResponseBytes int   `json:"response_bytes"` // header and body of the answer
	Nanoseconds   int64 `json:"ns"`             // from the request's arrival to its answer

	Steps []Step `json:"steps"`

	presented Credential    // what Credential points to, if there is one
	watch     Stopwatch     // runs since the request arrived
	ended     time.Duration // when the last step ended, by it
	aside     bool          // it only asked about something
	unlisted  bool          // it was not the seat's own request
}

// maxSteps is more than any request takes; what exceeds it is not recorded. Nearly
// all take no more than usualSteps.
const (
	maxSteps   = 12
	usualSteps = 8
)

// Credential is what a request carried to be authorized, cut down to what may
// be shown.
type Credential struct {
	Kind  string `json:"kind"`  // "cookie" or "bearer"
	Name  string `json:"name"`  // of the cookie or the header
	Shown string `json:"shown"` // see ShowID and ShowJWT
	Bytes int    `json:"bytes"` // its whole length
}

// Outcome says how a request ended.
type Outcome string

const (
	Allowed Outcome = "allowed"
	Denied  Outcome = "denied" // a step refused
	Failed  Outcome = "failed" // something that was needed did not work: 5xx
)

// Step is one thing that was done to authorize.
type Step struct {
	Name        Name   `json:"name"`
	OK          bool   `json:"ok"`
	Saw         string `json:"saw"` // in words, for people
	Nanoseconds int64  `json:"ns"`
	Source      string `json:"source"` // the line that decided it, as "web/session/authorize.go:41"
}

// MarshalJSON adds who did the step.
func (s Step) MarshalJSON() ([]byte, error) {
	type step Step
	return json.Marshal(struct {
		Actor Actor `json:"actor"`
		step  `json:",inline"`
	}{s.Name.Actor(), step(s)})
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
