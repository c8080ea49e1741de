package sqlite_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite" // as another program that uses the database

	"twodoors/data"
	"twodoors/data/datatest"
	"twodoors/data/sqlite"
)

// SQLite keeps what the tables promise.
func TestContract(t *testing.T) {
	earlier := map[string]func(*testing.T, string){}
	for version := 1; version <= 9; version++ {
		earlier[fmt.Sprint("version ", version)] = func(t *testing.T, path string) {
			leaveEarlier(t, path, version)
			administer(t, path, `
				INSERT INTO users (username, folded, password_hash, role, created_at) VALUES ('ada', 'ada', '-', 'user', 0);
				INSERT INTO signing_keys (kid, alg, secret, created_at) VALUES ('k-1', 'HS256', 'secret', 0)`)
		}
	}
	datatest.Run(t, datatest.Engine{
		Place:      func(t *testing.T) string { return filepath.Join(t.TempDir(), "new", "a?b#c%20.db") },
		Open:       sqlite.Open,
		Administer: beside,
		Earlier:    earlier,
	})
}

// A copy that is opened to be disposed of keeps the same, for as long as the machine runs.
func TestContractOfCopies(t *testing.T) {
	template, err := sqlite.NewTemplate(t.Context(), t.TempDir(), func(context.Context, *data.DB) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	datatest.Run(t, datatest.Engine{
		Place:      func(t *testing.T) string { return copyOf(t, template, filepath.Join(t.TempDir(), "a.db")).Path() },
		Open:       sqlite.OpenDisposable,
		Administer: beside,
	})
}
