package data

import (
	"context"
	"database/sql"
	"fmt"

	"modernc.org/sqlite"
)

// pool is connections to the file. It reads nothing while the file is away, and returns
// no error of a write only when that is in the file.
type pool struct {
	*sql.DB
	connector connector
	file      *file
}

func newPool(file *file, source string, connections int) (*pool, error) {
	base, err := sqlite.NewConnector(source)
	if err != nil {
		return nil, err
	}
	connector := connector{base, file}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return &pool{db, connector, file}, nil
}

// QueryContext asks for rows.
func (p *pool) QueryContext(ctx context.Context, query string, arguments ...any) (*sql.Rows, error) {
	if err := p.file.known(); err != nil {
		return nil, err
	}
	return p.DB.QueryContext(ctx, query, arguments...)
}

// QueryRowContext asks for a row.
func (p *pool) QueryRowContext(ctx context.Context, query string, arguments ...any) row {
	if err := p.file.known(); err != nil {
		return row{err: err}
	}
	return row{Row: p.DB.QueryRowContext(ctx, query, arguments...)}
}

// ExecContext writes.
func (p *pool) ExecContext(ctx context.Context, query string, arguments ...any) (result sql.Result, err error) {
	err = p.file.guard(func() (err error) {
		result, err = p.DB.ExecContext(ctx, query, arguments...)
		return err
	})
	return result, err
}

// PrepareContext prepares a statement.
func (p *pool) PrepareContext(ctx context.Context, query string) (*statement, error) {
	prepared, err := p.DB.PrepareContext(ctx, query)
	return &statement{prepared, p.file}, err
}

// change does what is to happen as a whole or not at all. Its transaction has the
// write lock from the beginning.
func (p *pool) change(ctx context.Context, do func(tx *sql.Tx) error) error {
	if err := p.file.known(); err != nil {
		return err
	}
	tx, err := p.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback()
	if err := do(tx); err != nil {
		return err
	}
	return p.file.guard(tx.Commit)
}

// row is the answer to a question, or why it was not asked.
type row struct {
	*sql.Row
	err error
}

// Scan reads the row.
func (r row) Scan(into ...any) error {
	if r.err != nil {
		return r.err
	}
	return r.Row.Scan(into...)
}

// statement is prepared, and as careful as the pool.
type statement struct {
	*sql.Stmt
	file *file
}

// QueryRowContext asks for a row.
func (s *statement) QueryRowContext(ctx context.Context, arguments ...any) row {
	if err := s.file.known(); err != nil {
		return row{err: err}
	}
	return row{Row: s.Stmt.QueryRowContext(ctx, arguments...)}
}

// ExecContext writes.
func (s *statement) ExecContext(ctx context.Context, arguments ...any) (result sql.Result, err error) {
	err = s.file.guard(func() (err error) {
		result, err = s.Stmt.ExecContext(ctx, arguments...)
		return err
	})
	return result, err
}
