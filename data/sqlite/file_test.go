package sqlite_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"twodoors/data"
	"twodoors/data/sqlite"
)

// What becomes of a file under a running program, and how it is undone, if it can be.
var losses = []struct {
	name       string
	take, back func(path string) error
}{
	{"moved away", func(path string) error { return os.Rename(path, path+"-aside") },
		func(path string) error { return os.Rename(path+"-aside", path) }},
	{"folder moved away", func(path string) error { return os.Rename(filepath.Dir(path), filepath.Dir(path)+"-aside") },
		func(path string) error { return os.Rename(filepath.Dir(path)+"-aside", filepath.Dir(path)) }},
	{"deleted", os.Remove, nil},
	{"deleted with its folder", func(path string) error { return os.RemoveAll(filepath.Dir(path)) }, nil},
	{"replaced by a copy", func(path string) error {
		content, err := os.ReadFile(path)
		return errors.Join(err, os.WriteFile(path+"-copy", content, 0o600), os.Rename(path+"-copy", path))
	}, nil},
	{"its log deleted", func(path string) error { return os.Remove(path + "-wal") }, nil},
	{"the log's index deleted", func(path string) error { return os.Remove(path + "-shm") }, nil},
}

// Nothing is acknowledged into a file that nobody will find again, and no file is made
// where one was.
func TestDatabaseTakenAwayIsNoticed(t *testing.T) {
	t.Parallel()
	for _, loss := range losses {
		t.Run(loss.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "folder", "t.db")
			db := open(t, path)
			ada, err := db.Users.Create(t.Context(), "ada", "ada", "hash", "user", time.Now())
			if err != nil {
				t.Fatal(err)
			}
			if err := loss.take(path); err != nil {
				t.Fatal(err)
			}
			there := listing(t, path)
			for name, write := range writes(db) {
				if err := write(t.Context()); data.KindOf(err) != data.Missing {
					t.Errorf("%s: %v", name, err)
				}
			}
			for name, read := range reads(db, ada.ID) {
				if err := read(t.Context()); data.KindOf(err) != data.Missing {
					t.Errorf("%s: %v", name, err)
				}
			}
			if now := listing(t, path); now != there {
				t.Errorf("files before %q, now %q", there, now)
			}
			if loss.back == nil {
				return
			}
			if err := loss.back(path); err != nil {
				t.Fatal(err)
			}
			for name, ask := range merge(reads(db, ada.ID), writes(db)) {
				if err := ask(t.Context()); err != nil && !errors.Is(err, data.ErrNotFound) {
					t.Errorf("%s, with the file back: %v", name, err)
				}
			}
		})
	}
}

type call func(context.Context) error

// writes are one for each way in which the tables write.
func writes(db *data.DB) map[string]call {
	now := time.Now()
	return map[string]call{
		"add an account": func(ctx context.Context) error {
			_, err := db.Users.Create(ctx, "eve", "eve", "hash", "user", now)
			return err
		},
		"change a session":   func(ctx context.Context) error { return db.Sessions.Update(ctx, "none", []byte("x"), now) },
		"delete a session":   func(ctx context.Context) error { return db.Sessions.Delete(ctx, "none") },
		"revoke a token":     func(ctx context.Context) error { return db.Revoked.Add(ctx, "jti", now.Add(time.Hour), now) },
		"end refresh tokens": func(ctx context.Context) error { return db.RefreshTokens.End(ctx, 1, now) },
		"keep a lab's state": func(ctx context.Context) error {
			return db.Progress.Save(ctx, []data.LabChange{{LabState: data.LabState{Seat: "seat", Lab: "lab", State: []byte("{}")}}})
		},
		"forget a lab's state": func(ctx context.Context) error { return db.Progress.Drop(ctx, "nobody", "lab") },
	}
}

// reads are one for each way in which the tables read.
func reads(db *data.DB, user int64) map[string]call {
	return map[string]call{
		"ping": db.Ping,
		"look an account up": func(ctx context.Context) error {
			_, err := db.Users.ByID(ctx, user)
			return err
		},
		"find an account by name": func(ctx context.Context) error {
			_, _, err := db.Users.ByName(ctx, "ada")
			return err
		},
		"find a session": func(ctx context.Context) error {
			_, err := db.Sessions.Find(ctx, "h", time.Now())
			return err
		},
		"find a revoked token": func(ctx context.Context) error {
			_, err := db.Revoked.Has(ctx, "jti")
			return err
		},
		"find a refresh token": func(ctx context.Context) error {
			_, err := db.RefreshTokens.Find(ctx, []byte("h"))
			return err
		},
		"list keys": func(ctx context.Context) error {
			_, err := db.Keys.Living(ctx)
			return err
		},
		"count tokens": func(ctx context.Context) error {
			_, err := db.Issued.Out(ctx, "kid", time.Now())
			return err
		},
		"load a lab's state": func(ctx context.Context) error {
			_, err := db.Progress.Load(ctx, "seat")
			return err
		},
	}
}

// Readers do not look at the file: they are told soon.
func TestReadersLearnThatTheDatabaseIsGone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "t.db")
	db := open(t, path)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for {
		_, err := db.Users.ByID(ctx, 1)
		if data.KindOf(err) == data.Missing {
			return
		}
		if ctx.Err() != nil {
			t.Fatalf("still %v", err)
		}
	}
}

// Only who starts a site makes a database.
func TestExistingDatabaseIsNotMade(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, path := range []string{filepath.Join(folder, "t.db"), filepath.Join(folder, "new", "t.db")} {
		if db, err := sqlite.OpenExisting(t.Context(), path); err == nil {
			db.Close()
			t.Errorf("%s was opened", path)
		}
	}
	if left := listing(t, filepath.Join(folder, "t.db")); left != "" {
		t.Errorf("made %q", left)
	}
}

// listing names all files in the folder of a path.
func listing(t *testing.T, path string) (names string) {
	t.Helper()
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	for _, file := range files {
		names += file.Name() + " "
	}
	return names
}

func merge(all ...map[string]call) map[string]call {
	merged := map[string]call{}
	for _, one := range all {
		for name, ask := range one {
			merged[name] = ask
		}
	}
	return merged
}
