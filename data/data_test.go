package data_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"twodoors/data"
)

func TestProcessesThatStartTogetherMigrateOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new", "t.db")
	var starting sync.WaitGroup
	for range 8 {
		starting.Go(func() {
			db, err := data.Open(context.Background(), path)
			if err != nil {
				t.Error(err)
				return
			}
			db.Close()
		})
	}
	starting.Wait()
	for _, file := range []string{path} {
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", file, info.Mode(), err)
		}
	}
}

// What is not ours to change is refused in one line, and not a byte of it changes.
func TestDatabaseThatIsNotOursIsLeftAlone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ made, said string }{
		{"CREATE TABLE songs (title); INSERT INTO songs VALUES ('Daisy Bell')", "not a database of Two Doors"},
		{"PRAGMA user_version = 1; CREATE TABLE songs (title)", "not a database of Two Doors"},
		{"PRAGMA user_version = 3; CREATE TABLE songs (title)", "not a database of Two Doors"},
		{"PRAGMA user_version = 4; CREATE TABLE songs (title)", "not a database of Two Doors"},
		{"PRAGMA user_version = 999; CREATE TABLE songs (title)", "not a database of Two Doors"},
		{"PRAGMA user_version = 999; CREATE TABLE users (x); CREATE TABLE sessions (x); CREATE TABLE signing_keys (x)", "newer version"},
	} {
		path := filepath.Join(t.TempDir(), "t.db")
		db, err := sql.Open("sqlite", "file:"+path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(c.made); err != nil {
			t.Fatal(err)
		}
		db.Close()
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := data.Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), c.said) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", c.made, err)
		}
		if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
			t.Errorf("%s: the file was changed (%v)", c.made, err)
		}
	}
}

func TestSessionsThatWereDeletedDoNotComeBack(t *testing.T) {
	t.Parallel()
	db, err := data.Open(t.Context(), filepath.Join(t.TempDir(), "a?b#c%20.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	now := time.Now()
	user, err := db.Users.Create(t.Context(), "ada", "ada", "hash", "user", now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Users.Create(t.Context(), "Ada", "ada", "hash", "user", now); err != data.ErrTaken {
		t.Errorf("the same name twice: %v", err)
	}
	if err := db.Sessions.Insert(t.Context(), "h", user, []byte("x"), now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got, err := db.Sessions.Find(t.Context(), "h", now); err != nil || string(got) != "x" {
		t.Errorf("%q %v", got, err)
	}
	if _, err := db.Sessions.Find(t.Context(), "h", now.Add(2*time.Hour)); err != data.ErrNotFound {
		t.Errorf("after its end: %v", err)
	}
	if err := db.Sessions.Delete(t.Context(), "h"); err != nil {
		t.Error(err)
	}
	if err := db.Sessions.Update(t.Context(), "h", []byte("y"), now.Add(time.Hour)); err != data.ErrNotFound {
		t.Errorf("update of what is gone: %v", err)
	}
}

// What asks a closed database is told so, and closing it again does no harm.
func TestClosedDatabaseAnswersNobody(t *testing.T) {
	t.Parallel()
	db, err := data.Open(t.Context(), filepath.Join(t.TempDir(), "t.db"))
	if err != nil {
		t.Fatal(err)
	}
	user, err := db.Users.Create(t.Context(), "ada", "ada", "hash", "user", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	for range 8 {
		running.Go(func() {
			for {
				if _, err := db.Users.ByID(t.Context(), user.ID); err != nil {
					return
				}
			}
		})
	}
	if err := errors.Join(db.Close(), db.Close()); err != nil {
		t.Error(err)
	}
	running.Wait()
	if _, err := db.Users.ByID(t.Context(), user.ID); err == nil || errors.Is(err, data.ErrNotFound) {
		t.Errorf("user of a closed database: %v", err)
	}
	if _, err := db.Sessions.Find(t.Context(), "x", time.Now()); err == nil || errors.Is(err, data.ErrNotFound) {
		t.Errorf("session of a closed database: %v", err)
	}
}
