// Package prepared gives tests the database of a site on its second day: hashing the
// passwords of the demo accounts takes longer than all the rest of a start.
package prepared

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"twodoors/data/sqlite"
	"twodoors/web/account"
)

// Database puts a copy of it at a path, unless there is a file. Keys and secrets each
// site makes itself.
func Database(t testing.TB, path string) {
	t.Helper()
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return
	}
	content, err := made()
	if err == nil {
		err = errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, content, 0o600))
	}
	if err != nil {
		t.Fatal(err)
	}
}

var made = sync.OnceValues(func() ([]byte, error) {
	folder, err := os.MkdirTemp("", "prepared")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "t.db")
	db, err := sqlite.Open(context.Background(), path)
	if err != nil {
		return nil, err
	}
	err = account.New(db.Users, time.Now).OpenDemo(context.Background())
	if err := errors.Join(err, db.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})
