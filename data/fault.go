package data

import (
	"context"
	"errors"
	"fmt"
	"os"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Kind says why the database as a file does not do what it is asked.
type Kind int

// The kinds of faults that lie in the file or in the machine.
const (
	NoFault    Kind = iota // none of these
	Missing                // the file is not the one that was opened
	Full                   // the disk takes no more
	Locked                 // another program does not give its lock back
	ReadOnly               // nothing may be written
	Damaged                // what is in the file is no database any more
	Unreadable             // the disk, or the system, refuses
)

// faults are the kinds in words: what is so, and what to do about it, as a part of a
// sentence and as sentences.
var faults = [...]struct{ is, advice, running string }{
	Missing: {"its file was moved, deleted or replaced while Two Doors was running", "stop Two Doors, then put the file back or start with --fresh",
		"Stop Two Doors, then put the file back or start with --fresh."},
	Full: {"its disk is full", "free some space", "Free some space, then try again."},
	Locked: {"another program holds its write lock", "close that program",
		"Try again in a moment. If that does not help, close that program."},
	ReadOnly: {"its file or its folder is read-only", "make both writable",
		"Make both writable, then start Two Doors again."},
	Damaged: {"its file is damaged", "restore a copy of it, or start with --fresh, which moves it aside",
		"Stop Two Doors, then restore a copy of the file or start with --fresh."},
	Unreadable: {"the system cannot read or write its file", "check its folder and the disk",
		"Check its folder and the disk. The log has the system's error."},
}

// errLocked says that the wait for a lock was given up.
var errLocked = errors.New("the wait for the database's lock was too long")

// KindOf tells of which kind the fault is that an error comes from.
func KindOf(err error) Kind {
	_, damaged := errors.AsType[damagedError](err)
	refused, ok := errors.AsType[*sqlite.Error](err)
	switch {
	case errors.Is(err, errMissing):
		return Missing
	case errors.Is(err, errLocked):
		return Locked
	case damaged:
		return Damaged
	case !ok:
		return NoFault
	}
	switch refused.Code() { // where the extended code says more
	case sqlite3.SQLITE_READONLY_DBMOVED:
		return Missing
	case sqlite3.SQLITE_IOERR_SHMSIZE: // the log's index cannot grow
		return Full
	}
	switch refused.Code() & 0xff {
	case sqlite3.SQLITE_FULL:
		return Full
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL:
		return Locked
	case sqlite3.SQLITE_READONLY:
		return ReadOnly
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return Damaged
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN:
		return Unreadable
	}
	return NoFault
}

// Sentence tells a visitor what is wrong and what to do. It is empty for NoFault.
func (k Kind) Sentence() string {
	if k == NoFault {
		return ""
	}
	return "The database cannot be used: " + faults[k].is + ". " + faults[k].running
}

// Obstacle is what is wrong and what to do as a part of a sentence, for a step that was not
// taken. It is empty for an error that is not the database's.
func Obstacle(err error) string {
	kind := KindOf(err)
	if errors.Is(err, context.DeadlineExceeded) { // the wait for the write lock was cut short
		kind = Locked
	}
	if kind != NoFault {
		return "the database cannot be used: " + faults[kind].is + "; " + faults[kind].advice
	}
	if _, ok := errors.AsType[*sqlite.Error](err); ok {
		return "the database does not work; the log says why"
	}
	return ""
}

// sentence turns what went wrong at the start into what the person at the terminal can
// act on.
func sentence(path string, err error) error {
	newer, isNewer := errors.AsType[newerError](err)
	kind := KindOf(err)
	switch {
	case isNewer:
		return fmt.Errorf("the database %s was written by a newer version of Two Doors (its tables are at %d, this program knows %d): use that version, or name another file with --db", path, newer.found, newer.known)
	case isForeign(err):
		return fmt.Errorf("the file %s is not a database of Two Doors: name another file with --db", path)
	case kind == Unreadable:
		return fmt.Errorf("the database %s cannot be opened: %s (%v): %s", path, faults[kind].is, systemError(path, err), faults[kind].advice)
	case kind != NoFault:
		return fmt.Errorf("the database %s cannot be opened: %s: %s", path, faults[kind].is, faults[kind].advice)
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
