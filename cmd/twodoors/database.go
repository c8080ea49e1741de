package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"twodoors/data"
	"twodoors/data/postgres"
	"twodoors/data/sqlite"
	"twodoors/web/settings"
)

// Here, and nowhere else in the program, is it known which database there is.

// checkDatabase refuses a name that cannot be a database's.
func checkDatabase(name string) error {
	if postgres.IsAddress(name) {
		return postgres.CheckAddress(name)
	}
	return sqlite.CheckPath(name)
}

// databaseKind is of which kind a database is.
func databaseKind(name string) settings.Database {
	if postgres.IsAddress(name) {
		return settings.PostgreSQL
	}
	return settings.SQLite
}

// databaseLabel names a database for people, without a password.
func databaseLabel(name string) string {
	if postgres.IsAddress(name) {
		return postgres.Label(name)
	}
	return filepath.Base(name)
}

// expectDatabase refuses the name of a file that is not there. Whether there is such a PostgreSQL shows when it is
// opened.
func expectDatabase(name string) error {
	if postgres.IsAddress(name) {
		return nil
	}
	if _, err := os.Stat(name); err != nil {
		return fmt.Errorf("there is no %s", name)
	}
	return nil
}

// leadDatabase makes this process the only front of a database that several machines can reach, until ctx ends.
func leadDatabase(ctx context.Context, name string) error {
	if !postgres.IsAddress(name) {
		return nil
	}
	return postgres.Lead(ctx, name)
}

// roomsBeside is the folder for the databases of rooms, which are files whatever the site's is.
func roomsBeside(name string) string {
	if postgres.IsAddress(name) {
		return filepath.Join("data", "rooms")
	}
	return filepath.Join(filepath.Dir(name), "rooms")
}

// openExisting opens a database that a site has made before.
func openExisting(ctx context.Context, name string) (*data.DB, error) {
	if postgres.IsAddress(name) {
		return postgres.OpenExisting(ctx, name)
	}
	return sqlite.OpenExisting(ctx, name)
}

// openDisposable opens a database that is gone with its room.
func openDisposable(ctx context.Context, name string) (*data.DB, error) {
	return sqlite.OpenDisposable(ctx, name)
}

// openSharedTraces opens the table that servers on several machines share their traces in, nil when they cannot share
// the database.
func openSharedTraces(ctx context.Context, name string) (*data.Traces, error) {
	if !postgres.IsAddress(name) {
		return nil, nil
	}
	return postgres.OpenTraces(ctx, name)
}

// database opens the database as the person at the terminal asked for it. Whoever starts
// over is told where the old one is.
func (l listenFlags) database(ctx context.Context, t terminal) (*data.DB, error) {
	if postgres.IsAddress(l.DB) {
		return postgres.Open(ctx, l.DB)
	}
	if l.Fresh {
		aside, err := sqlite.SetAside(ctx, l.DB, time.Now())
		if err != nil {
			return nil, err
		}
		if aside != "" {
			fmt.Fprintf(t.errors, "The old database is now %s. Delete it when you no longer need it.\n", aside)
		}
	}
	return sqlite.Open(ctx, l.DB)
}

// checkFresh refuses to move aside what is not a file.
func (l listenFlags) checkFresh() error {
	if l.Fresh && postgres.IsAddress(l.DB) {
		return errors.New("--fresh moves a file aside, and --db names a PostgreSQL: create an empty database there and name that one")
	}
	return nil
}
