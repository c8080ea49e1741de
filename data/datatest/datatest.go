// Package datatest holds what the tables of package data promise, for every engine to keep: an engine's own test calls
// Run. Servers that share a database are several openings of it here, and real processes where a start is concerned.
//
// What only one kind of database has, a file for instance, is tested beside its engine.
package datatest

import (
	"context"
	"database/sql"
	"os"
	"testing"
	"time"

	"twodoors/data"
)

// Engine opens databases of one kind.
type Engine struct {
	// Place names a database that is not there yet.
	Place func(t *testing.T) string

	// Open opens it as a site's start does: it makes and migrates the tables.
	Open func(ctx context.Context, place string) (*data.DB, error)

	// Administer connects to it beside Two Doors.
	Administer func(place string) (*sql.DB, error)

	// Earlier make databases as earlier versions of Two Doors have left them, each with the
	// account ada and the living key "k-1" in it.
	Earlier map[string]func(t *testing.T, place string)
}

// promise fails the test of a site that does not keep it.
type promise func(t *testing.T, s *site)

// Run holds an engine to all promises, each with a database of its own.
func Run(t *testing.T, engine Engine) {
	if place, ours := os.LookupEnv(startedAt); ours {
		start(engine, place)
	}
	for table, promises := range map[string]map[string]promise{
		"start": starts, "users": users, "changed": changed, "sessions": sessions, "keys": keys, "refresh": refresh,
		"revoked": revoked, "issued": issued, "secrets": secrets, "progress": progress, "embeds": embeds, "classes": classes,
		"agreed": agreed, "locks": locks,
		"attempts": attempts,
	} {
		t.Run(table, func(t *testing.T) {
			t.Parallel()
			for name, keep := range promises {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					keep(t, newSite(t, engine))
				})
			}
		})
	}
}

// site is a database, and when it is.
type site struct {
	engine    Engine
	place     string
	db        *data.DB
	now, soon time.Time
}

func newSite(t *testing.T, engine Engine) *site {
	now := time.Now().Truncate(time.Second) // the tables keep whole ones
	s := &site{engine: engine, place: engine.Place(t), now: now, soon: now.Add(time.Hour)}
	s.db = s.server(t)
	return s
}

// server opens the database once more, as another server does.
func (s *site) server(t *testing.T) *data.DB {
	t.Helper()
	db, err := s.engine.Open(t.Context(), s.place)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// servers are several of them.
func (s *site) servers(t *testing.T, n int) (all []*data.DB) {
	for range n {
		all = append(all, s.server(t))
	}
	return all
}

// user adds an account.
func (s *site) user(t *testing.T, name, role string) data.User {
	t.Helper()
	user, err := s.db.Users.Create(t.Context(), name, name, "hash", role, s.now)
	if err != nil {
		t.Fatal(err)
	}
	return user
}

// administer changes the database beside Two Doors.
func (s *site) administer(t *testing.T, statement string, arguments ...any) {
	t.Helper()
	db := s.beside(t)
	if _, err := db.ExecContext(t.Context(), statement, arguments...); err != nil {
		t.Fatal(err)
	}
}

// count is the number that a query finds, asked beside Two Doors.
func (s *site) count(t *testing.T, query string) (n int) {
	t.Helper()
	db := s.beside(t)
	if err := db.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func (s *site) beside(t *testing.T) *sql.DB {
	t.Helper()
	db, err := s.engine.Administer(s.place)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
