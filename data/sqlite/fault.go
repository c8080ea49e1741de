package sqlite

import (
	"errors"
	"fmt"
	"os"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"twodoors/data"
)

// fault tells an error of the driver in the words of package data. Other errors stay as
// they are.
func fault(err error) error {
	if _, told := errors.AsType[*data.Fault](err); told {
		return err
	}
	if refused, ok := errors.AsType[*sqlite.Error](err); ok {
		return &data.Fault{Kind: kindOf(refused.Code()), Err: err}
	}
	return err
}

func kindOf(code int) data.Kind {
	switch code { // where the extended code says more
	case sqlite3.SQLITE_READONLY_DBMOVED:
		return data.Missing
	case sqlite3.SQLITE_IOERR_SHMSIZE: // the log's index cannot grow
		return data.Full
	}
	switch code & 0xff {
	case sqlite3.SQLITE_FULL:
		return data.Full
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL:
		return data.Locked
	case sqlite3.SQLITE_READONLY:
		return data.ReadOnly
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return data.Damaged
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN:
		return data.Unreadable
	}
	return data.NoFault
}

// damaged says what is wrong with a file that can be read.
func damaged(format string, arguments ...any) error {
	return &data.Fault{Kind: data.Damaged, Err: fmt.Errorf("damaged: "+format, arguments...)}
}

// sentence turns what went wrong at the start into what the person at the terminal can
// act on.
func sentence(path string, err error) error {
	err = fault(err)
	newer, isNewer := errors.AsType[*data.NewerError](err)
	kind := data.KindOf(err)
	switch {
	case isNewer:
		return fmt.Errorf("the database %s was written by a newer version of Two Doors (its tables are at %d, this program knows %d): use that version, or name another file with --db", path, newer.Found, newer.Known)
	case isForeign(err):
		return fmt.Errorf("the file %s is not a database of Two Doors: name another file with --db", path)
	case kind == data.Unreadable:
		return fmt.Errorf("the database %s cannot be opened: %s (%v): %s", path, kind.Is(), systemError(path, err), kind.Advice())
	case kind != data.NoFault:
		return fmt.Errorf("the database %s cannot be opened: %s: %s", path, kind.Is(), kind.Advice())
	}
	return fmt.Errorf("the database %s cannot be opened: %w", path, err)
}

// systemError is why the system does not open a file, which SQLite does not tell.
func systemError(path string, err error) error {
	file, refused := os.OpenFile(path, os.O_RDWR, 0)
	if refused != nil {
		return unwrapPath(refused)
	}
	file.Close()
	return err
}

// isForeign reports whether a file that can be read is no database of ours.
func isForeign(err error) bool {
	refused, ok := errors.AsType[*sqlite.Error](err)
	return errors.Is(err, errForeign) || ok && refused.Code() == sqlite3.SQLITE_NOTADB
}
