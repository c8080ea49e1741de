package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

//go:embed migrations/*.sql
var migrations embed.FS

type newerError struct{ found, known int }

func (e newerError) Error() string {
	return fmt.Sprintf("tables at version %d, this program knows %d", e.found, e.known)
}

// migrate runs the numbered migrations that the file has not seen yet. All of it
// is one transaction that holds the write lock from its first line, so processes
// that start together take turns, and one that is killed half-way leaves nothing.
func migrate(ctx context.Context, db *sql.DB) error {
	names, err := fs.Glob(migrations, "migrations/*.sql") // by name, and each number has four digits
	if err != nil {
		return err
	}
	known := number(names[len(names)-1])
	current, err := version(ctx, db)
	if err != nil {
		return err
	}
	if current == known {
		return expectWhole(ctx, db, current)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin migrations: %w", err)
	}
	defer tx.Rollback()
	if current, err = version(ctx, tx); err != nil { // another process may have been first
		return err
	}
	if current > known {
		return cmp.Or(expectOurs(ctx, tx, current), error(newerError{current, known}))
	}
	if err := expectWhole(ctx, tx, current); err != nil {
		return err
	}
	for _, name := range names {
		if number(name) <= current {
			continue
		}
		statements, err := migrations.ReadFile(name)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, string(statements)); err != nil {
			return fmt.Errorf("run %s: %w", name, err)
		}
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", known)); err != nil {
		return err
	}
	return tx.Commit()
}

// number is the 1 of "migrations/0001_start.sql".
func number(name string) int {
	digits, _, _ := strings.Cut(strings.TrimPrefix(name, "migrations/"), "_")
	n, err := strconv.Atoi(digits)
	if err != nil {
		panic("migration without a number: " + name)
	}
	return n
}
