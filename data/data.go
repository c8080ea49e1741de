// Package data is the database: one SQLite file with the users, the sessions of
// the store "sqlite", the signing keys, the refresh tokens, the tokens that were
// revoked, the site's own secrets, and what seats have done in the labs.
//
// It knows SQL and nothing of HTTP, doors or pages. Each table has a file of its
// own with the statements that touch it. Start reading at Open.
//
// A reader never waits for a writer: the file is in write-ahead mode, one
// connection writes, in transactions that take the lock when they begin, and a
// small pool of others reads.
package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrNotFound says that no row fits.
var ErrNotFound = errors.New("not found")

// DB is an open database. Its tables are its fields.
type DB struct {
	write *sql.DB // one connection
	read  *sql.DB // as many as there are processors, and one more

	source   string    // what the driver opens for a reader
	lookups  []*lookup // to be closed
	standing standing

	Users         *Users
	Sessions      *Sessions
	Keys          *Keys
	RefreshTokens *RefreshTokens
	Revoked       *Revoked
	Issued        *Issued
	Secrets       *Secrets
	Progress      *Progress
}

// busyTimeout is how long one process waits for another that writes.
const busyTimeout = 5 * time.Second

// Open opens the SQLite file at path, makes it and its folder when they are not
// there, and brings its tables up to date. Several processes may do so at once.
//
// Its errors are single sentences for the person who started the program.
func Open(ctx context.Context, path string) (*DB, error) {
	if err := createPrivate(path); err != nil {
		return nil, fmt.Errorf("the database %s cannot be written: %w", path, unwrapPath(err))
	}
	db := &DB{source: source(path, "deferred")}
	db.write, db.read = pool(source(path, "immediate"), 1), pool(db.source, runtime.NumCPU()+1)
	if err := patiently(ctx, db.prepare); err != nil {
		db.Close()
		return nil, sentence(path, err)
	}
	return db, nil
}

// patiently tries again while another process holds the file: to put a new file
// into write-ahead mode SQLite wants it for itself, and does not wait for that.
func patiently(ctx context.Context, prepare func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, busyTimeout)
	defer cancel()
	for {
		err := prepare(ctx)
		var refused *sqlite.Error
		if !errors.As(err, &refused) || refused.Code() != sqlite3.SQLITE_BUSY {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func (db *DB) prepare(ctx context.Context) (err error) {
	if err := migrate(ctx, db.write); err != nil {
		return err
	}
	if _, err := db.write.ExecContext(ctx, "PRAGMA journal_mode = WAL"); err != nil { // now that the file is ours
		return fmt.Errorf("begin a write-ahead log: %w", err)
	}
	if db.Users, err = prepareUsers(ctx, db); err != nil {
		return fmt.Errorf("prepare users: %w", err)
	}
	if db.Sessions, err = prepareSessions(ctx, db); err != nil {
		return fmt.Errorf("prepare sessions: %w", err)
	}
	if db.RefreshTokens, err = prepareRefreshTokens(ctx, db); err != nil {
		return fmt.Errorf("prepare refresh tokens: %w", err)
	}
	db.Revoked = prepareRevoked(db)
	db.Keys, db.Issued, db.Secrets, db.Progress = &Keys{db}, &Issued{db}, &Secrets{db}, &Progress{db}
	return nil
}

// Ping reports whether the database can be read.
func (db *DB) Ping(ctx context.Context) error {
	var one int
	return db.read.QueryRowContext(ctx, "SELECT 1 FROM users LIMIT 1").Scan(&one)
}

// Close closes every connection.
func (db *DB) Close() error {
	var errs []error
	for _, l := range db.lookups {
		errs = append(errs, l.close())
	}
	db.standing.end()
	return errors.Join(append(errs, db.read.Close(), db.write.Close())...)
}

// change does what is to happen as a whole or not at all. Its transaction has the
// write lock from the beginning.
func (db *DB) change(ctx context.Context, do func(tx *sql.Tx) error) error {
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback()
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// createPrivate makes the file with owner-only permissions: it holds password
// hashes and signing keys. SQLite gives its journal files the same.
func createPrivate(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return file.Close()
}

// source is what the driver opens.
func source(path, txlock string) string {
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath(), RawQuery: url.Values{
		"_txlock": {txlock},
		"_pragma": {fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()), "synchronous(FULL)", "foreign_keys(1)"},
	}.Encode()}).String()
}

func pool(source string, connections int) *sql.DB {
	db, err := sql.Open("sqlite", source)
	if err != nil {
		panic(err) // only a driver that is not linked in
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db
}

// sentence turns what SQLite says into what the person at the terminal can act on.
func sentence(path string, err error) error {
	var newer newerError
	var refused *sqlite.Error
	switch {
	case errors.As(err, &newer):
		return fmt.Errorf("the database %s was written by a newer version of Two Doors (its tables are at %d, this program knows %d): use that version, or name another file with --db", path, newer.found, newer.known)
	case errors.Is(err, errForeign), errors.As(err, &refused) && refused.Code() == sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("the file %s is not a database of Two Doors: name another file with --db", path)
	}
	return fmt.Errorf("the database %s cannot be opened: %w", path, err)
}

func unwrapPath(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}
