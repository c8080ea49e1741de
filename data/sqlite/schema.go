package sqlite

import (
	"context"
	"database/sql"
	"errors"
)

// errForeign says that a database is another program's.
var errForeign = errors.New("tables of another program")

// tables are those that we make, and the migration that makes them.
var tables = map[string]int{
	"users": 1, "sessions": 1, "signing_keys": 1, "secrets": 1,
	"refresh_families": 2, "refresh_tokens": 2, "revoked_tokens": 2, "issued_tokens": 2,
	"lab_progress": 3, "lab_history": 6, "embeds": 7, "classes": 8, "class_people": 8,
	"attempts": 9, "agreement": 10, "followers": 10,
}

// expectOurs refuses a database that has tables though no migration has seen it, and one that
// another program has numbered as we number ours: three tables of our names are no chance.
func expectOurs(ctx context.Context, db queryer, version int) error {
	there, err := names(ctx, db)
	if err != nil {
		return err
	}
	ours := 0
	for table := range tables {
		if there[table] {
			ours++
		}
	}
	if version == 0 && len(there) > 0 || version != 0 && ours < 3 {
		return errForeign
	}
	return nil
}

// expectWhole also refuses one of ours that has lost a table, or has a number that we give none.
func expectWhole(ctx context.Context, db queryer, version int) error {
	if err := expectOurs(ctx, db, version); err != nil {
		return err
	}
	if version < 0 {
		return damaged("its tables are at version %d", version)
	}
	there, err := names(ctx, db)
	if err != nil {
		return err
	}
	for table, since := range tables {
		if version >= since && !there[table] {
			return damaged("the table %s is gone", table)
		}
	}
	return nil
}

// names are those of all that is in a database.
func names(ctx context.Context, db queryer) (map[string]bool, error) {
	rows, err := db.QueryContext(ctx, "SELECT name FROM sqlite_schema")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names := map[string]bool{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names[name] = true
	}
	return names, rows.Err()
}

// version is the number of the last migration that a database has seen.
func version(ctx context.Context, db queryer) (n int, err error) {
	err = db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&n)
	return n, err
}

// queryer is a database, or a transaction in it.
type queryer interface {
	QueryContext(ctx context.Context, query string, arguments ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, arguments ...any) *sql.Row
}
