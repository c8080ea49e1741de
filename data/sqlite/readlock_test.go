package sqlite_test

import (
	"os"
	"testing"
	"time"

	"twodoors/data"
)

// What another process has written is seen by the very next query, though the lock is a
// transaction of before.
func TestReadLockHidesNothing(t *testing.T) {
	t.Parallel()
	_, here, elsewhere, ada := openTwice(t)
	if _, err := here.Users.Create(t.Context(), "grace", "grace", "hash", "admin", time.Now()); err != nil {
		t.Fatal(err)
	}
	for i := range 200 {
		role := []string{"user", "admin"}[i%2]
		if _, err := elsewhere.Users.SetRole(t.Context(), "grace", "ada", role); err != nil {
			t.Fatal(err)
		}
		if user, err := here.Users.ByID(t.Context(), ada.ID); err != nil || user.Role != role {
			t.Fatalf("after %d changes: %+v, %v; want the role %s", i+1, user, err, role)
		}
	}
}

// A write-ahead log that is written to without a break is taken up into the file all
// the same: it does not grow with what was written.
func TestReadLockLetsTheLogBeTakenUp(t *testing.T) {
	t.Parallel()
	path, here, elsewhere, ada := openTwice(t)
	const writes, page = 1500, 4096
	for i := range writes {
		if err := elsewhere.Users.EndSessions(t.Context(), ada.ID, ada.SessionGeneration+int64(i)); err != nil {
			t.Fatal(err)
		}
		if _, err := here.Users.ByID(t.Context(), ada.ID); err != nil {
			t.Fatal(err)
		}
	}
	log, err := os.Stat(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	if log.Size() > 3*writes*page/4 {
		t.Errorf("%d KB were written, and the log has %d KB", writes*page>>10, log.Size()>>10)
	}
}

// openTwice opens a database as two processes do, with an account in it.
func openTwice(t *testing.T) (path string, here, elsewhere *data.DB, ada data.User) {
	t.Helper()
	here, path, ada = openWithAda(t)
	return path, here, open(t, path), ada
}
