package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"twodoors/data"
)

// fault tells an error of the driver in the words of package data. Other errors stay as they are.
func fault(err error) error {
	if err == nil {
		return nil
	}
	if _, told := errors.AsType[*data.Fault](err); told {
		return err
	}
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok {
		return &data.Fault{Kind: kindOf(refused.Code), Err: err}
	}
	if isAway(err) {
		return &data.Fault{Kind: data.Away, Err: err}
	}
	return err
}

// isAway reports that PostgreSQL has not answered, or that the connection ended before it did.
func isAway(err error) bool {
	_, unconnected := errors.AsType[*pgconn.ConnectError](err)
	_, network := errors.AsType[net.Error](err)
	return unconnected || network || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, pgconn.ErrConnClosed)
}

const noSuchDatabase = "3D000"

// kindOf reads the code of an error (appendix A of PostgreSQL's manual).
func kindOf(code string) data.Kind {
	switch code {
	case "53100":
		return data.Full
	case "53300":
		return data.Crowded
	case "25006":
		return data.Standby
	case "55P03", "57014", "40P01", "25P03":
		return data.Locked
	case "42501", "28000", "28P01", noSuchDatabase:
		return data.Refused
	}
	switch code[:2] {
	case "57", "08": // it shuts down, starts up, or lost the connection
		return data.Away
	case "53", "58", "XX":
		return data.Unreadable
	}
	return data.NoFault
}

// sentence turns what went wrong at the start into what the person at the terminal can act on.
func sentence(address string, err error) error {
	err = fault(err)
	where := Label(address)
	if newer, is := errors.AsType[*data.NewerError](err); is {
		return fmt.Errorf("the PostgreSQL database %s was written by a newer version of Two Doors (its tables are at %d, this program knows %d): use that version, or name another database with --db", where, newer.Found, newer.Known)
	}
	if lost, is := errors.AsType[lostError](err); is {
		return fmt.Errorf("the PostgreSQL database %s has lost its table %s: restore a backup, or name an empty database with --db", where, lost.table)
	}
	if errors.Is(err, errForeign) {
		return fmt.Errorf("the PostgreSQL database %s is not one of Two Doors, but has tables: name an empty one with --db", where)
	}
	if errors.Is(err, errEmpty) {
		return fmt.Errorf("the PostgreSQL database %s has no tables of Two Doors: start a site on it first", where)
	}
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok && refused.Code == noSuchDatabase {
		return fmt.Errorf("there is no PostgreSQL database %s: create it, with createdb for instance, or name another with --db", where)
	}
	if kind := data.KindOf(err); kind != data.NoFault {
		return fmt.Errorf("the PostgreSQL database %s cannot be opened: %s (%v): %s", where, kind.Is(), said(err), kind.Advice())
	}
	return fmt.Errorf("the PostgreSQL database %s cannot be opened: %w", where, said(err))
}

// said is what PostgreSQL or the system said, without the driver's words around it, in which an address may be.
func said(err error) error {
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok {
		return errors.New(refused.Message)
	}
	if failed, ok := errors.AsType[*net.OpError](err); ok {
		return failed
	}
	if told, ok := errors.AsType[*data.Fault](err); ok {
		err = told.Err
	}
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		err = inner
	}
	lines := slices.Compact(strings.Split(err.Error(), "\n")) // each address of a name may have failed in the same way
	return errors.New(strings.Join(lines, "; "))
}
