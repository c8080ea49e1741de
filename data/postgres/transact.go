package postgres

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"twodoors/data"
)

// Transact runs do in a transaction that holds the locks, whichever process asks. It takes each in a statement of its
// own, so what it reads afterwards is what the one before has left.
//
// When the answer to the commit is lost, so is whether it happened: that is an error, and nothing is done again.
func (e *engine) Transact(ctx context.Context, locks data.Locks, do func(tx *sql.Tx) error) error {
	ctx, cancel := e.bounded(ctx)
	defer cancel()
	return fault(e.breaker.do(func() error { return e.transact(ctx, locks, do) }))
}

func (e *engine) transact(ctx context.Context, locks data.Locks, do func(tx *sql.Tx) error) error {
	tx, err := e.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback()
	for _, lock := range slices.Sorted(slices.Values(locks)) {
		if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", lock); err != nil {
			return fmt.Errorf("take the lock %s: %w", lock, err)
		}
	}
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// SkipLocked ends the inner query of a DELETE: rows that another process is about to remove are its affair.
func (e *engine) SkipLocked() string { return " FOR UPDATE SKIP LOCKED" }

// Writable writes the number of the tables once more. That changes nothing, and meets whatever a change would meet: a
// standby, missing rights, a full disk. It does not wait for the disk to have it, as nobody would miss it.
func (e *engine) Writable(ctx context.Context) error {
	return e.Transact(ctx, nil, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "SET LOCAL synchronous_commit = off")
		if err == nil {
			_, err = tx.ExecContext(ctx, "UPDATE twodoors SET tables = tables")
		}
		return err
	})
}
