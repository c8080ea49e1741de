package trace

import (
	"maps"
	"slices"
	"sync/atomic"
)

// Name is what a step is called, as "session.find". One that this program does not know,
// from a server of another version, is kept as it came.
type Name string

// NoStep is the name of none: where nothing was refused.
const NoStep Name = ""

// The names of the steps, in the order in which a request takes them.
const (
	TurnWait         Name = "turn.wait" // before what takes a processor for long, when others come first
	FrontPick        Name = "front.pick"
	FrontRetry       Name = "front.retry"
	FrontUnavailable Name = "front.unavailable"

	CookieRead  Name = "cookie.read"
	SessionFind Name = "session.find"
	SessionAge  Name = "session.age"
	UserLoad    Name = "user.load"
	RoleCheck   Name = "role.check"
	SessionSave Name = "session.save"

	BearerRead      Name = "bearer.read"
	TokenDecode     Name = "token.decode"
	AlgorithmCheck  Name = "algorithm.check"
	KeysFresh       Name = "keys.fresh"
	KeySelect       Name = "key.select"
	SignatureVerify Name = "signature.verify"
	ClaimsCheck     Name = "claims.check"
	RevocationCheck Name = "revocation.check"

	OriginCheck   Name = "origin.check"
	RateCheck     Name = "rate.check"
	PasswordCheck Name = "password.check"
	SessionCreate Name = "session.create"
	TokenSign     Name = "token.sign"
	RefreshCreate Name = "refresh.create"

	RefreshFind    Name = "refresh.find"
	RefreshSpend   Name = "refresh.spend"
	FamilyRevoke   Name = "family.revoke"
	SessionDestroy Name = "session.destroy"
	RevocationAdd  Name = "revocation.add"

	RoleChange Name = "role.change"
)

// Actor is who did a step: a lane of the sequence diagram.
type Actor string

// The actors.
const (
	Browser Actor = "browser"
	Front   Actor = "front"
	Server  Actor = "server"
	Store   Actor = "store"
	Keys    Actor = "keys"
)

// known is what this program knows of a step.
type known struct {
	actor  Actor
	passes atomic.Pointer[string] // the line at which it passes, as far as it has
}

// steps are those that this program knows.
var steps = map[Name]*known{
	TurnWait: {actor: Front}, FrontPick: {actor: Front}, FrontRetry: {actor: Front}, FrontUnavailable: {actor: Front},

	CookieRead: {actor: Server}, SessionFind: {actor: Store}, SessionAge: {actor: Server},
	UserLoad: {actor: Store}, RoleCheck: {actor: Server}, SessionSave: {actor: Store},

	BearerRead: {actor: Server}, TokenDecode: {actor: Server}, AlgorithmCheck: {actor: Server}, KeysFresh: {actor: Server}, KeySelect: {actor: Keys},
	SignatureVerify: {actor: Keys}, ClaimsCheck: {actor: Server}, RevocationCheck: {actor: Store},

	OriginCheck: {actor: Server}, RateCheck: {actor: Server}, PasswordCheck: {actor: Server},
	SessionCreate: {actor: Store}, TokenSign: {actor: Keys}, RefreshCreate: {actor: Store},

	RefreshFind: {actor: Store}, RefreshSpend: {actor: Store}, FamilyRevoke: {actor: Store},
	SessionDestroy: {actor: Store}, RevocationAdd: {actor: Store},

	RoleChange: {actor: Store},
}

// Actor returns who does the step of that name. Of a step that is not known it is the
// server: that is who told of it.
func (n Name) Actor() Actor {
	if step := steps[n]; step != nil {
		return step.actor
	}
	return Server
}

// Names are the names of all steps that this program knows, by the alphabet.
func Names() []Name { return slices.Sorted(maps.Keys(steps)) }
