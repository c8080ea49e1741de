package sqlite

import (
	"context"
	"database/sql"
	"errors"
)

// errForeign says that a database is another program's.
var errForeign = errors.New("tables of another program")

// expectOurs refuses a database that has tables though no migration has seen it, and one that
// another program has numbered as we number ours.
func expectOurs(ctx context.Context, db queryer, version int) error {
	there, err := names(ctx, db)
	if err != nil {
		return err
	}
	if version == 0 && len(there) > 0 || version != 0 && !(there["users"] && there["sessions"] && there["signing_keys"]) {
		return errForeign
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
