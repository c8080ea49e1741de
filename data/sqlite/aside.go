package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"twodoors/data"
)

// SetAside moves the database at path to a name with the time in it, beside it, so that
// Open makes a new one. It returns that name, empty when there was no database.
//
// A damaged file is moved as well. What another process has open, or another program has
// made, stays as it is; the error is a sentence for the person at the terminal.
func SetAside(ctx context.Context, path string, now time.Time) (aside string, err error) {
	err = look(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	f := &file{path: path}
	if err := f.add(path); err != nil {
		return "", sentence(path, err)
	}
	if f.size() == 0 {
		return "", nil
	}
	err = f.release(ctx)
	if data.KindOf(err) == data.Locked {
		return "", fmt.Errorf("the database %s is in use, so --fresh leaves it where it is: stop the program that uses it, then start again", path)
	}
	if err != nil {
		return "", sentence(path, err)
	}
	if aside, err = f.rename(now); err != nil {
		return "", fmt.Errorf("the database %s cannot be moved aside: %w", path, err)
	}
	return aside, nil
}

// release makes the file stand alone, without a write-ahead log. SQLite does that for a
// process that is the only one to have the database open, on every system.
func (f *file) release(ctx context.Context) error {
	connector, err := newConnector(f, url.Values{})
	if err != nil {
		return err
	}
	db := newWriter(connector)
	defer db.Close()
	current, err := version(ctx, db.DB)
	if err == nil {
		err = expectOurs(ctx, db.DB, current)
	}
	if err = fault(err); err != nil && (data.KindOf(err) != data.Damaged || isForeign(err)) {
		return err
	}
	// The first of these lets a damaged database through to the second.
	_, err = db.DB.ExecContext(ctx, "PRAGMA writable_schema = 1; PRAGMA journal_mode = DELETE")
	return fault(err)
}

// rename moves the file, with whatever still lies beside it.
func (f *file) rename(now time.Time) (string, error) {
	path, err := filepath.EvalSymlinks(f.path)
	if err != nil {
		return "", err
	}
	name := path + "." + now.UTC().Format("20060102T150405Z")
	aside := name
	for n := 2; exists(aside); n++ {
		aside = fmt.Sprintf("%s-%d", name, n)
	}
	if err = f.check(); err == nil {
		err = os.Chmod(path, 0o600)
	}
	for _, part := range []string{"", "-wal", "-shm", "-journal"} {
		if err == nil && exists(path+part) {
			err = os.Rename(path+part, aside+part)
		}
	}
	return aside, err
}

// discard takes away a database that was made for a start which failed, unless somebody
// else has opened it meanwhile.
func discard(path string, made []string) {
	f := &file{path: path}
	if len(made) == 0 || made[0] != path || f.add(path) != nil || data.KindOf(f.release(context.Background())) == data.Locked {
		return
	}
	remove(append([]string{path + "-wal", path + "-shm", path + "-journal"}, made...))
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
