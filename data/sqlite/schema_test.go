package sqlite_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"twodoors/data/sqlite"
)

// What is not ours to change is refused in one line, and not a byte of it changes.
func TestDatabaseThatIsNotOursIsLeftAlone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ made, said string }{
		{"CREATE TABLE songs (title); INSERT INTO songs VALUES ('Daisy Bell')", "not a database of Two Doors"},
		{"PRAGMA user_version = -1; CREATE TABLE songs (title)", "not a database of Two Doors"},
		{"PRAGMA user_version = 1; CREATE TABLE songs (title)", "not a database of Two Doors"},
		{"PRAGMA user_version = 3; CREATE TABLE songs (title)", "not a database of Two Doors"},
		{"PRAGMA user_version = 5; CREATE TABLE songs (title)", "not a database of Two Doors"},
		{"PRAGMA user_version = 999; CREATE TABLE songs (title)", "not a database of Two Doors"},
		{"PRAGMA user_version = 999; CREATE TABLE users (x); CREATE TABLE sessions (x); CREATE TABLE signing_keys (x)", "newer version"},
	} {
		path := filepath.Join(t.TempDir(), "t.db")
		administer(t, path, c.made)
		expectRefused(t, path, c.said)
	}
}

func expectRefused(t *testing.T, path, said string) {
	t.Helper()
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	db, err := sqlite.Open(t.Context(), path)
	closeOpened(db)
	if err == nil || !strings.Contains(err.Error(), said) || strings.Contains(err.Error(), "\n") {
		t.Errorf("%v, want %q", err, said)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file was changed (%v)", err)
	}
}
