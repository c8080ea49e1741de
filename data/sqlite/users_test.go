package sqlite_test

import (
	"testing"
	"time"
)

// A6, S8: SQLite gives the number of a deleted account again, so the generation has to differ:
// Redis or a server's memory may still keep sessions, which name a number and a generation.
func TestAccountWithTheNumberOfADeletedOne(t *testing.T) {
	t.Parallel()
	db, path, before := openWithAda(t)
	administer(t, path, "DELETE FROM users")
	after, err := db.Users.Create(t.Context(), "teacher", "teacher", "hash", "admin", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if after.ID != before.ID || after.SessionGeneration == before.SessionGeneration {
		t.Errorf("number %d after %d, generation %d after %d", after.ID, before.ID, after.SessionGeneration, before.SessionGeneration)
	}
}
