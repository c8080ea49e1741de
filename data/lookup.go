package data

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
)

// lookup is a question with one row for an answer, asked at every request. It is
// prepared on connections of its own and speaks to SQLite's driver itself:
// database/sql, between the two, takes half as long again as SQLite.
type lookup struct {
	db       *DB
	query    string
	prepared chan *question // those that nobody asks just now, nil for one not yet made
	closing  sync.Once
	closed   chan struct{}
}

// question is a statement on a connection of its own.
type question struct {
	conn      driver.Conn
	statement driver.StmtQueryContext
}

// lookup prepares to ask a question.
func (db *DB) lookup(query string) *lookup {
	connections := runtime.NumCPU() + 1
	l := &lookup{db: db, query: query, prepared: make(chan *question, connections), closed: make(chan struct{})}
	for range connections {
		l.prepared <- nil
	}
	db.lookups = append(db.lookups, l)
	return l
}

// row asks, and reads the answer into variables, a column each. It is asked to the end,
// as the driver would start a goroutine to watch for that of ctx. ErrNotFound when
// there is no row.
func (l *lookup) row(ctx context.Context, arguments []driver.NamedValue, into ...any) error {
	if err := l.db.file.known(); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	var q *question
	select {
	case q = <-l.prepared:
	case <-l.closed:
		return errClosed
	}
	defer func() { l.prepared <- q }()
	if q == nil {
		l.db.standing.begin()
		var err error
		if q, err = l.db.ask(ctx, l.query); err != nil {
			return err
		}
	}
	return q.row(ctx, arguments, into...)
}

// ask opens a connection for a question.
func (db *DB) ask(ctx context.Context, query string) (*question, error) {
	conn, err := db.read.connector.Connect(ctx)
	if err != nil {
		return nil, fmt.Errorf("open another connection: %w", err)
	}
	statement, err := conn.(driver.ConnPrepareContext).PrepareContext(ctx, query)
	if err != nil {
		conn.Close()
		return nil, err
	}
	return &question{conn, statement.(driver.StmtQueryContext)}, nil
}

func (q *question) row(ctx context.Context, arguments []driver.NamedValue, into ...any) error {
	rows, err := q.statement.QueryContext(ctx, arguments)
	if err != nil {
		return err
	}
	defer rows.Close()
	var columns [maxColumns]driver.Value
	switch err := rows.Next(columns[:len(into)]); err {
	case nil:
		return scan(columns[:len(into)], into)
	case io.EOF:
		return ErrNotFound
	default:
		return err
	}
}

func (q *question) close() error {
	return errors.Join(q.statement.(driver.Stmt).Close(), q.conn.Close())
}

const maxColumns = 4

var errClosed = errors.New("the database is closed")

// scan takes a column for what it is: SQLite keeps any type in any column.
func scan(columns []driver.Value, into []any) error {
	for i, column := range columns {
		var ok bool
		switch variable := into[i].(type) {
		case *string:
			*variable, ok = column.(string)
		case *[]byte:
			if *variable, ok = column.([]byte); !ok {
				var text string
				text, ok = column.(string)
				*variable = []byte(text)
			}
		case *int64:
			*variable, ok = column.(int64)
		case *bool:
			var number int64
			number, ok = column.(int64)
			*variable = number != 0
		}
		if !ok {
			return fmt.Errorf("column %d holds a %T", i+1, column)
		}
	}
	return nil
}

// given numbers the arguments of a question.
func given(values ...driver.Value) []driver.NamedValue {
	arguments := make([]driver.NamedValue, len(values))
	for i, value := range values {
		arguments[i] = driver.NamedValue{Ordinal: i + 1, Value: value}
	}
	return arguments
}

// close waits for the questions under way.
func (l *lookup) close() (err error) {
	l.closing.Do(func() {
		close(l.closed)
		for range cap(l.prepared) {
			if q := <-l.prepared; q != nil {
				err = errors.Join(err, q.close())
			}
		}
	})
	return err
}
