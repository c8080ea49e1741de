package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"twodoors/data"
)

//go:embed migrations/*.sql
var migrations embed.FS

type newerError struct{ found, known int }

func (e newerError) Error() string {
	return fmt.Sprintf("tables at version %d, this program knows %d", e.found, e.known)
}

// What is wrong with a database that was reached.
var (
	errForeign = errors.New("tables of somebody else")
	errEmpty   = errors.New("no tables")
)

// migrate runs the numbered migrations that the database has not seen yet. All of it is one transaction under a lock,
// so processes that start together take turns, and one that is killed half-way leaves nothing.
func (e *engine) migrate(ctx context.Context) error {
	names, known, err := numbered()
	if err != nil {
		return err
	}
	if found, err := e.version(ctx); err != nil || found == known {
		return err
	}
	return e.Transact(ctx, data.Locks{"migrations"}, func(tx *sql.Tx) error {
		found, err := versionOf(func(query string, into ...any) error { return tx.QueryRowContext(ctx, query).Scan(into...) })
		if err != nil {
			return err
		}
		if found > known {
			return newerError{found, known}
		}
		for i, name := range names {
			if i < found {
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
		_, err = tx.ExecContext(ctx, "UPDATE twodoors SET tables = $1", known)
		return err
	})
}

// expectKnown reports a database whose tables are not those that this program knows.
func (e *engine) expectKnown(ctx context.Context) error {
	_, known, err := numbered()
	if err != nil {
		return err
	}
	found, err := e.version(ctx)
	switch {
	case err != nil:
		return err
	case found == 0:
		return errEmpty
	case found > known:
		return newerError{found, known}
	}
	return nil
}

// numbered are the migrations in their order, and the number of the last.
func numbered() (names []string, known int, err error) {
	if names, err = fs.Glob(migrations, "migrations/*.sql"); err != nil { // by name, and each number has four digits
		return nil, 0, err
	}
	digits, _, _ := strings.Cut(strings.TrimPrefix(names[len(names)-1], "migrations/"), "_")
	known, err = strconv.Atoi(digits)
	return names, known, err
}

func (e *engine) version(ctx context.Context) (int, error) {
	return versionOf(func(query string, into ...any) error { return e.QueryRow(ctx, query, nil, into...) })
}

// versionOf is the number of the last migration that ran, 0 for an empty database.
func versionOf(read func(query string, into ...any) error) (version int, err error) {
	var ours, others bool
	err = read(`
		SELECT to_regclass('twodoors') IS NOT NULL,
			EXISTS (SELECT 1 FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace)`, &ours, &others)
	switch {
	case err != nil:
		return 0, fmt.Errorf("look for tables: %w", err)
	case !ours && others:
		return 0, errForeign
	case !ours:
		return 0, nil
	}
	if err = read(`SELECT tables FROM twodoors`, &version); err != nil {
		return 0, fmt.Errorf("read the number of the tables: %w", err)
	}
	return version, nil
}
