// Package sqlite keeps the database of package data in one SQLite file.
//
// A reader never waits for a writer: the file is in write-ahead mode, one connection writes, in transactions that take
// the lock when they begin (writer.go), and a few others read, each with its queries prepared (readers.go).
//
// The file at the path has to stay the one that was opened, which file.go watches over. What SQLite refuses is told in
// the words of data.Kind (fault.go); nobody outside this package sees an error of the driver.
package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"twodoors/data"
)

// busyTimeout is how long one process waits for another that writes.
const busyTimeout = 5 * time.Second

// Open opens the SQLite file at path for whoever starts a site: it makes the file and its
// folder when they are not there, brings its tables up to date, and looks whether it is
// damaged. Several processes may do so at once.
//
// Its errors are single sentences for the person who started the program.
func Open(ctx context.Context, path string) (*data.DB, error) {
	e, err := openOrMake(ctx, &file{path: path, tells: true})
	if err != nil {
		return nil, err
	}
	return data.New(e), nil
}

// OpenExisting opens the SQLite file at path for a process that works for another. It
// makes none: where the file was, somebody has taken it away.
func OpenExisting(ctx context.Context, path string) (*data.DB, error) {
	return openExisting(ctx, &file{path: path})
}

// OpenDisposable is OpenExisting for a file that nobody misses once the machine has
// stopped, as a Copy. It waits for no disk.
func OpenDisposable(ctx context.Context, path string) (*data.DB, error) {
	return openExisting(ctx, &file{path: path, disposable: true})
}

func openExisting(ctx context.Context, file *file) (*data.DB, error) {
	if err := look(file.path); err != nil {
		return nil, err
	}
	e, err := open(ctx, file)
	if err != nil {
		return nil, sentence(file.path, err)
	}
	return data.New(e), nil
}

func openOrMake(ctx context.Context, file *file) (*engine, error) {
	var made []string
	path := file.path
	err := look(path)
	if errors.Is(err, fs.ErrNotExist) {
		made, err = create(path)
	}
	if err != nil {
		return nil, err
	}
	e, err := open(ctx, file)
	if err == nil {
		if err = e.examine(ctx); err != nil {
			e.Close()
		}
	}
	if err != nil {
		discard(path, made)
		return nil, sentence(path, err)
	}
	return e, nil
}

func open(ctx context.Context, file *file) (*engine, error) {
	file.opened = time.Now()
	if err := file.add(file.path); err != nil {
		return nil, err
	}
	writing, err := newConnector(file, file.careful("immediate"))
	if err != nil {
		return nil, err
	}
	reading, err := newConnector(file, file.careful("deferred"))
	if err != nil {
		return nil, err
	}
	readers := newReaders(reading)
	e := &engine{file: file, writer: newWriter(writing), readers: readers, lock: newReadLock(readers)}
	if err = patiently(ctx, e.prepare); err == nil {
		err = file.pin()
	}
	if err != nil {
		e.Close()
		return nil, err
	}
	file.watch()
	return e, nil
}

// patiently tries again while another process holds the file: to put a new file
// into write-ahead mode SQLite wants it for itself, and does not wait for that.
func patiently(ctx context.Context, prepare func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, busyTimeout)
	defer cancel()
	for {
		err := fault(prepare(ctx))
		kind := data.KindOf(err)
		switch {
		case err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) && (kind == data.NoFault || kind == data.Locked):
			return &data.Fault{Kind: data.Locked, Err: fmt.Errorf("the wait for the database's lock was too long: %w", err)}
		case kind != data.Locked:
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func (e *engine) prepare(ctx context.Context) error {
	if err := migrate(ctx, e.writer.DB); err != nil {
		return err
	}
	if _, err := e.writer.DB.ExecContext(ctx, "PRAGMA journal_mode = WAL"); err != nil { // now that the file is ours
		return fmt.Errorf("begin a write-ahead log: %w", err)
	}
	return e.readers.begin(ctx)
}
