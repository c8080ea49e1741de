// Package data is the database: one SQLite file with the users, the sessions of
// the store "sqlite", the signing keys, the refresh tokens, the tokens that were
// revoked, the site's own secrets, and what seats have done in the labs.
//
// It knows SQL and nothing of HTTP, doors or pages. Each table has a file of its
// own with the statements that touch it. Start reading at Open.
//
// The file at the path has to stay the one that was opened, which file.go watches over; what
// it does not do otherwise has a Kind.
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
	"path/filepath"
	"runtime"
	"time"
)

// ErrNotFound says that no row fits.
var ErrNotFound = errors.New("not found")

// DB is an open database. Its tables are its fields.
type DB struct {
	file  *file
	write *pool // one connection
	read  *pool // as many as there are processors, and one more

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

// engineName is what the database calls itself, in traces.
const engineName = "SQLite"

// busyTimeout is how long one process waits for another that writes.
const busyTimeout = 5 * time.Second

// Open opens the SQLite file at path for whoever starts a site: it makes the file and its
// folder when they are not there, brings its tables up to date, and looks whether it is
// damaged. Several processes may do so at once.
//
// Its errors are single sentences for the person who started the program.
func Open(ctx context.Context, path string) (*DB, error) {
	var made []string
	err := look(path)
	if errors.Is(err, fs.ErrNotExist) {
		made, err = create(path)
	}
	if err != nil {
		return nil, err
	}
	db, err := open(ctx, &file{path: path, tells: true})
	if err == nil {
		if err = db.examine(ctx); err != nil {
			db.Close()
		}
	}
	if err != nil {
		discard(path, made)
		return nil, sentence(path, err)
	}
	return db, nil
}

// OpenExisting opens the SQLite file at path for a process that works for another. It
// makes none: where the file was, somebody has taken it away.
func OpenExisting(ctx context.Context, path string) (*DB, error) {
	if err := look(path); err != nil {
		return nil, err
	}
	db, err := open(ctx, &file{path: path})
	if err != nil {
		return nil, sentence(path, err)
	}
	return db, nil
}

func open(ctx context.Context, file *file) (*DB, error) {
	err := file.add(file.path)
	if err != nil {
		return nil, err
	}
	db := &DB{file: file}
	if db.write, err = newPool(file, source(file.path, careful("immediate")), 1); err != nil {
		return nil, err
	}
	if db.read, err = newPool(file, source(file.path, careful("deferred")), runtime.NumCPU()+1); err != nil {
		return nil, err
	}
	err = patiently(ctx, db.prepare)
	if err == nil {
		err = file.pin()
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	file.watch()
	return db, nil
}

// patiently tries again while another process holds the file: to put a new file
// into write-ahead mode SQLite wants it for itself, and does not wait for that.
func patiently(ctx context.Context, prepare func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, busyTimeout)
	defer cancel()
	for {
		err := prepare(ctx)
		switch {
		case err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) && (KindOf(err) == NoFault || KindOf(err) == Locked):
			return fmt.Errorf("%w: %w", errLocked, err)
		case KindOf(err) != Locked:
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
	if err := migrate(ctx, db.write.DB); err != nil {
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
	return db.standing.prepare(ctx, db)
}

// InPlace is nil while the file that was opened lies at its path. When somebody has taken
// it away, nothing is read or written until it is back.
func (db *DB) InPlace() error { return db.file.check() }

// Ping reports whether the database can be read.
func (db *DB) Ping(ctx context.Context) error {
	if err := db.file.check(); err != nil {
		return err
	}
	var one int
	return db.read.QueryRowContext(ctx, "SELECT 1 FROM users LIMIT 1").Scan(&one)
}

// Close closes every connection.
func (db *DB) Close() error {
	var errs []error
	for _, l := range db.lookups {
		errs = append(errs, l.close())
	}
	db.file.end()
	return errors.Join(append(errs, db.standing.end(), db.read.Close(), db.write.Close())...)
}

// change does what is to happen as a whole or not at all.
func (db *DB) change(ctx context.Context, do func(tx *sql.Tx) error) error {
	return db.write.change(ctx, do)
}

// source is what the driver opens. SQLite makes no file: Open does.
func source(path string, more url.Values) string {
	more.Set("mode", "rw")
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath(), RawQuery: more.Encode()}).String()
}

// careful is how our connections behave: their transactions begin with or without the
// write lock, wait for it, and have ended when they are on the disk.
func careful(txlock string) url.Values {
	return url.Values{
		"_txlock": {txlock},
		"_pragma": {fmt.Sprintf("busy_timeout(%d)", busyTimeout.Milliseconds()), "synchronous(FULL)", "foreign_keys(1)"},
	}
}
