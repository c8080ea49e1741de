package sqlite_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"twodoors/data"
	"twodoors/data/sqlite"
)

// A path that SQLite would take for something else is refused, and nothing is made.
func TestPathsThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"", ":memory:", "file:x.db", "file::memory:?cache=shared", "//server/x.db", "a\x00b.db"} {
		if sqlite.CheckPath(path) == nil {
			t.Errorf("CheckPath takes %q", path)
		}
		if db, err := sqlite.Open(t.Context(), path); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v", path, err)
			closeOpened(db)
		}
	}
	for _, path := range []string{"t.db", "data/t.db", "/var/lib/t.db", `C:\t.db`, "a?b#c%20.db", "memory", "profile:x"} {
		if err := sqlite.CheckPath(path); err != nil {
			t.Errorf("%q: %v", path, err)
		}
	}
	if left, _ := filepath.Glob("*.db"); len(left) > 0 {
		t.Errorf("made %v", left)
	}
}

// Those that start in one process take turns as well.
func TestStartsAtOnceMigrateOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new", "t.db")
	var starting sync.WaitGroup
	for range 8 {
		starting.Go(func() {
			db, err := sqlite.Open(t.Context(), path)
			if err != nil {
				t.Error(err)
			}
			closeOpened(db)
		})
	}
	starting.Wait()
}

// Another program writes for as long as it likes: a start has nothing to write.
func TestStartWaitsForNoWriter(t *testing.T) {
	t.Parallel()
	path := closed(t)
	open(t, path).Close() // in write-ahead mode
	holdLock(t, path)
	begun := time.Now()
	for name, start := range map[string]func(context.Context, string) (*data.DB, error){"Open": sqlite.Open, "OpenExisting": sqlite.OpenExisting} {
		db, err := start(t.Context(), path)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, _, err := db.Users.ByName(t.Context(), "ada"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		db.Close()
	}
	if took := time.Since(begun); took >= 5*time.Second { // that is how long a writer waits
		t.Errorf("it took %v", took)
	}
}

// Only a database that still has to be changed makes a start wait, and not for ever.
func TestStartGivesUpOnALock(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "t.db")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	holdLock(t, path)
	if db, err := sqlite.Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), "another program holds its write lock") || strings.Contains(err.Error(), "\n") {
		t.Errorf("%v", err)
		closeOpened(db)
	}
}

// The files hold password hashes and keys.
func TestFilesAreForTheirOwnerAlone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new", "t.db")
	open(t, path)
	for _, part := range []string{"", "-wal", "-shm"} {
		if info, err := os.Stat(path + part); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s%s: %v", filepath.Base(path), part, err)
		}
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("its folder: %v", err)
	}
}

// What stands in the way of a write has a kind, and a sentence that is true.
func TestLockedDatabaseIsCalledLocked(t *testing.T) {
	t.Parallel()
	path := closed(t)
	db := open(t, path)
	holdLock(t, path)
	_, err := db.Users.Create(t.Context(), "eve", "eve", "hash", "user", time.Now())
	if kind := data.KindOf(err); kind != data.Locked || !strings.Contains(kind.Sentence(), "another program holds its write lock") {
		t.Errorf("%v: %d %q", err, kind, kind.Sentence())
	}
}

// A file is damaged while it is open: who reads what they have not in memory yet says so.
func TestDamageWhileItRunsIsCalledDamage(t *testing.T) {
	t.Parallel()
	path := closed(t)
	db, err := sqlite.OpenExisting(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteAt(bytes.Repeat([]byte{0xa5}, 200_000), 4096); err != nil {
		t.Fatal(err)
	}
	for name, ask := range map[string]call{"read": reads(db, 1)["look an account up"], "write": writes(db)["add an account"]} {
		if err := ask(t.Context()); data.KindOf(err) != data.Damaged {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What a killed process leaves beside the file is used when it fits, and does no harm when
// it does not.
func TestLeftOverJournals(t *testing.T) {
	t.Parallel()
	if n, err := open(t, killed(t)).Users.Count(t.Context()); err != nil || n != 1 {
		t.Errorf("after a kill: %d accounts, %v", n, err)
	}
	for _, part := range []string{"-journal", "-wal", "-shm"} {
		path := closed(t)
		if err := os.WriteFile(path+part, bytes.Repeat([]byte("stale"), 2000), 0o600); err != nil {
			t.Fatal(err)
		}
		if n, err := open(t, path).Users.Count(t.Context()); err != nil || n != 1 {
			t.Errorf("with a stale %s: %d accounts, %v", part, n, err)
		}
	}
}

func closeOpened(db *data.DB) {
	if db != nil {
		db.Close()
	}
}
