package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
)

// writer is the connection that writes. It returns no error only when what it wrote is
// in the file that lies at the path.
type writer struct {
	*sql.DB
	file     *file
	prepared sync.Map // of *sql.Stmt, by their text
}

func newWriter(c connector) *writer {
	db := sql.OpenDB(c)
	db.SetMaxOpenConns(1)
	db.SetMaxIdleConns(1)
	return &writer{DB: db, file: c.file}
}

// Exec runs a statement, and says how many rows it met.
func (w *writer) Exec(ctx context.Context, text string, arguments ...any) (rows int64, err error) {
	err = w.file.guard(func() error {
		statement, err := w.statement(ctx, text)
		if err != nil {
			return err
		}
		result, err := statement.ExecContext(ctx, arguments...)
		if err != nil {
			return err
		}
		rows, err = result.RowsAffected()
		return err
	})
	return rows, fault(err)
}

// statement prepares each text once.
func (w *writer) statement(ctx context.Context, text string) (*sql.Stmt, error) {
	if kept, ok := w.prepared.Load(text); ok {
		return kept.(*sql.Stmt), nil
	}
	statement, err := w.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	kept, was := w.prepared.LoadOrStore(text, statement)
	if was {
		statement.Close()
	}
	return kept.(*sql.Stmt), nil
}

// Transact does what is to happen as a whole or not at all.
func (w *writer) Transact(ctx context.Context, do func(tx *sql.Tx) error) error {
	if err := w.file.known(); err != nil {
		return err
	}
	tx, err := w.BeginTx(ctx, nil)
	if err != nil {
		return fault(fmt.Errorf("begin: %w", err))
	}
	defer tx.Rollback()
	if err := do(tx); err != nil {
		return fault(err)
	}
	return fault(w.file.guard(tx.Commit))
}
