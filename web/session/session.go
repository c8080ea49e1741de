// Package session is the session door: whoever logged in here brings a cookie
// with an id that means nothing by itself, and the server looks up what it
// remembers under it.
//
// It knows the cookie, the store and the users; it never touches a token. Its
// files mirror those of web/token. Start reading at Authorize.
package session

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/alexedwards/scs/v2"

	"twodoors/data"
	"twodoors/web/door"
)

// Users is what the door asks of the table of accounts.
type Users interface {
	Where() string // what the database calls itself, as in the steps of a trace
	ByID(ctx context.Context, id int64) (data.User, error)
	EndSessions(ctx context.Context, id, generation int64) error
}

// Config is what a door needs.
type Config struct {
	Store Store
	Users Users
	Now   func() time.Time
}

// Rules are what a door goes by, and what can change while it runs.
type Rules struct {
	Idle     time.Duration // a session unused for longer is refused
	Lifetime time.Duration // a session older than this is refused, used or not
}

// Door is the session door.
type Door struct {
	Config
	sessions *scs.SessionManager
	rules    atomic.Pointer[Rules]
}

// New returns a door on a store, that goes by the given rules.
func New(c Config, rules Rules) *Door {
	d := &Door{Config: c, sessions: newManager(c.Store)}
	d.Adopt(rules)
	return d
}

// Adopt changes the rules, for the requests that come from now on.
func (d *Door) Adopt(rules Rules) { d.rules.Store(&rules) }

// Rules returns the rules that the door goes by now.
func (d *Door) Rules() *Rules { return d.rules.Load() }

// memory is what the server remembers of a login: the whole session.
type memory struct {
	UserID     int64
	Generation int64     // of the account's sessions, at login
	Login      time.Time // when it began
	Seen       time.Time // when it was used, as of the last save
}

// memoryKey is where scs keeps the memory among a session's values.
const memoryKey = "memory"

func (d *Door) recall(ctx context.Context) memory {
	m, _ := d.sessions.Get(ctx, memoryKey).(memory)
	return m
}

// Challenge is empty: no WWW-Authenticate scheme exists for cookies.
func (d *Door) Challenge(*door.Refusal) string { return "" }
