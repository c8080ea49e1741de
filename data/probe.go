package data

import (
	"context"
	"fmt"
)

// Writable reports whether the database takes a change now: it opens the file, which has
// to be there, and writes the number of its tables once more. That changes nothing, and
// meets whatever a change would meet: a full disk, a file that is read-only or gone, and
// a lock that somebody holds, for which it waits as long as every change does.
//
// It does not wait for the disk to have it (synchronous), as nobody would miss it.
func (db *DB) Writable(ctx context.Context) error {
	unsynced := careful("deferred")
	unsynced.Add("_pragma", "synchronous(NORMAL)")
	fresh, err := newPool(db.file, source(db.file.path, unsynced), 1)
	if err != nil {
		return err
	}
	defer fresh.Close()
	connection, err := fresh.DB.Conn(ctx)
	if err != nil {
		return fmt.Errorf("open the file: %w", err)
	}
	defer connection.Close()
	if _, err := connection.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	var number int
	if err := connection.QueryRowContext(ctx, "PRAGMA user_version").Scan(&number); err != nil {
		return fmt.Errorf("read: %w", err)
	}
	if _, err := connection.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", number)); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	if _, err := connection.ExecContext(ctx, "COMMIT"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}
