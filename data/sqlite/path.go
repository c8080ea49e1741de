package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// CheckPath says in one sentence why a path cannot be that of a database: SQLite would
// take it for something else than a file, or the file would not be on this machine.
func CheckPath(path string) error {
	switch {
	case path == "":
		return errors.New("--db must name a file")
	case strings.HasPrefix(path, ":memory:"):
		return fmt.Errorf("--db must name a file, not %q: servers share the database, so it cannot be in the memory of one", path)
	case strings.Contains(path, "://") || strings.Contains(path, "host="): // it may name a password
		return errors.New("--db must be the path of a file, or an address that begins with postgres://")
	case strings.HasPrefix(path, "file:"):
		return fmt.Errorf("--db must be a path without \"file:\" before it, not %q", path)
	case strings.HasPrefix(filepath.ToSlash(path), "//"):
		return fmt.Errorf("--db must name a file on this machine, so it must not begin with two slashes as %q does", path)
	case strings.ContainsRune(path, 0):
		return fmt.Errorf("--db must be a path, and no path has a zero byte: %q", path)
	}
	return nil
}

// look finds the file at a path, which has to be one. Nothing is opened for that: opening
// a pipe waits for whoever writes to it, and closing a database that this process has open
// elsewhere would take SQLite's locks from it.
func look(path string) error {
	if err := CheckPath(path); err != nil {
		return err
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return fmt.Errorf("the database %s cannot be opened: %w", path, unwrapPath(err))
	case info.IsDir():
		return fmt.Errorf("the database %s cannot be opened: it is a folder: name a file in it with --db", path)
	case !info.Mode().IsRegular():
		return fmt.Errorf("the database %s cannot be opened: it is a device or a pipe: name a file with --db", path)
	}
	return nil
}

// create makes an empty file with owner-only permissions, and its folder: it will hold
// password hashes and signing keys, and SQLite gives its log the same permissions. It
// returns the names of what it made, from the inside out.
func create(path string) (made []string, err error) {
	made = missingFolders(path)
	if err = os.MkdirAll(filepath.Dir(path), 0o700); err == nil {
		var file *os.File
		file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		switch {
		case err == nil:
			made = append([]string{path}, made...)
			err = file.Close()
		case errors.Is(err, fs.ErrExist): // another process was quicker
			err = nil
		}
	}
	if err != nil {
		remove(made)
		return nil, fmt.Errorf("the database %s cannot be written: %w", path, unwrapPath(err))
	}
	return made, nil
}

// missingFolders are those in which a file would be and that are not there, from the inside
// out. On Windows a whole drive may be missing.
func missingFolders(path string) (missing []string) {
	for folder := filepath.Dir(path); !exists(folder) && folder != filepath.Dir(folder); folder = filepath.Dir(folder) {
		missing = append(missing, folder)
	}
	return missing
}

// remove takes away what was made, but for a folder that somebody else has used.
func remove(made []string) {
	for _, name := range made {
		os.Remove(name)
	}
}

func unwrapPath(err error) error {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		return pathError.Err
	}
	return err
}
