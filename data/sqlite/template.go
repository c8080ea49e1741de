package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"twodoors/data"
)

// Template is a database that was prepared once, so that a room need not wait for the
// tables to be made and for passwords to be hashed. It is kept in memory: some hundred KB.
type Template struct{ content []byte }

// NewTemplate makes a database in a folder, has it filled, and takes it into memory; nothing
// is left in the folder. What fill puts into it is in every copy, so it must make neither
// keys nor secrets: the first server that opens a copy draws those, as on a new database.
func NewTemplate(ctx context.Context, folder string, fill func(context.Context, *data.DB) error) (*Template, error) {
	content, err := prepare(ctx, folder, fill)
	if err != nil {
		return nil, fmt.Errorf("prepare a database for rooms: %w", systemFault(err))
	}
	return &Template{content}, nil
}

func prepare(ctx context.Context, folder string, fill func(context.Context, *data.DB) error) ([]byte, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp(folder, "template")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "template.db")
	e, err := openOrMake(ctx, &file{path: path, disposable: true})
	if err != nil {
		return nil, err
	}
	if err = fill(ctx, data.New(e)); err == nil {
		_, err = e.Exec(ctx, "PRAGMA wal_checkpoint(TRUNCATE)") // closing does so as well, and does not say when it fails
	}
	if err := errors.Join(err, e.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// Copy is a copy of a template, at a path. It is the database of a room.
type Copy struct{ file file }

// Copy makes one in a folder that is there. The path must be free. The error is a
// *data.Fault when the disk is full or the folder cannot be written.
func (t *Template) Copy(path string) (*Copy, error) {
	made, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, notCopied(path, err)
	}
	c := &Copy{file{path: path, disposable: true}}
	_, err = made.Write(t.content)
	if err = errors.Join(err, made.Close()); err == nil {
		err = c.file.add(path)
	}
	if err != nil {
		return nil, errors.Join(notCopied(path, err), c.Remove())
	}
	return c, nil
}

// Name is that of the file.
func (c *Copy) Name() string { return filepath.Base(c.file.path) }

// Path is where the file lies.
func (c *Copy) Path() string { return c.file.path }

// InPlace is nil while the file that was made lies at its path.
func (c *Copy) InPlace() error { return c.file.check() }

// Remove deletes the database, when no server has it open any more.
func (c *Copy) Remove() (err error) {
	for _, part := range []string{"", "-wal", "-shm"} {
		if gone := os.Remove(c.file.path + part); !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}
	return err
}

func notCopied(path string, err error) error {
	return fmt.Errorf("the database %s cannot be made: %w", path, systemFault(err))
}

// systemFault tells what the system says of a file in the words of package data. Other
// errors stay as they are.
func systemFault(err error) error {
	refused, ok := errors.AsType[syscall.Errno](err)
	if !ok || data.KindOf(err) != data.NoFault {
		return err
	}
	kind := data.Unreadable
	switch {
	case refused == syscall.ENOSPC || refused == syscall.EDQUOT:
		kind = data.Full
	case refused == syscall.EROFS || errors.Is(refused, fs.ErrPermission):
		kind = data.ReadOnly
	}
	return &data.Fault{Kind: kind, Err: fmt.Errorf("%s (%w): %s", kind.Is(), refused, kind.Advice())}
}
