package postgres

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"regexp"

	"twodoors/data"
)

//go:embed migrations/*.sql
var migrations embed.FS

// What is wrong with a database that was reached.
var (
	errForeign = errors.New("tables of somebody else")
	errEmpty   = errors.New("no tables")
)

// lostError says that one of our tables has gone.
type lostError struct{ table string }

func (e lostError) Error() string { return "the table " + e.table + " is gone" }

// migrate runs the numbered migrations that the database has not seen yet. All of it is one transaction under a lock,
// so processes that start together take turns, and one that is killed half-way leaves nothing.
func (e *engine) migrate(ctx context.Context) error {
	all, err := data.Migrations(migrations)
	if err != nil {
		return err
	}
	found, err := e.version(ctx)
	if err != nil {
		return err
	}
	if found < len(all) {
		if err := e.Transact(ctx, data.Locks{"migrations"}, func(tx *sql.Tx) error { return run(ctx, tx, all) }); err != nil {
			return err
		}
	}
	return e.expectKnown(ctx)
}

// run runs those that nobody has run meanwhile.
func run(ctx context.Context, tx *sql.Tx, all []data.Migration) error {
	found, err := version(func(query string, into ...any) error { return tx.QueryRowContext(ctx, query).Scan(into...) })
	if err != nil {
		return err
	}
	for _, m := range all[min(found, len(all)):] {
		if _, err := tx.ExecContext(ctx, m.Statements); err != nil {
			return fmt.Errorf("run %s: %w", m.Name, err)
		}
		if _, err := tx.ExecContext(ctx, "UPDATE twodoors SET tables = $1", m.Number); err != nil {
			return fmt.Errorf("note %s: %w", m.Name, err)
		}
	}
	return nil
}

// expectKnown reports a database whose tables are not those that this program knows.
func (e *engine) expectKnown(ctx context.Context) error {
	all, err := data.Migrations(migrations)
	if err != nil {
		return err
	}
	found, err := e.version(ctx)
	switch {
	case err != nil:
		return err
	case found == 0:
		return errEmpty
	case found > len(all):
		return &data.NewerError{Found: found, Known: len(all)}
	}
	return e.expectWhole(ctx, all)
}

// made finds the tables that a migration makes.
var made = regexp.MustCompile(`(?m)^CREATE (?:UNLOGGED )?TABLE (\w+)`)

// expectWhole reports a table that somebody has removed: a start says so, instead of a site that fails for ever.
func (e *engine) expectWhole(ctx context.Context, all []data.Migration) error {
	var tables []string
	for _, m := range all {
		for _, table := range made.FindAllStringSubmatch(m.Statements, -1) {
			tables = append(tables, table[1])
		}
	}
	var lost string
	err := e.QueryRow(ctx, `SELECT name FROM unnest(CAST($1 AS text[])) AS name WHERE to_regclass(name) IS NULL LIMIT 1`, []any{tables}, &lost)
	if errors.Is(err, data.ErrNotFound) {
		return nil
	}
	return cmp.Or(err, error(lostError{lost}))
}

func (e *engine) version(ctx context.Context) (int, error) {
	return version(func(query string, into ...any) error { return e.QueryRow(ctx, query, nil, into...) })
}

// version is the number of the last migration that ran, 0 for an empty database.
func version(read func(query string, into ...any) error) (number int, err error) {
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
	if err = read(`SELECT tables FROM twodoors`, &number); err != nil {
		return 0, fmt.Errorf("read the number of the tables: %w", err)
	}
	return number, nil
}
