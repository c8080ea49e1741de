// Package careless is verifiers of tokens that each make one mistake, and name it. They guard nothing: they are pure
// functions that say what they would have answered, for the lab of forgeries to show and for nobody else to import.
//
// It knows no door and no server, and opens no file, no database and no connection. Start reading at careful in
// rules.go; mistakes.go is where the others differ.
package careless

import (
	"crypto"
	"time"
)

// World is what a verifier has around it.
type World struct {
	Keys     map[string]Key              // of the site, by their ids
	Remote   map[string]crypto.PublicKey // what the addresses of key sets answer with
	Files    map[string][]byte           // by their whole paths
	Issued   []string                    // tokens of every kind that the site remembers having issued
	Issuer   string
	Audience string
	Type     string
	Now      time.Time
}

// Key is a public key and the one algorithm that it is for.
type Key struct {
	Algorithm string
	Public    crypto.PublicKey
}

// Verifier is a careless one.
type Verifier struct {
	Name    string
	Mistake string // its only one, as what it does: “ignores the signature”

	err func(*rules, World)
}

// Verdict is what a verifier would have answered.
type Verdict struct {
	Verifier string `json:"verifier"`
	Mistake  string `json:"mistake"`
	LetIn    bool   `json:"let_in"`
	Says     string `json:"says"` // whom it would have let in, or why it would not have
}

// Verify says what the verifier would have answered to a token.
func (v Verifier) Verify(token string, w World) Verdict {
	r := careful(w)
	v.err(&r, w)
	says, err := r.verify(token)
	if err != nil {
		return Verdict{v.Name, v.Mistake, false, err.Error()}
	}
	return Verdict{v.Name, v.Mistake, true, says}
}

// Careful is the verifier that makes no mistake.
func Careful() Verifier { return Verifier{"careful", "makes no mistake", func(*rules, World) {}} }

// All asks every careless verifier.
func All(token string, w World) (verdicts []Verdict) {
	for _, v := range Verifiers() {
		verdicts = append(verdicts, v.Verify(token, w))
	}
	return verdicts
}
