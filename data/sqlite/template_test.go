package sqlite_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"twodoors/data"
	"twodoors/data/sqlite"
)

// A copy has what was filled in, in one file for its owner alone, and nothing that would make
// a credential of one copy good in another: keys and secrets are drawn by who opens it.
func TestCopyHasAccountsAndNoSecret(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "rooms")
	made := copyOf(t, template(t, folder), filepath.Join(folder, "a.db"))
	if left := listing(t, made.Path()); left != "a.db " || made.Name() != "a.db" {
		t.Errorf("%s is among %q", made.Name(), left)
	}
	for path, want := range map[string]os.FileMode{made.Path(): 0o600, folder: 0o700} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	for _, table := range []string{"secrets", "signing_keys", "sessions", "refresh_families", "refresh_tokens", "issued_tokens"} {
		if n := count(t, made.Path(), "SELECT count(*) FROM "+table); n != 0 {
			t.Errorf("%s has %d rows", table, n)
		}
	}
	db := openDisposable(t, made.Path())
	if _, hash, err := db.Users.ByName(t.Context(), "ada"); err != nil || hash != "hash" {
		t.Errorf("%q, %v", hash, err)
	}
}

// What happens in one copy is in no other.
func TestCopiesAreSeparate(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	template := template(t, folder)
	one := openDisposable(t, copyOf(t, template, filepath.Join(folder, "one.db")).Path())
	if _, err := one.Users.Create(t.Context(), "eve", "eve", "hash", "user", time.Now()); err != nil {
		t.Fatal(err)
	}
	other := openDisposable(t, copyOf(t, template, filepath.Join(folder, "other.db")).Path())
	if n, err := other.Users.Count(t.Context()); err != nil || n != 1 {
		t.Errorf("%d accounts, %v", n, err)
	}
}

// Who keeps a copy is told when it is taken away, or replaced.
func TestCopyTakenAwayIsNoticed(t *testing.T) {
	t.Parallel()
	for _, loss := range losses[:5] { // the others concern the write-ahead log
		t.Run(loss.name, func(t *testing.T) {
			t.Parallel()
			folder := filepath.Join(t.TempDir(), "rooms")
			made := copyOf(t, template(t, folder), filepath.Join(folder, "a.db"))
			if err := made.InPlace(); err != nil {
				t.Fatal(err)
			}
			if err := loss.take(made.Path()); err != nil {
				t.Fatal(err)
			}
			if err := made.InPlace(); data.KindOf(err) != data.Lost {
				t.Errorf("%v", err)
			}
		})
	}
}

// A room that ends leaves nothing, whether its servers ended or were killed, and whoever took
// the file away before.
func TestRemovedCopyLeavesNothing(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	made := copyOf(t, template(t, folder), filepath.Join(folder, "a.db"))
	openDisposable(t, made.Path()) // which leaves a write-ahead log and its index
	if left := listing(t, made.Path()); left != "a.db a.db-shm a.db-wal " {
		t.Errorf("before: %q", left)
	}
	for range 2 {
		if err := made.Remove(); err != nil || listing(t, made.Path()) != "" {
			t.Errorf("%v, left %q", err, listing(t, made.Path()))
		}
	}
}

// A copy takes nobody's place, and where none can be made none is begun.
func TestCopyThatCannotBeMade(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	template := template(t, folder)
	path := filepath.Join(folder, "there.db")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{path, filepath.Join(folder, "missing", "a.db"), filepath.Join(path, "a.db")} {
		if made, err := template.Copy(path); made != nil || data.KindOf(err) != data.Unreadable {
			t.Errorf("%s: %v", path, err)
		}
	}
	if content, _ := os.ReadFile(path); string(content) != "mine" || listing(t, path) != "there.db " {
		t.Errorf("%q is in %q", content, listing(t, path))
	}
}

// A template that cannot be filled is none.
func TestTemplateThatCannotBeFilled(t *testing.T) {
	t.Parallel()
	folder, failure := t.TempDir(), errors.New("no")
	made, err := sqlite.NewTemplate(t.Context(), folder, func(context.Context, *data.DB) error { return failure })
	if made != nil || !errors.Is(err, failure) {
		t.Errorf("%v", err)
	}
	if left := listing(t, filepath.Join(folder, "a.db")); left != "" {
		t.Errorf("left %q", left)
	}
}

// template is one with the account ada.
func template(t testing.TB, folder string) *sqlite.Template {
	t.Helper()
	made, err := sqlite.NewTemplate(t.Context(), folder, func(ctx context.Context, db *data.DB) error {
		_, err := db.Users.Create(ctx, "ada", "ada", "hash", "user", time.Now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func copyOf(t testing.TB, template *sqlite.Template, path string) *sqlite.Copy {
	t.Helper()
	made, err := template.Copy(path)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func openDisposable(t *testing.T, path string) *data.DB {
	t.Helper()
	db, err := sqlite.OpenDisposable(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func BenchmarkCopy(b *testing.B) {
	folder := b.TempDir()
	template := template(b, folder)
	for b.Loop() {
		if err := copyOf(b, template, filepath.Join(folder, "a.db")).Remove(); err != nil {
			b.Fatal(err)
		}
	}
}
