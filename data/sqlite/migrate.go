package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"fmt"

	"twodoors/data"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate runs the numbered migrations that the file has not seen yet. All of it
// is one transaction that holds the write lock from its first line, so processes
// that start together take turns, and one that is killed half-way leaves nothing.
func migrate(ctx context.Context, db *sql.DB) error {
	all, err := data.Migrations(migrations)
	if err != nil {
		return err
	}
	known := len(all)
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
		return cmp.Or(expectOurs(ctx, tx, current), error(&data.NewerError{Found: current, Known: known}))
	}
	if err := expectWhole(ctx, tx, current); err != nil {
		return err
	}
	for _, m := range all[current:] {
		if _, err := tx.ExecContext(ctx, m.Statements); err != nil {
			return fmt.Errorf("run %s: %w", m.Name, err)
		}
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", known)); err != nil {
		return err
	}
	return tx.Commit()
}
