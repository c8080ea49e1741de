// Package token is the token door: whoever logged in here brings a signed JSON
// Web Token (RFC 7519), and the server believes what it says because the
// signature is right. It remembers nobody, but for what logging out and
// refreshing need.
//
// It knows tokens and keys; it never touches a session. To let somebody in it asks
// no database, unless revocation is on.
// Its files mirror those of web/session. Start reading at Authorize.
package token

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"twodoors/data"
	"twodoors/web/door"
)

// What every room writes into its tokens and asks of them (RFC 9068 section 2).
const (
	Client = "two-doors-web"
	Type   = "at+jwt"
)

// MaxLength of a token, in bytes: a longer one is refused unread.
const MaxLength = 8 << 10

// Leeway is how far the clocks of several servers may differ: a token may have
// been issued this much later than it is now here. It never lengthens a life.
const Leeway = 5 * time.Second

// RefreshTokens is what the door asks of the table of refresh tokens.
type RefreshTokens interface {
	Where() string // what the database calls itself, as in the steps of a trace
	Begin(ctx context.Context, f data.NewFamily, now time.Time) error
	Find(ctx context.Context, hash []byte) (data.RefreshToken, error)
	Spend(ctx context.Context, s data.Spending, now time.Time) (data.Fate, data.User, error)
	End(ctx context.Context, family int64, now time.Time) error
}

// RevocationList is what the door asks of the table of revoked access tokens.
type RevocationList interface {
	Where() string
	Has(ctx context.Context, jti string) (bool, error)
	Add(ctx context.Context, jti string, expires, now time.Time) error
}

// IssuedTokens is what the door asks of the table that counts access tokens by key.
type IssuedTokens interface {
	Count(ctx context.Context, user data.User, s data.Signature, now time.Time) error
}

// Config is what a door needs.
type Config struct {
	Issuer        Issuer
	RefreshTokens RefreshTokens
	Revoked       RevocationList
	Issued        IssuedTokens
	Secret        []byte // that the successors of refresh tokens are derived with
	Now           func() time.Time

	// KeysAge is how long ago the keys were known to be those that all servers trust. It is nil where somebody tells
	// this server of each change before anybody goes by it, as a front does.
	KeysAge   func() time.Duration
	KeysFresh time.Duration // how long ago that may be; 0 for any time
}

// Rules are what a door goes by, and what can change while it runs.
type Rules struct {
	Keys            *Keys
	Lifetime        time.Duration // of an access token
	RefreshLifetime time.Duration // of a refresh token that is not used; none is issued when it is 0
	RefreshGrace    time.Duration // how long the use of a refresh token may be repeated
	Revocation      bool          // each request is checked against the list of revoked tokens
}

// Door is the token door.
type Door struct {
	Config
	rules atomic.Pointer[Rules]
}

// New returns a door that goes by the given rules.
func New(c Config, rules Rules) *Door {
	d := &Door{Config: c}
	d.Adopt(rules)
	return d
}

// Adopt changes the rules, for the requests that come from now on.
func (d *Door) Adopt(rules Rules) { d.rules.Store(&rules) }

// Rules returns the rules that the door goes by now.
func (d *Door) Rules() *Rules { return d.rules.Load() }

// Ready reports whether there is a key that signs.
func (d *Door) Ready() error {
	key := d.Rules().Keys.Current()
	if key == nil {
		return errors.New("no key is current")
	}
	_, err := key.sign("ready")
	return err
}

// Challenge returns the WWW-Authenticate that goes with a refusal (RFC 6750
// section 3): bare when no token was sent, and never with a part of the token.
func (d *Door) Challenge(refusal *door.Refusal) string {
	const realm = `Bearer realm="Two Doors"`
	code := map[door.Kind]string{
		door.BadCredential: "invalid_token",
		door.Malformed:     "invalid_request",
		door.WrongRole:     "insufficient_scope",
	}[refusal.Kind]
	switch {
	case refusal.Kind == door.NoCredential:
		return realm
	case code == "":
		return ""
	}
	return fmt.Sprintf(`%s, error="%s", error_description="%s"`, realm, code, strings.Map(quotable, refusal.Detail))
}

// quotable keeps to the characters that an error_description may have: a role
// comes from the token, and may hold any.
func quotable(r rune) rune {
	switch {
	case r == '"':
		return '\''
	case r < ' ' || r > '~' || r == '\\':
		return '?'
	}
	return r
}

func invalid(detail string) *door.Refusal {
	return &door.Refusal{Status: http.StatusUnauthorized, Kind: door.BadCredential, Detail: detail}
}
