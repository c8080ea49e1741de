package sqlite

import (
	"context"
	"database/sql"
	"fmt"
)

// Writable reports whether the database takes a change now: on a new connection it
// writes the number of its tables once more. That changes nothing, and meets whatever a
// change would meet: a full disk, a file that is read-only or gone, and a lock that
// somebody holds, for which it waits as long as every change does.
//
// It does not wait for the disk to have it, as nobody would miss it.
func (e *engine) Writable(ctx context.Context) error {
	options := e.file.careful("immediate")
	options.Add("_pragma", "synchronous(NORMAL)")
	connector, err := newConnector(e.file, options)
	if err != nil {
		return err
	}
	fresh := newWriter(connector)
	defer fresh.Close()
	return fresh.Transact(ctx, func(tx *sql.Tx) error {
		var number int
		if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&number); err != nil {
			return fmt.Errorf("read: %w", err)
		}
		_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", number))
		return err
	})
}
