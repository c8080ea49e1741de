// Package settings holds what can be chosen about a running site: one struct,
// with one validation, for the command line, the server room and the API.
package settings

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Settings are the choices. Each is a flag, and TWODOORS_ and its name in the
// environment.
type Settings struct {
	Servers int    `default:"1" help:"How many servers stand behind the front, 1 to 9." env:"TWODOORS_SERVERS" json:"servers"`
	Balance string `default:"sticky" help:"How the front picks one: sticky or round-robin." env:"TWODOORS_BALANCE" json:"balance"`
	Doors
}

// Doors are the choices that concern each server by itself. The front tells every
// server when they change.
type Doors struct {
	Store           Store         `default:"memory" help:"Where sessions are stored: memory, database (or what that is: sqlite or postgres) or redis." env:"TWODOORS_STORE" json:"store"`
	Alg             string        `default:"HS256" help:"How tokens are signed: HS256, RS256, ES256 or EdDSA." env:"TWODOORS_ALG" json:"alg"`
	Keys            string        `default:"shared" help:"The signing key: shared by all servers, or per-server." env:"TWODOORS_KEYS" json:"keys"`
	AccessLifetime  time.Duration `default:"5m" help:"Lifetime of an access token." env:"TWODOORS_ACCESS_LIFETIME" json:"access_lifetime,format:units"`
	RefreshLifetime time.Duration `default:"24h" help:"Lifetime of a refresh token; 0 issues none." env:"TWODOORS_REFRESH_LIFETIME" json:"refresh_lifetime,format:units"`
	RefreshGrace    time.Duration `default:"10s" help:"How long a refresh token can be used again after its first use; with 0 every reuse counts as theft." env:"TWODOORS_REFRESH_GRACE" json:"refresh_grace,format:units"`
	Revocation      string        `default:"off" help:"on: every request checks the revocation list." env:"TWODOORS_REVOCATION" json:"revocation"`
	SessionIdle     time.Duration `default:"20m" help:"Idle timeout of sessions." env:"TWODOORS_SESSION_IDLE" json:"session_idle,format:units"`
	SessionLifetime time.Duration `default:"12h" help:"Absolute timeout of sessions." env:"TWODOORS_SESSION_LIFETIME" json:"session_lifetime,format:units"`
}

// The values of the settings that have a few.
const (
	StoreMemory   = "memory"
	StoreDatabase = "database"
	StoreRedis    = "redis"

	BalanceSticky     = "sticky"
	BalanceRoundRobin = "round-robin"

	AlgHS256 = "HS256"
	AlgRS256 = "RS256"
	AlgES256 = "ES256"
	AlgEdDSA = "EdDSA"

	KeysShared    = "shared"
	KeysPerServer = "per-server"

	RevocationOff = "off"
	RevocationOn  = "on"
)

// Store is where sessions are kept.
type Store string

// Database is a kind of database. The store in it may be called so as well.
type Database string

// The kinds of databases.
const (
	SQLite     Database = "sqlite"
	PostgreSQL Database = "postgres"
)

// Title is what a kind of database calls itself.
func (d Database) Title() string {
	if d == PostgreSQL {
		return "PostgreSQL"
	}
	return "SQLite"
}

// Settle gives the store its one name, where there is a database of that kind. A Fault when it is the name of another
// kind.
func (s *Store) Settle(database Database) error {
	switch Database(*s) {
	case database:
		*s = StoreDatabase
	case SQLite, PostgreSQL:
		return faulty("store", "must be %s, %s (or %s) or %s, not %q: that is not the database here", StoreMemory, StoreDatabase, database, StoreRedis, *s)
	}
	return nil
}

// Fault is what cannot be about one setting.
type Fault struct {
	Setting string // as the API names it: "session_idle"
	Must    string // "must be from 1s to 8784h, not 0s"
}

// Error names the setting as its flag is.
func (f *Fault) Error() string {
	return "--" + strings.ReplaceAll(f.Setting, "_", "-") + " " + f.Must
}

func faulty(setting, must string, values ...any) error {
	return &Fault{setting, fmt.Sprintf(must, values...)}
}

// Check returns a Fault when a setting cannot be.
func (s Settings) Check() error {
	if s.Servers < 1 || s.Servers > 9 {
		return faulty("servers", "must be from 1 to 9, not %d", s.Servers)
	}
	if err := oneOf("balance", s.Balance, BalanceSticky, BalanceRoundRobin); err != nil {
		return err
	}
	return s.Doors.Check()
}

// Check returns a Fault when a setting cannot be.
func (d Doors) Check() error {
	return cmp.Or(
		oneOf("store", string(d.Store), StoreMemory, StoreDatabase, StoreRedis),
		oneOf("alg", d.Alg, AlgHS256, AlgRS256, AlgES256, AlgEdDSA),
		oneOf("keys", d.Keys, KeysShared, KeysPerServer),
		oneOf("revocation", d.Revocation, RevocationOff, RevocationOn),
		lifetime("access_lifetime", d.AccessLifetime),
		lifetime("session_idle", d.SessionIdle),
		lifetime("session_lifetime", d.SessionLifetime),
		refreshLifetime(d.RefreshLifetime),
		refreshGrace(d.RefreshGrace),
	)
}

const maxLifetime = 366 * 24 * time.Hour

func lifetime(setting string, is time.Duration) error {
	if is < time.Second || is > maxLifetime {
		return faulty(setting, "must be from 1s to 8784h, not %s", is)
	}
	return nil
}

func refreshLifetime(is time.Duration) error {
	if is == 0 {
		return nil
	}
	if is < time.Second || is > maxLifetime {
		return faulty("refresh_lifetime", "must be 0 or from 1s to 8784h, not %s", is)
	}
	return nil
}

func refreshGrace(is time.Duration) error {
	if is < 0 || is > time.Minute {
		return faulty("refresh_grace", "must be from 0 to 1m, not %s", is)
	}
	return nil
}

func oneOf(setting, is string, values ...string) error {
	if slices.Contains(values, is) {
		return nil
	}
	last := len(values) - 1
	return faulty(setting, "must be %s or %s, not %q", strings.Join(values[:last], ", "), values[last], is)
}
