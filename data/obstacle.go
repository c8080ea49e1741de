package data

import (
	"context"
	"errors"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Obstacle says for people what kept the database from doing what it was asked, and
// what to do about it. It is empty for an error that is not the database's.
func Obstacle(err error) string {
	var refused *sqlite.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded): // the wait for the write lock was cut short
		return "the database cannot be written while another program holds its write lock; try again when that one is done"
	case !errors.As(err, &refused):
		return ""
	}
	switch code := refused.Code(); code & 0xff { // an extended code has the primary one in its lowest byte
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return "the database cannot be written while another program holds its write lock; try again when that one is done"
	case sqlite3.SQLITE_FULL:
		return "the disk of the database is full; make room, then try again"
	case sqlite3.SQLITE_READONLY:
		return "the database may only be read; allow Two Doors to write it, then try again"
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return "the database is damaged; restore it from a backup"
	case sqlite3.SQLITE_IOERR:
		if code == sqlite3.SQLITE_IOERR_WRITE || code == sqlite3.SQLITE_IOERR_FSYNC || code == sqlite3.SQLITE_IOERR_SHMSIZE {
			return "the database cannot be written, as when its disk is full; make room, then try again"
		}
	}
	return "the database does not work; the log says why"
}
