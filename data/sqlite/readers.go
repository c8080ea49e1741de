package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"

	"twodoors/data"
)

// readers are the connections that read. They speak to SQLite's driver themselves:
// database/sql, between the two, takes half as long again as SQLite.
type readers struct {
	connector connector
	free      chan *reader  // those that are open, and that nobody uses just now
	more      chan struct{} // as many as may be opened yet
	closing   sync.Once
	closed    chan struct{}
}

// reader is a connection with the queries that it has prepared. One goroutine has it at
// a time.
type reader struct {
	conn     driver.Conn
	prepared map[string]driver.StmtQueryContext // by their text
	queries  int                                // how many it has run

	arguments []driver.NamedValue // of the query under way
	columns   []driver.Value      // of its row
}

// newReaders opens none yet. There is one more than processors, for whoever waits for
// the disk.
func newReaders(c connector) *readers {
	connections := runtime.NumCPU() + 1
	r := &readers{connector: c, free: make(chan *reader, connections), more: make(chan struct{}, connections), closed: make(chan struct{})}
	for range connections {
		r.more <- struct{}{}
	}
	return r
}

var errClosed = errors.New("the database is closed")

// take waits for a reader, which has to be given back. It opens another one only when all are in use.
func (r *readers) take() (*reader, error) {
	if err := r.connector.file.known(); err != nil {
		return nil, err
	}
	select {
	case one := <-r.free:
		return one, nil
	default:
	}
	select {
	case one := <-r.free:
		return one, nil
	case <-r.more:
	case <-r.closed:
		return nil, errClosed
	}
	one, err := r.open(context.Background())
	if err != nil {
		r.more <- struct{}{}
	}
	return one, err
}

// begin opens the first, and has it read. It stays open for as long as the database is, so the write-ahead log stays the
// same file: the last connection that is closed would remove it.
func (r *readers) begin(ctx context.Context) error {
	one, err := r.open(ctx)
	if err != nil {
		return err
	}
	if _, err := one.version(); err != nil {
		return fmt.Errorf("begin to read: %w", errors.Join(err, one.close()))
	}
	<-r.more
	r.give(one)
	return nil
}

// version is a number that changes when others have written.
func (r *reader) version() (n int64, err error) {
	err = r.queryRow("PRAGMA data_version", nil, &n)
	return n, err
}

func (r *readers) give(one *reader) { r.free <- one }

// open opens one reader more.
func (r *readers) open(ctx context.Context) (*reader, error) {
	conn, err := r.connector.Connect(ctx)
	if err != nil {
		return nil, fault(fmt.Errorf("open another connection: %w", err))
	}
	return &reader{conn: conn, prepared: map[string]driver.StmtQueryContext{}}, nil
}

// close waits for the queries under way.
func (r *readers) close() (err error) {
	r.closing.Do(func() {
		close(r.closed)
		for range cap(r.free) {
			select {
			case one := <-r.free:
				err = errors.Join(err, one.close())
			case <-r.more:
			}
		}
	})
	return err
}

// queryRow reads the first row into variables.
func (r *reader) queryRow(query string, arguments []any, into ...any) error {
	rows, err := r.rows(query, arguments)
	if err != nil {
		return fault(err)
	}
	defer rows.Close()
	switch err := r.next(rows); err {
	case nil:
		return scan(r.columns, into)
	case io.EOF:
		return data.ErrNotFound
	default:
		return fault(err)
	}
}

// query hands over each row.
func (r *reader) query(query string, arguments []any, each func(data.Scan) error) error {
	rows, err := r.rows(query, arguments)
	if err != nil {
		return fault(err)
	}
	defer rows.Close()
	for {
		switch err := r.next(rows); err {
		case nil:
			if err := each(func(into ...any) error { return scan(r.columns, into) }); err != nil {
				return err
			}
		case io.EOF:
			return nil
		default:
			return fault(err)
		}
	}
}

// rows runs a query. It runs to its end, whoever has gone meanwhile: to watch for that,
// the driver would start a goroutine for each.
func (r *reader) rows(query string, arguments []any) (driver.Rows, error) {
	statement, err := r.statement(query)
	if err != nil {
		return nil, err
	}
	r.queries++
	r.arguments = r.arguments[:0]
	for i, argument := range arguments {
		r.arguments = append(r.arguments, driver.NamedValue{Ordinal: i + 1, Value: argument})
	}
	return statement.QueryContext(context.Background(), r.arguments)
}

// statement prepares each text once.
func (r *reader) statement(query string) (driver.StmtQueryContext, error) {
	if statement, ok := r.prepared[query]; ok {
		return statement, nil
	}
	prepared, err := r.conn.(driver.ConnPrepareContext).PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	statement := prepared.(driver.StmtQueryContext)
	r.prepared[query] = statement
	return statement, nil
}

func (r *reader) next(rows driver.Rows) error {
	width := len(rows.Columns())
	if cap(r.columns) < width {
		r.columns = make([]driver.Value, width)
	}
	r.columns = r.columns[:width]
	return rows.Next(r.columns)
}

// execute runs statements that no query waits for.
func (r *reader) execute(statements string) error {
	_, err := r.conn.(driver.ExecerContext).ExecContext(context.Background(), statements, nil)
	return fault(err)
}

func (r *reader) close() (err error) {
	for _, statement := range r.prepared {
		err = errors.Join(err, statement.(driver.Stmt).Close())
	}
	return errors.Join(err, r.conn.Close())
}
