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
		{"PRAGMA user_version = 3; CREATE TABLE users (title); CREATE TABLE sessions (x)", "not a database of Two Doors"},
		{"PRAGMA user_version = 5; CREATE TABLE songs (title)", "not a database of Two Doors"},
		{"PRAGMA user_version = 999; CREATE TABLE songs (title)", "not a database of Two Doors"},
		{"PRAGMA user_version = 999; CREATE TABLE users (x); CREATE TABLE sessions (x); CREATE TABLE signing_keys (x)", "newer version"},
	} {
		path := filepath.Join(t.TempDir(), "t.db")
		administer(t, path, c.made)
		expectRefused(t, path, c.said)
	}
}

// A database of ours that lacks a table, or has a number that none of ours has, is damaged: a
// start says so, instead of a site that fails for ever. Starting over helps.
func TestDatabaseWithoutATableIsDamaged(t *testing.T) {
	t.Parallel()
	for _, damage := range []string{
		"PRAGMA user_version = -1",
		"DROP TABLE users", "DROP TABLE sessions", "DROP TABLE signing_keys", "DROP TABLE secrets", "DROP TABLE refresh_tokens", "DROP TABLE refresh_families", "DROP TABLE revoked_tokens",
		"DROP TABLE issued_tokens", "DROP TABLE lab_progress", "DROP TABLE lab_history", "DROP TABLE embeds", "DROP TABLE class_people", "DROP TABLE classes",
		"PRAGMA user_version = 3; DROP TABLE refresh_families",
	} {
		t.Run(damage, func(t *testing.T) {
			t.Parallel()
			path := closed(t)
			administer(t, path, damage)
			expectRefused(t, path, "its file is damaged: restore a copy of it, or start with --fresh")
			if aside, err := sqlite.SetAside(t.Context(), path, morning); err != nil || aside == "" {
				t.Errorf("set aside: %q, %v", aside, err)
			}
			open(t, path)
		})
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
