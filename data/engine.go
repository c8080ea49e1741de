package data

import (
	"context"
	"database/sql"
	"strconv"
	"time"
)

// Engine runs the statements of the tables on one kind of database, and holds what SQL leaves to each kind. The
// statements keep to what SQLite and PostgreSQL have in common.
//
// An error that comes from the database is a *Fault, whatever it is wrapped in.
type Engine interface {
	// Name is what the database calls itself, in traces.
	Name() string

	// QueryRow reads the first row into variables, one for each column. ErrNotFound when there is none.
	// Nearly every request asks so: the engine prepares each query once. A reader never waits for a writer.
	QueryRow(ctx context.Context, query string, arguments []any, into ...any) error

	// Query reads all rows: it calls each with what scans the row into variables. Meanwhile each asks for nothing else.
	Query(ctx context.Context, query string, arguments []any, each func(scan Scan) error) error

	// Exec runs one statement that writes, and says how many rows it met. When it returns no error, the change is
	// on the disk. The engine prepares each statement once.
	Exec(ctx context.Context, statement string, arguments ...any) (rows int64, err error)

	// Transact runs do in a transaction, which is on the disk as a whole or not at all. Of those that name the same lock
	// one is under way at a time: no other comes between what it reads and what it writes.
	Transact(ctx context.Context, locks Locks, do func(tx *sql.Tx) error) error

	// SkipLocked ends the inner query of a DELETE that cleans up, so that it waits for nobody. It is empty where only
	// one connection writes.
	SkipLocked() string

	// Announce tells all who listen, once the transaction has happened. It does nothing where nobody can be told.
	Announce(ctx context.Context, tx *sql.Tx) error

	// Listen calls heard after each announcement of any process, and each time when it could not listen for a while,
	// until ctx ends. It returns at once where nobody can be told.
	Listen(ctx context.Context, heard func())

	// Ahead is how far the clock of the database is ahead of the one of this machine: processes on several machines
	// decide by one clock. It is 0 where the database has none.
	Ahead() time.Duration

	// Writable is nil when the database takes a change now.
	Writable(ctx context.Context) error

	// InPlace is nil while the database is the one that was opened.
	InPlace() error

	// Close closes every connection. Whoever asks later is told so.
	Close() error
}

// Locks are names of what transactions decide about, each held from the beginning of one to its end. They are taken in
// the order of their names, so nobody waits in a circle.
type Locks []string

// account is the lock of whatever is decided by an account as it is: what a login or a new password leads to, and its
// role.
func account(id int64) string { return "account " + strconv.FormatInt(id, 10) }

// family is the lock of a family of refresh tokens.
func family(id int64) string { return "family " + strconv.FormatInt(id, 10) }

// signingKeys is the lock of whatever is decided by the keys that there are.
const signingKeys = "signing keys"

// Scan reads the columns of a row into variables: strings, bytes, whole numbers, and numbers that are a yes or no.
type Scan func(into ...any) error
