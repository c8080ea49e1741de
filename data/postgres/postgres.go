// Package postgres keeps the database of package data in PostgreSQL, through pgx.
//
// Servers on several machines share it. Reads go through a pool of connections, each with its queries prepared
// (engine.go); writes that have to be agreed take turns by a lock of the database (transact.go). What PostgreSQL refuses
// is told in the words of data.Kind (fault.go); nobody outside this package sees an error of the driver, and none names
// the password.
package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"twodoors/data"
)

// timeouts are until a connection is there, and until a statement has ended, its wait for locks included. A transaction
// in which nobody asks anything is ended after twice as long.
type timeouts struct{ connect, statement time.Duration }

var (
	usual = timeouts{2 * time.Second, 5 * time.Second}

	// ofTraces are shorter: nobody waits for them for long, and they keep no connection from the rest.
	ofTraces = timeouts{time.Second, time.Second}
)

// maxConnections is how many a process opens, unless the address says pool_max_conns, and how many more for traces.
const (
	maxConnections = "16"
	maxForTraces   = 3
)

// IsAddress reports whether a name of a database is an address of PostgreSQL.
func IsAddress(name string) bool {
	return strings.HasPrefix(name, "postgres://") || strings.HasPrefix(name, "postgresql://")
}

// CheckAddress refuses what cannot be an address. Its sentence does not name the address, in which a password may be.
func CheckAddress(address string) error {
	_, err := parse(address)
	return err
}

// Label names a database for people, without the password: "twodoors at db.example.org:5432".
func Label(address string) string {
	config, err := parse(address)
	if err != nil {
		return "PostgreSQL"
	}
	return fmt.Sprintf("%s at %s:%d", config.ConnConfig.Database, config.ConnConfig.Host, config.ConnConfig.Port)
}

func parse(address string) (*pgxpool.Config, error) {
	errUnclear := errors.New("--db must be an address such as postgres://user@localhost/twodoors")
	parsed, err := url.Parse(address)
	if err != nil {
		return nil, errUnclear
	}
	if strings.ContainsAny(strings.TrimPrefix(parsed.Path, "/"), "/@") { // a password with such characters was not escaped
		return nil, errors.New("--db must be an address such as postgres://user@localhost/twodoors; write / and @ in a password as %2F and %40")
	}
	options := parsed.Query()
	if !options.Has("pool_max_conns") {
		options.Set("pool_max_conns", maxConnections)
	}
	parsed.RawQuery = options.Encode()
	config, err := pgxpool.ParseConfig(parsed.String())
	if err != nil {
		return nil, cmp.Or(unreadable(options), errUnclear)
	}
	config.ConnConfig.RuntimeParams["application_name"] = "twodoors"
	config.ConnConfig.ValidateConnect = expectPrimary
	return config, nil
}

// unreadable names a file of an address that cannot be read.
func unreadable(options url.Values) error {
	for _, name := range []string{"sslrootcert", "sslcert", "sslkey", "passfile"} {
		if path := options.Get(name); path != "" && path != "system" {
			if _, err := os.ReadFile(path); err != nil {
				return fmt.Errorf("%s of --db cannot be read: %w", name, err)
			}
		}
	}
	return nil
}

// expectPrimary refuses a server that takes only reads. Of several in the address the next one is tried.
func expectPrimary(ctx context.Context, conn *pgconn.PgConn) error {
	answer, err := conn.Exec(ctx, "SHOW transaction_read_only").ReadAll()
	if err == nil && string(answer[0].Rows[0][0]) == "on" {
		return &data.Fault{Kind: data.Standby, Err: errors.New("its transactions are read-only")}
	}
	return err
}

// Open opens the database of an address for whoever starts a site: it makes the tables, or brings them up to date.
// Several processes may do so at once.
//
// Its errors are single sentences for the person who started the program.
func Open(ctx context.Context, address string) (*data.DB, error) {
	e, err := open(ctx, address, usual)
	if err == nil {
		if err = e.migrate(ctx); err != nil {
			e.Close()
		}
	}
	if err != nil {
		return nil, sentence(address, err)
	}
	return data.New(e), nil
}

// OpenTraces opens the table that servers on several machines share their traces in, with connections of its own. It
// connects when it is needed. Close it when done.
func OpenTraces(ctx context.Context, address string) (*data.Traces, error) {
	e, err := open(ctx, address, ofTraces)
	if err != nil {
		return nil, sentence(address, err)
	}
	return data.NewTraces(e), nil
}

// OpenExisting opens a database that a site has made before, for a process that works for another.
func OpenExisting(ctx context.Context, address string) (*data.DB, error) {
	e, err := open(ctx, address, usual)
	if err == nil {
		if err = e.expectKnown(ctx); err != nil {
			e.Close()
		}
	}
	if err != nil {
		return nil, sentence(address, err)
	}
	return data.New(e), nil
}

func open(ctx context.Context, address string, waits timeouts) (*engine, error) {
	config, err := parse(address)
	if err != nil {
		return nil, err
	}
	config.ConnConfig.ConnectTimeout = waits.connect
	if waits == ofTraces {
		config.MaxConns = maxForTraces
	}
	e := &engine{timeouts: waits}
	config.AfterConnect = e.settle
	if e.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, err
	}
	e.db = stdlib.OpenDBFromPool(e.pool)
	return e, nil
}

// settle bounds what a new connection may take, and compares clocks. These are statements of a session, not parameters
// of its start: a pooler between does not know those.
func (e *engine) settle(ctx context.Context, conn *pgx.Conn) error {
	// Whoever waits for the connection may give up, and the pool does not: a silent one would keep its place for ever.
	ctx, cancel := context.WithTimeout(ctx, e.connect)
	defer cancel()
	began := time.Now()
	results, err := conn.PgConn().Exec(ctx, fmt.Sprintf(`SET statement_timeout = %d; SET idle_in_transaction_session_timeout = %d;
		SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)`,
		e.statement.Milliseconds(), 2*e.statement.Milliseconds())).ReadAll()
	if err != nil {
		return err
	}
	told, err := strconv.ParseInt(string(results[2].Rows[0][0]), 10, 64)
	if err != nil {
		return fmt.Errorf("read the clock of the database: %w", err)
	}
	e.ahead.Store(int64(apart(time.UnixMilli(told), began, time.Now())))
	return nil
}

// sameClock is how much clocks may differ that are kept by the same protocol: less is noise of the question.
const sameClock = 250 * time.Millisecond

// apart is how far a clock is ahead of this machine's at least, which was asked between two moments of that. Whatever lies
// between the two may be the same time: how long the question and the answer took on their ways, nobody knows.
func apart(told, began, ended time.Time) time.Duration {
	ahead := time.Duration(0)
	if before := told.Sub(began.Round(0)); before < 0 {
		ahead = before
	} else if after := told.Sub(ended.Round(0)); after > 0 {
		ahead = after
	}
	if ahead.Abs() < sameClock {
		return 0
	}
	return ahead
}
