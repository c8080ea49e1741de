package main

import (
	"context"
	"fmt"
	"time"

	"twodoors/data"
	"twodoors/data/sqlite"
)

// Here, and nowhere else in the program, is it known which database there is.

// checkDatabase refuses a name that cannot be a database's.
func checkDatabase(name string) error { return sqlite.CheckPath(name) }

// openExisting opens a database that a site has made before.
func openExisting(ctx context.Context, name string) (*data.DB, error) {
	return sqlite.OpenExisting(ctx, name)
}

// openDisposable opens a database that is gone with its room.
func openDisposable(ctx context.Context, name string) (*data.DB, error) {
	return sqlite.OpenDisposable(ctx, name)
}

// database opens the database as the person at the terminal asked for it. Whoever starts
// over is told where the old one is.
func (l listenFlags) database(ctx context.Context, t terminal) (*data.DB, error) {
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
