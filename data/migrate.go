package data

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
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
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(number(a), number(b)) })
	known := number(names[len(names)-1])

	current, err := version(ctx, db)
	if err != nil || current == known {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin migrations: %w", err)
	}
	defer tx.Rollback()

	if current, err = version(ctx, tx); err != nil {
		return err
	}
	if current > known {
		return newerError{current, known}
	}
	if current == 0 {
		if err := expectEmpty(ctx, tx); err != nil {
			return err
		}
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

// errForeign says that a database is another program's.
var errForeign = errors.New("tables of another program")

// expectEmpty refuses a file that has tables though no migration has seen it.
func expectEmpty(ctx context.Context, tx *sql.Tx) error {
	var tables int
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return err
	}
	if tables > 0 {
		return errForeign
	}
	return nil
}

func version(ctx context.Context, db interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}) (n int, err error) {
	err = db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&n)
	return n, err
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
