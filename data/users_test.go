package data_test

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"twodoors/data"
)

// A6, S8: an account that gets the number of a deleted one does not get its sessions,
// which Redis or a server's memory may still keep: they name a number and a generation.
func TestAccountWithTheNumberOfADeletedOne(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "t.db")
	db, err := data.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	before, err := db.Users.Create(t.Context(), "alice", "alice", "hash", "user", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	administrator, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer administrator.Close()
	if _, err := administrator.Exec("DELETE FROM users WHERE id = ?", before.ID); err != nil {
		t.Fatal(err)
	}
	after, err := db.Users.Create(t.Context(), "teacher", "teacher", "hash", "admin", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	kept, err := db.Users.ByID(t.Context(), after.ID)
	if err != nil || kept != after {
		t.Errorf("%+v, created as %+v (%v)", kept, after, err)
	}
	if after.ID != before.ID || after.SessionGeneration == before.SessionGeneration {
		t.Errorf("number %d after %d, generation %d after %d", after.ID, before.ID, after.SessionGeneration, before.SessionGeneration)
	}
}
