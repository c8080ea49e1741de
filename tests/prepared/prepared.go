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

	"twodoors/data"
	"twodoors/data/postgres"
	"twodoors/data/sqlite"
	"twodoors/web/account"
)

// Database puts a copy of it at a path, unless there is a file, or it is an address. Keys and secrets each
// site makes itself.
func Database(t testing.TB, path string) {
	t.Helper()
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) || postgres.IsAddress(path) {
		return
	}
	template, err := made()
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o700)
	}
	if err == nil {
		_, err = template.Copy(path)
	}
	if err != nil {
		t.Fatal(err)
	}
}

var made = sync.OnceValues(func() (*sqlite.Template, error) {
	return sqlite.NewTemplate(context.Background(), os.TempDir(), func(ctx context.Context, db *data.DB) error {
		return account.New(db.Users, db.Attempts, time.Now).OpenDemo(ctx)
	})
})
