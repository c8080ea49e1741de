package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"twodoors/data"
)

// engine is an open file. It is a data.Engine.
type engine struct {
	file    *file
	writer  *writer
	readers *readers
	lock    *readLock
}

// Name is what the database calls itself.
func (e *engine) Name() string { return "SQLite" }

// QueryRow reads the first row of a query.
func (e *engine) QueryRow(ctx context.Context, query string, arguments []any, into ...any) error {
	r, err := e.readers.take()
	if err != nil {
		return err
	}
	defer e.readers.give(r)
	if r.queries >= often {
		e.lock.want()
	}
	return r.queryRow(query, arguments, into...)
}

// Query reads all rows of a query.
func (e *engine) Query(ctx context.Context, query string, arguments []any, each func(data.Scan) error) error {
	r, err := e.readers.take()
	if err != nil {
		return err
	}
	defer e.readers.give(r)
	return r.query(query, arguments, each)
}

// Exec runs one statement that writes.
func (e *engine) Exec(ctx context.Context, statement string, arguments ...any) (rows int64, err error) {
	return e.writer.Exec(ctx, statement, arguments...)
}

// Transact runs do in a transaction that has the write lock from the beginning, which is all locks in one.
func (e *engine) Transact(ctx context.Context, _ data.Locks, do func(tx *sql.Tx) error) error {
	return e.writer.Transact(ctx, do)
}

// SkipLocked is empty: one connection writes.
func (e *engine) SkipLocked() string { return "" }

// Announce does nothing, and Listen hears nothing: another process has to look.
func (e *engine) Announce(context.Context, *sql.Tx) error { return nil }

// Listen returns at once.
func (e *engine) Listen(context.Context, func()) {}

// Ahead is 0: whoever uses the file is on one machine.
func (e *engine) Ahead() time.Duration { return 0 }

// InPlace is nil while the file that was opened lies at its path.
func (e *engine) InPlace() error { return e.file.check() }

// Close closes every connection, when the queries under way have ended.
func (e *engine) Close() error {
	e.lock.close()
	err := e.readers.close()
	e.file.end()
	return errors.Join(err, e.writer.Close())
}
