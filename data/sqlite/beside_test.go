package sqlite_test

import (
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"twodoors/data"
	"twodoors/data/sqlite"
)

// beside connects to a database as another program does.
func beside(path string) (*sql.DB, error) {
	return sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(),
		RawQuery: "_txlock=immediate&_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)"}).String())
}

// administer changes a database beside Two Doors, and makes it if need be.
func administer(t *testing.T, path, statements string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	db, err := beside(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statements); err != nil {
		t.Fatal(err)
	}
}

// text is the one value that a query finds, asked beside Two Doors.
func text(t *testing.T, path, query string) (value string) {
	t.Helper()
	db, err := beside(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRowContext(t.Context(), query).Scan(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

func count(t *testing.T, path, query string) int {
	t.Helper()
	n, err := strconv.Atoi(text(t, path, query))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// holdLock holds the write lock, as another program that writes, until the test ends.
func holdLock(t *testing.T, path string) {
	t.Helper()
	other, err := beside(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { other.Close() })
	tx, err := other.Begin()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tx.Rollback() })
}

func open(t *testing.T, path string) *data.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func openWithAda(t *testing.T) (db *data.DB, path string, ada data.User) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "t.db")
	db = open(t, path)
	ada, err := db.Users.Create(t.Context(), "ada", "ada", "hash", "user", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return db, path, ada
}

// leaveEarlier makes a database with the tables of an earlier version, by the migrations of that time.
func leaveEarlier(t *testing.T, path string, version int) {
	t.Helper()
	migrations, err := filepath.Glob("migrations/*.sql")
	if err != nil || len(migrations) < version {
		t.Fatal(migrations, err)
	}
	for _, migration := range migrations[:version] {
		statements, err := os.ReadFile(migration)
		if err != nil {
			t.Fatal(err)
		}
		administer(t, path, string(statements))
	}
	administer(t, path, "PRAGMA user_version = "+strconv.Itoa(version))
}
