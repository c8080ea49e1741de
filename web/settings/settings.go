// Package settings holds what can be chosen about a running site: one struct,
// with one validation, for the command line, the server room and the API.
package settings

import (
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

// Doors are the choices that concern each server by itself.
type Doors struct {
	Store           string        `default:"memory" help:"Where sessions are kept: memory or sqlite." env:"TWODOORS_STORE" json:"store"`
	Alg             string        `default:"HS256" help:"How tokens are signed: HS256." env:"TWODOORS_ALG" json:"alg"`
	AccessLifetime  time.Duration `default:"5m" help:"Lifetime of an access token." env:"TWODOORS_ACCESS_LIFETIME" json:"access_lifetime,format:units"`
	SessionIdle     time.Duration `default:"20m" help:"A session unused for longer ends." env:"TWODOORS_SESSION_IDLE" json:"session_idle,format:units"`
	SessionLifetime time.Duration `default:"12h" help:"A session older than this ends, used or not." env:"TWODOORS_SESSION_LIFETIME" json:"session_lifetime,format:units"`
}

// The values of the settings that have a few.
const (
	StoreMemory = "memory"
	StoreSQLite = "sqlite"

	BalanceSticky     = "sticky"
	BalanceRoundRobin = "round-robin"

	AlgHS256 = "HS256"
)

// Check says in one sentence which setting cannot be, named as its flag is.
func (s Settings) Check() error {
	if s.Servers < 1 || s.Servers > 9 {
		return fmt.Errorf("--servers must be from 1 to 9, not %d", s.Servers)
	}
	if err := oneOf("--balance", s.Balance, BalanceSticky, BalanceRoundRobin); err != nil {
		return err
	}
	return s.Doors.Check()
}

// Check says in one sentence which setting cannot be, named as its flag is.
func (d Doors) Check() error {
	if err := oneOf("--store", d.Store, StoreMemory, StoreSQLite); err != nil {
		return err
	}
	if err := oneOf("--alg", d.Alg, AlgHS256); err != nil {
		return err
	}
	for _, lifetime := range []struct {
		flag string
		is   time.Duration
	}{
		{"--access-lifetime", d.AccessLifetime},
		{"--session-idle", d.SessionIdle},
		{"--session-lifetime", d.SessionLifetime},
	} {
		if lifetime.is < time.Second || lifetime.is > 366*24*time.Hour {
			return fmt.Errorf("%s must be from 1s to 8784h, not %s", lifetime.flag, lifetime.is)
		}
	}
	return nil
}

// Flags are the settings of each server as command line arguments.
func (d Doors) Flags() []string {
	return []string{
		"--store=" + d.Store,
		"--alg=" + d.Alg,
		"--access-lifetime=" + d.AccessLifetime.String(),
		"--session-idle=" + d.SessionIdle.String(),
		"--session-lifetime=" + d.SessionLifetime.String(),
	}
}

func oneOf(flag, is string, values ...string) error {
	if slices.Contains(values, is) {
		return nil
	}
	return fmt.Errorf("%s must be %s, not %q", flag, strings.Join(values, " or "), is)
}
