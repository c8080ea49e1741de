// Package data is the database: the users, the sessions that are kept in it, the signing keys, the refresh
// tokens, the tokens that were revoked, the site's own secrets, what seats have done in the labs, the
// traces that they embedded, classes, what was tried in vain, and what processes that share it have agreed on.
//
// It knows SQL and nothing of HTTP, doors or pages, and it does not know which database it speaks to: each table has
// a file of its own with its statements, and an Engine runs them. Packages below this one are engines, and
// datatest holds the promises that every engine has to keep. Start reading at New.
package data

import (
	"context"
	"errors"
	"time"
)

// ErrNotFound says that no row fits.
var ErrNotFound = errors.New("not found")

// DB is an open database. Its tables are its fields.
type DB struct {
	engine Engine

	Users         *Users
	Sessions      *Sessions
	Keys          *Keys
	RefreshTokens *RefreshTokens
	Revoked       *Revoked
	Issued        *Issued
	Secrets       *Secrets
	Progress      *Progress
	Embeds        *Embeds
	Classes       *Classes
	Agreed        *Agreed
	Attempts      *Attempts
}

// New puts the tables on a database that an engine has opened and brought up to date.
func New(engine Engine) *DB {
	return &DB{
		engine:        engine,
		Users:         &Users{engine},
		Sessions:      &Sessions{engine},
		Keys:          &Keys{engine},
		RefreshTokens: &RefreshTokens{engine},
		Revoked:       &Revoked{engine},
		Issued:        &Issued{engine},
		Secrets:       &Secrets{engine},
		Progress:      &Progress{engine},
		Embeds:        &Embeds{engine},
		Classes:       &Classes{engine},
		Agreed:        &Agreed{engine},
		Attempts:      &Attempts{engine},
	}
}

// Now is what all who share the database take for the time, whatever the clock of their machine says.
func (db *DB) Now() time.Time { return time.Now().Add(db.engine.Ahead()) }

// InPlace is nil while the database is the one that was opened. When somebody has taken it away, nothing is read or
// written until it is back.
func (db *DB) InPlace() error { return db.engine.InPlace() }

// Ping reports whether the database can be read.
func (db *DB) Ping(ctx context.Context) error {
	if err := db.engine.InPlace(); err != nil {
		return err
	}
	var any bool
	return db.engine.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM users)`, nil, &any)
}

// Writable reports whether the database takes a change now.
func (db *DB) Writable(ctx context.Context) error { return db.engine.Writable(ctx) }

// Close closes every connection.
func (db *DB) Close() error { return db.engine.Close() }
