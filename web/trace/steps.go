package trace

import "fmt"

// Name is what a step is called.
type Name uint8

// The names of the steps, in the order in which a request takes them.
const (
	NoStep Name = iota // where nothing was refused

	FrontPick
	FrontRetry
	FrontUnavailable

	CookieRead
	SessionFind
	SessionAge
	UserLoad
	RoleCheck
	SessionSave

	BearerRead
	TokenDecode
	AlgorithmCheck
	KeySelect
	SignatureVerify
	ClaimsCheck
	RevocationCheck

	OriginCheck
	RateCheck
	PasswordCheck
	SessionCreate
	TokenSign
	RefreshCreate

	RefreshFind
	RefreshSpend
	FamilyRevoke
	SessionDestroy
	RevocationAdd

	RoleChange
)

// Actor is who did a step: a lane of the sequence diagram.
type Actor string

const (
	Browser Actor = "browser"
	Front   Actor = "front"
	Server  Actor = "server"
	Store   Actor = "store"
	Keys    Actor = "keys"
)

// steps says of each step how it is written and who does it.
var steps = [...]struct {
	text  string
	actor Actor
}{
	FrontPick:        {"front.pick", Front},
	FrontRetry:       {"front.retry", Front},
	FrontUnavailable: {"front.unavailable", Front},

	CookieRead:  {"cookie.read", Server},
	SessionFind: {"session.find", Store},
	SessionAge:  {"session.age", Server},
	UserLoad:    {"user.load", Store},
	RoleCheck:   {"role.check", Server},
	SessionSave: {"session.save", Store},

	BearerRead:      {"bearer.read", Server},
	TokenDecode:     {"token.decode", Server},
	AlgorithmCheck:  {"algorithm.check", Server},
	KeySelect:       {"key.select", Keys},
	SignatureVerify: {"signature.verify", Keys},
	ClaimsCheck:     {"claims.check", Server},
	RevocationCheck: {"revocation.check", Store},

	OriginCheck:   {"origin.check", Server},
	RateCheck:     {"rate.check", Server},
	PasswordCheck: {"password.check", Server},
	SessionCreate: {"session.create", Store},
	TokenSign:     {"token.sign", Keys},
	RefreshCreate: {"refresh.create", Store},

	RefreshFind:    {"refresh.find", Store},
	RefreshSpend:   {"refresh.spend", Store},
	FamilyRevoke:   {"family.revoke", Store},
	SessionDestroy: {"session.destroy", Store},
	RevocationAdd:  {"revocation.add", Store},

	RoleChange: {"role.change", Store},
}

var byText = func() map[string]Name {
	names := map[string]Name{}
	for name, step := range steps {
		names[step.text] = Name(name)
	}
	return names
}()

// String returns the name as people and the API read it: "session.find".
func (n Name) String() string { return steps[n].text }

// Actor returns who does the step of that name.
func (n Name) Actor() Actor { return steps[n].actor }

// MarshalText writes the name.
func (n Name) MarshalText() ([]byte, error) { return []byte(n.String()), nil }

// UnmarshalText reads a name. It fails for one that no step has.
func (n *Name) UnmarshalText(text []byte) error {
	name, known := byText[string(text)]
	if !known {
		return fmt.Errorf("no step is called %q", text)
	}
	*n = name
	return nil
}
