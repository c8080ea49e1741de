package relay

import "twodoors/web/settings"

// Orders are the first line on a server's standard input, as JSON. When the
// input ends, the server ends: none outlives its front.
type Orders struct {
	Secret   string         `json:"secret"` // that the front proves itself with
	Number   int            `json:"number"` // of the server, from 1
	Start    int            `json:"start"`  // how often it has been started
	Settings settings.Doors `json:"settings"`
	Redis    string         `json:"redis"` // URL of the session store, when it is Redis
}

// Change is every later line: what a server is to go by from now on. It answers
// each with one line on its standard output, when it goes by it.
type Change struct {
	Settings settings.Doors `json:"settings"`
	Redis    string         `json:"redis"`
	Rotation *Rotation      `json:"rotation,omitempty"`
}

// Rotation is the change to a new signing key.
type Rotation struct {
	Retire bool `json:"retire"` // the older keys verify nothing from then on
	Lead   bool `json:"lead"`   // this server changes the database; the others read it after
}

// Done is a server's answer to a change.
type Done struct {
	KeyID  string `json:"key_id"`          // of the key that signs from now on
	Thrown int    `json:"thrown"`          // tokens that had not expired, and are refused from now on
	Fault  string `json:"fault,omitempty"` // why it cannot be, in a sentence for people; nothing was changed
	Error  string `json:"error,omitempty"` // why it did not work, for the log
}
