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
	if err != nil {
		return err
	}
	if current == known {
		return expectOurs(ctx, db, current)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin migrations: %w", err)
	}
	defer tx.Rollback()

	if current, err = version(ctx, tx); err != nil {
		return err
	}
	if err := expectOurs(ctx, tx, current); err != nil {
		return err
	}
	if current > known {
		return newerError{current, known}
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

// expectOurs refuses a file that has tables though no migration has seen it, and one that
// another program has numbered as we number ours.
func expectOurs(ctx context.Context, db queryer, current int) error {
	question := "SELECT count(*) = 3 FROM sqlite_schema WHERE name IN ('users', 'sessions', 'signing_keys')"
	if current == 0 {
		question = "SELECT count(*) = 0 FROM sqlite_schema"
	}
	var ours bool
	if err := db.QueryRowContext(ctx, question).Scan(&ours); err != nil {
		return err
	}
	if !ours {
		return errForeign
	}
	return nil
}

// queryer is a database, or a transaction in it.
type queryer interface {
	QueryRowContext(ctx context.Context, query string, arguments ...any) *sql.Row
}

func version(ctx context.Context, db queryer) (n int, err error) {
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
