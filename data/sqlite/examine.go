package sqlite

import (
	"context"
	"fmt"

	"twodoors/data"
)

// small is a file that can be read as a whole at a start.
const small = 8 << 20

// examine looks whether the file can be used: a small one is read as a whole, to see
// whether it is damaged.
func (e *engine) examine(ctx context.Context) error {
	if e.file.size() > small {
		return e.writable(ctx)
	}
	var found string
	if err := e.QueryRow(ctx, "PRAGMA quick_check(1)", nil, &found); err != nil {
		return fmt.Errorf("check the file: %w", err)
	}
	if found != "ok" {
		return damaged("%s", found)
	}
	return e.writable(ctx)
}

// writable begins to write, and leaves it at that. That another program is writing just
// now is no fault: a start has nothing to write, as a rule.
func (e *engine) writable(ctx context.Context) error {
	setTimeout := fmt.Sprintf("PRAGMA busy_timeout = %d", busyTimeout.Milliseconds())
	if _, err := e.writer.DB.ExecContext(ctx, "PRAGMA busy_timeout = 0"); err != nil {
		return err
	}
	if _, err := e.writer.DB.ExecContext(ctx, "BEGIN IMMEDIATE; ROLLBACK"); err != nil && data.KindOf(fault(err)) != data.Locked {
		return err
	}
	_, err := e.writer.DB.ExecContext(ctx, setTimeout)
	return err
}
