package postgres

import (
	"context"
	"database/sql"
	"errors"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"twodoors/data"
)

// engine is a pool of connections. It is a data.Engine.
type engine struct {
	pool *pgxpool.Pool
	db   *sql.DB // the same pool, for transactions
	breaker
	timeouts
	ahead atomic.Int64 // of this machine's clock, as the newest connection found it
}

// Name is what the database calls itself.
func (e *engine) Name() string { return "PostgreSQL" }

// QueryRow reads the first row of a query. Each connection prepares a text once.
func (e *engine) QueryRow(ctx context.Context, query string, arguments []any, into ...any) error {
	err := e.ask(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		return c.QueryRow(ctx, query, arguments...).Scan(into...)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return data.ErrNotFound
	}
	return fault(err)
}

// Query reads all rows of a query.
func (e *engine) Query(ctx context.Context, query string, arguments []any, each func(data.Scan) error) error {
	return fault(e.ask(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		rows, err := c.Query(ctx, query, arguments...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			if err := each(rows.Scan); err != nil {
				return err
			}
		}
		return rows.Err()
	}))
}

// Exec runs one statement that writes.
func (e *engine) Exec(ctx context.Context, statement string, arguments ...any) (rows int64, err error) {
	err = e.ask(ctx, func(ctx context.Context, c *pgxpool.Conn) error {
		tag, err := c.Exec(ctx, statement, arguments...)
		rows = tag.RowsAffected()
		return err
	})
	return rows, fault(err)
}

// ask runs a statement on a connection of its own.
func (e *engine) ask(ctx context.Context, run func(ctx context.Context, c *pgxpool.Conn) error) error {
	bounded, cancel := e.bounded(ctx)
	defer cancel()
	return e.breaker.do(func() error {
		c, err := e.acquire(ctx, bounded)
		if err != nil {
			return err
		}
		defer c.Release()
		return run(bounded, c)
	})
}

// bounded lets a statement run to its end, whoever has gone meanwhile, as an interrupted one costs its connection. It
// ends soon after PostgreSQL should have ended it: one that is frozen does not.
func (e *engine) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), e.statement+e.connect)
}

// errBusy is for somebody whose time has passed before a connection was free.
var errBusy = &data.Fault{Kind: data.Away, Err: errors.New("all connections wait for it")}

// acquire takes a connection out of the pool. It waits for one until the deadline of whoever asks.
func (e *engine) acquire(ctx, bounded context.Context) (*pgxpool.Conn, error) {
	waiting := bounded
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		waiting, cancel = context.WithDeadline(bounded, deadline)
		defer cancel()
	}
	c, err := e.pool.Acquire(waiting)
	if err != nil && waiting.Err() != nil && bounded.Err() == nil {
		return nil, errBusy
	}
	return c, err
}

// Ahead is how far PostgreSQL's clock is ahead of this machine's.
func (e *engine) Ahead() time.Duration { return time.Duration(e.ahead.Load()) }

// InPlace is nil: nobody takes the file away, and whether PostgreSQL answers is known only by asking.
func (e *engine) InPlace() error { return nil }

// closeWithin is how long Close waits for statements that are under way.
const closeWithin = time.Second

// Close closes every connection. Statements that are under way may end first, for a moment: a PostgreSQL that has
// stopped to answer ends none.
func (e *engine) Close() error {
	closed := make(chan error, 1)
	go func() {
		err := e.db.Close()
		e.pool.Close()
		closed <- err
	}()
	select {
	case err := <-closed:
		return err
	case <-time.After(closeWithin):
		return nil
	}
}
