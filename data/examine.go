package data

import (
	"context"
	"fmt"
)

// small is a file that can be read as a whole at a start.
const small = 8 << 20

// damagedError is what SQLite found in a file.
type damagedError string

func (e damagedError) Error() string { return "damaged: " + string(e) }

// examine looks whether the file can be used: a small one is read as a whole, to see
// whether it is damaged.
func (db *DB) examine(ctx context.Context) error {
	if db.file.size() > small {
		return db.writable(ctx)
	}
	var found string
	if err := db.read.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&found); err != nil {
		return fmt.Errorf("check the file: %w", err)
	}
	if found != "ok" {
		return damagedError(found)
	}
	return db.writable(ctx)
}

// writable begins to write, and leaves it at that. That another program is writing just
// now is no fault: a start has nothing to write, as a rule.
func (db *DB) writable(ctx context.Context) error {
	setTimeout := fmt.Sprintf("PRAGMA busy_timeout = %d", busyTimeout.Milliseconds())
	if _, err := db.write.DB.ExecContext(ctx, "PRAGMA busy_timeout = 0"); err != nil {
		return err
	}
	if _, err := db.write.DB.ExecContext(ctx, "BEGIN IMMEDIATE; ROLLBACK"); err != nil && KindOf(err) != Locked {
		return err
	}
	_, err := db.write.DB.ExecContext(ctx, setTimeout)
	return err
}
