// Package lab is the labs: guided experiments on the running system. A lab asks
// one question, says what to do, and sees from what happened whether it was done:
// from the requests of a seat, never from a click on "done".
//
// It knows requests as they were traced, and settings. It does not know how a
// door authorizes, which server there is, what a page looks like, or any single lab:
// each is a package below this one, and catalog lists them. Start reading at Lab, then
// read the package restart, which is the first of them. Labs runs them all.
package lab

import (
	"net/http"
	"time"
)

// Lab is one question, answered by the running system.
type Lab struct {
	Name     string // in its address, as "restart"
	Title    string
	Question string // one sentence, and the title of its page
	Minutes  int    // that it takes somebody who reads along
	Requires string // what it takes besides a browser and, where a button has a script, JavaScript; may be empty
	Opening  string // what it is about, in a few sentences
	Needs    string // the settings that it sets up, as PATCH /api/settings has them; empty when any will do
	Tasks    []Task
	Lessons  []Lesson // what holds, at the end
	Practice string   // what one would do at work

	// Routes are what the lab alone answers, by patterns below /api/labs/{name}/
	// and /labs/{name}/. Nil when it needs none.
	Routes func(*Labs) map[string]http.HandlerFunc

	// CrossSite is the path of its routes to which other sites may send requests: the lab
	// itself checks where these come from. Empty when there is none.
	CrossSite string
}

// Task is one thing to do.
type Task struct {
	Title   string
	Do      string      // what to do, and what to look at
	Predict *Prediction // what it asks before; nil for most
	Why     string      // what happened and why, shown once it is done; empty when Do says all
	Acts    []Act       // its buttons, in order
	Hints   []string    // three, the last of which is the answer
	Done    Check
}

// Check looks for what shows that a task was done, among what happened since the
// lab began. It returns those requests, and nil while the task is not done. It
// goes by its argument alone, so a record can be checked again years later.
type Check func(History) []Seen

// Lesson is a sentence that holds, and who says so.
type Lesson struct {
	Says   string
	Source string // as "RFC 6265, section 8.6"
	Link   string
}

// Act is a button, and the same thing as a command.
type Act struct {
	Label string
	Door  string // whose colour the button has, may be empty
	Calls []Call

	// What only a browser can do has a script in place of calls, which the lab's own
	// module registers under this name, and a command of its own.
	Script string
	Shell  string
}

// Call is one request of an act. Where a text holds $NAME, a variable stands for
// it: one that an earlier call kept, or one of the seat's (see Variables).
type Call struct {
	Method string            `json:"method,omitempty"` // GET when empty
	Path   string            `json:"path"`
	Body   string            `json:"body,omitempty"`           // JSON, may be empty
	Bearer string            `json:"bearer,omitempty"`         // the variable that goes along as token, or empty
	Header string            `json:"header,omitempty"`         // a further field, as "Origin: https://elsewhere.example"
	Keep   map[string]string `json:"keep,omitempty"`           // the member of the answer that each variable is to hold
	Wait   time.Duration     `json:"wait,omitzero,format:sec"` // before the request
	Times  int               `json:"times,omitzero"`           // how often it is sent; 0 is once
}

// Variables that every page of a lab has. TOKEN is the access token that the
// browser keeps, REFRESH the refresh token of an act that asks for it.
const (
	Token   = "TOKEN"
	Refresh = "REFRESH"
	Name    = "NAME"    // of an account that this seat may make for itself
	Room    = "ROOM"    // that answers the seat
	Session = "SESSION" // what the session cookie is called there
)
