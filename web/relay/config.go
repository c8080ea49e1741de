package relay

import (
	"errors"
	"time"

	"twodoors/web/settings"
)

// StartConfig is the first line on a server's control channel. When its standard input ends,
// the server ends: none outlives its front.
type StartConfig struct {
	Secret   string         `json:"secret"` // that the front proves itself with
	Site     string         `json:"site"`   // the site's public id; empty on the stage, whose database has it
	Room     string         `json:"room"`   // the room's name, which cookies and tokens carry; empty for the stage
	Title    string         `json:"title"`  // what the room is for, in words; empty when its kind says it all
	Number   int            `json:"number"` // of the server, from 1
	Start    int            `json:"start"`  // how often it has been started
	Settings settings.Doors `json:"settings"`
	Database string         `json:"database"` // path of a file, or an address, in which a password may be
	Redis    string         `json:"redis"`    // URL of the session store, when it is Redis

	Disposable  bool  `json:"disposable,omitempty"`   // the database is: nobody misses it once the machine has stopped
	MemoryLimit int64 `json:"memory_limit,omitempty"` // in bytes, lifted while a password is hashed; 0 for none
	MaxSessions int   `json:"max_sessions,omitempty"` // in the server's memory; 0 for as many as it can
}

// Check reports a configuration that no front gives.
func (c StartConfig) Check() error {
	if c.Secret == "" {
		return errors.New("the front gave no secret")
	}
	return c.Settings.Check()
}

// Message is every later line: a step of a change of settings, which a server answers with
// Done. All servers prepare; when all can, one of them writes to the database, if there is
// something to write, and all commit. Else all abort, and go on as before.
type Message struct {
	Prepare *Change `json:"prepare,omitempty"` // or else
	Do      Step    `json:"do,omitempty"`      // the next step of the change that was prepared last
}

// Step is what follows after a change was prepared.
type Step string

// The steps.
const (
	Write  Step = "write"
	Commit Step = "commit"
	Abort  Step = "abort"
)

// PrepareTimeout is how long a server may take for a step, before it says that it is
// unable.
const PrepareTimeout = 3 * time.Second

// Change is what servers are to go by. Its id is the same for all of them.
type Change struct {
	ID       string         `json:"id"`
	Settings settings.Doors `json:"settings"`
	Redis    string         `json:"redis"`
	Rotation *Rotation      `json:"rotation,omitempty"`
}

// Rotation is the change to a new signing key.
type Rotation struct {
	Retire bool `json:"retire"` // the older keys verify nothing from then on
}

// Done is a server's answer to a step. One with a fault, or that is unable, has changed
// nothing.
type Done struct {
	Writes      bool           `json:"writes,omitempty"`      // the change has to be written before it is committed
	KeyID       string         `json:"key_id,omitempty"`      // of the key that signs by the change
	Invalidated map[string]int `json:"invalidated,omitempty"` // by key that is trusted no more: tokens that had not expired
	Fault       string         `json:"fault,omitempty"`       // why it must not be, in sentences for people
	Unable      string         `json:"unable,omitempty"`      // why it cannot be done now, in words for people
}
