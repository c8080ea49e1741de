package process

import (
	"database/sql"
	"testing"

	_ "modernc.org/sqlite" // as another program that uses the database
)

// another opens the database as another program would.
func another(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_txlock=immediate&_pragma=busy_timeout(20000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// change changes the database as another program would.
func change(t *testing.T, path, statement string, arguments ...any) {
	t.Helper()
	if _, err := another(t, path).Exec(statement, arguments...); err != nil {
		t.Fatal(err)
	}
}

// lock takes the write lock of a database, until it is released.
func lock(t *testing.T, path string) (release func()) {
	t.Helper()
	tx, err := another(t, path).Begin()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tx.Rollback() })
	return func() { tx.Rollback() }
}
