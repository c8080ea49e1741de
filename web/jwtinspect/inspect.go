// Package inspect decodes and verifies any token: what it is made of, whether the
// signature is right for a key, whether it is valid now, and what is wrong with it,
// each with the standard that says so.
//
// It knows tokens and keys, and nothing of HTTP or pages. It fetches nothing,
// keeps nothing, and believes nothing that a token says about its own key. The
// door (package token) stops at the first fault; this package goes on and shows as
// much as can be shown. Both must be of one mind, and a test holds them to it: where
// the door is stricter, its decoder is asked and its answer is shown.
//
// Start reading at Inspect, which goes through the files in this order. A token is
// found in what was pasted (paste.go) and decoded (parts.go, object.go), judged by the
// rules of its kind (kind.go, header.go, claims.go, times.go), and its signature is
// verified (verify.go) with a key in any form in which people have it (key.go,
// keytext.go). When the signature is not right, what it would be right for is looked for
// (otherwise.go, reading.go, mend.go). Whatever is found is a row of catalogue.go.
package jwtinspect

import (
	"errors"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"twodoors/web/token"
	"twodoors/web/trace/tell"
)

// Bounds, so that whatever is given is answered in bounded time and memory.
const (
	maxDepth    = 32   // of the JSON in a token
	maxParts    = 8    // that are shown
	maxFindings = 60   // that are listed
	maxKeys     = 100  // in a set
	maxModulus  = 8192 // bits of an RSA key
)

// Report is all that is found out about a token. It has three verdicts that are
// never mixed: whether it is well formed, whether the signature is right, and
// whether the token holds by itself.
type Report struct {
	Bytes     int            `json:"bytes"`   // of the token as it is sent
	Parts     []Part         `json:"parts"`   // what stands between the periods
	Header    jsontext.Value `json:"header"`  // an object, null when there is none
	Payload   jsontext.Value `json:"payload"` // an object, a text, or null
	Kind      Kind           `json:"kind"`
	Structure Structure      `json:"structure"`
	Signature Signature      `json:"signature"`
	Policy    Policy         `json:"policy"`
	Times     Times          `json:"times"`
	Findings  []Finding      `json:"findings"`
	Mend      *Mend          `json:"mend,omitempty"`  // how it becomes the token that was signed
	Inner     string         `json:"inner,omitempty"` // the token that is the payload of this one
}

// Part is one part of a token.
type Part struct {
	Name      string `json:"name"`
	Text      string `json:"text"`      // as it stands in the token
	Bytes     int    `json:"bytes"`     // when decoded
	Canonical bool   `json:"canonical"` // base64url as an encoder writes it (RFC 4648 section 3.5)
	Decoded   string `json:"decoded"`   // as much as can be read; of a signature nothing
}

// Structure says whether this is a JWS in compact serialization with JSON in it.
type Structure struct {
	Valid  bool   `json:"valid"`
	Reason string `json:"reason"`
}

// Signature says whether the token is as the holder of a key signed it.
type Signature struct {
	Present   bool   `json:"present"`
	Checked   bool   `json:"checked"` // a key was given that could be read and decides
	Valid     bool   `json:"valid"`
	Algorithm string `json:"algorithm,omitempty"` // by which it was checked
	Key       string `json:"key,omitempty"`       // which key was used, in words
	Reason    string `json:"reason"`
}

// Policy says whether what the token says about itself holds now: its times, its
// lifetime, its issuer and audience where they are expected.
type Policy struct {
	Checked bool   `json:"checked"` // there are claims
	Valid   bool   `json:"valid"`
	Reason  string `json:"reason"`
}

// Valid reports whether all verdicts are good.
func (r *Report) Valid() bool { return r.Structure.Valid && r.Signature.Valid && r.Policy.Valid }

// Expectations are what the one who asks wants to see in a token.
type Expectations struct {
	Algorithms []string // the only ones to take; none named: those that the key is for
	Issuer     string   // exactly this one, unless it is empty
	Audience   string   // this one among others, unless it is empty

	Door token.Issuer // that of the room of whoever asks, whose door refuses tokens of the site's other rooms
}

// inspection is a report while it is being written.
type inspection struct {
	Report
	now    time.Time
	expect Expectations
	key    *Key // nil when none was given

	given, text     string // what was pasted, and the token that was found in it
	header, payload object
	encrypted       bool // a JWE
	selective       bool // an SD-JWT
	disclosures     int
	rules           rules
	mentioned       map[string]bool
	verified        time.Duration // that verifying took, about
}

// Inspect takes a token apart and checks it against a key, which may be nil.
func Inspect(text string, key *Key, expect Expectations, now time.Time) Report {
	i := &inspection{now: now, expect: expect, key: key, mentioned: map[string]bool{}}
	i.given = text
	i.Findings = []Finding{}
	i.takeApart(text)
	i.chooseRules()
	i.lookAtHeader()
	i.lookAtClaims()
	i.lookAtSize()
	i.checkSignature()
	i.decide()
	return i.Report
}

// decide puts each verdict into a sentence.
func (i *inspection) decide() {
	i.Structure = Structure{Valid: true, Reason: i.form()}
	if fault := i.worst(concernsStructure); fault != nil {
		i.Structure = Structure{Reason: fault.Text}
	} else {
		i.askDoor()
	}
	i.Policy = Policy{Checked: i.payload.ok, Valid: i.payload.ok, Reason: i.Times.Text}
	switch fault := i.worst(concernsPolicy); {
	case i.encrypted:
		i.Policy.Reason = "The claims are encrypted."
	case i.Inner != "":
		i.Policy.Reason = "The claims are in the inner token. Decode that one."
	case !i.payload.ok:
		i.Policy.Reason = "There are no readable claims."
	case fault != nil:
		i.Policy.Valid, i.Policy.Reason = false, fault.Text
	}
	i.sortFindings()
}

// form says what a well-formed token is made of.
func (i *inspection) form() string {
	switch {
	case i.encrypted:
		return "Five parts, with a JSON header that says how the content is encrypted: a JWE."
	case i.Inner != "":
		return "Three parts of base64url, and the payload is itself a token: a nested JWT."
	case i.selective:
		return "A signed token and " + plural(i.disclosures, "disclosure") + ": an SD-JWT."
	case i.header.text("alg") == "none" && !i.Signature.Present:
		return "JSON in the first two parts and an empty signature: an unsecured JWT."
	}
	return "Three parts of base64url, with JSON in the first two."
}

// askDoor says why a door of this site would refuse a token that is well formed: it takes
// one spelling of a token only (I7).
func (i *inspection) askDoor() {
	_, err := token.Decode(i.given)
	if fault, ok := errors.AsType[*token.Fault](err); ok {
		i.find("door-stricter", tell.Why(fault.Why, fault.Saw...))
	}
}
