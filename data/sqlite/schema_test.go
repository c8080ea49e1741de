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
	damages := []string{"PRAGMA user_version = -1", "PRAGMA user_version = 3; DROP TABLE refresh_families"}
	for _, table := range tablesOf(t, closed(t)) {
		damages = append(damages, "DROP TABLE "+table)
	}
	for _, damage := range damages {
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

// tablesOf are those that a database has.
func tablesOf(t *testing.T, path string) (tables []string) {
	t.Helper()
	db, err := beside(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var table string
		if err := rows.Scan(&table); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, table)
	}
	return tables
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
