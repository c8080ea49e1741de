package sqlite_test

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"twodoors/data/sqlite"
)

var morning = time.Date(2026, 11, 27, 6, 0, 0, 0, time.UTC)

// Starting over keeps the old database, whole, under another name and for its owner alone.
func TestSetAsideKeepsWhatWasThere(t *testing.T) {
	t.Parallel()
	path := killed(t)
	os.Chmod(path, 0o644)
	aside, err := sqlite.SetAside(t.Context(), path, morning)
	if err != nil || aside != path+".20261127T060000Z" {
		t.Fatalf("%q, %v", aside, err)
	}
	if left := listing(t, path); left != filepath.Base(aside)+" " {
		t.Errorf("files %q", left)
	}
	if info, err := os.Stat(aside); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if n, err := open(t, path).Users.Count(t.Context()); err != nil || n != 0 {
		t.Errorf("the new one has %d accounts, %v", n, err)
	}
	if n, err := open(t, aside).Users.Count(t.Context()); err != nil || n != 1 {
		t.Errorf("the old one has %d accounts, %v", n, err)
	}
}

func TestSetAsideTwiceInASecond(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "t.db")
	seen := map[string]bool{}
	for range 3 {
		db, err := sqlite.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		db.Close()
		aside, err := sqlite.SetAside(t.Context(), path, morning)
		if err != nil || aside == "" || seen[aside] {
			t.Errorf("%q, %v", aside, err)
		}
		seen[aside] = true
	}
	if aside, err := sqlite.SetAside(t.Context(), path, morning); err != nil || aside != "" {
		t.Errorf("with nothing there: %q, %v", aside, err)
	}
}

// A database that somebody has open, and a file that is no database of ours, stay.
func TestSetAsideLeavesWhatIsNotToBeMoved(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	inUse, foreign, text := filepath.Join(folder, "use.db"), filepath.Join(folder, "songs.db"), filepath.Join(folder, "text")
	open(t, inUse)
	songs, err := sql.Open("sqlite", "file:"+foreign)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := songs.Exec("CREATE TABLE songs (title)"); err != nil {
		t.Fatal(err)
	}
	songs.Close()
	os.WriteFile(text, []byte(strings.Repeat("this is no database. ", 100)), 0o600)
	before := listing(t, inUse)
	for path, says := range map[string]string{inUse: "is in use", foreign: "not a database of Two Doors", text: "not a database of Two Doors", folder: "it is a folder"} {
		content, _ := os.ReadFile(path)
		if aside, err := sqlite.SetAside(t.Context(), path, morning); aside != "" || err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %q, %v", path, aside, err)
		}
		if now, _ := os.ReadFile(path); !bytes.Equal(now, content) {
			t.Errorf("%s was changed", path)
		}
	}
	if now := listing(t, inUse); now != before {
		t.Errorf("files before %q, now %q", before, now)
	}
}

// What is damaged is refused in one sentence that says what to do, and doing it helps.
func TestDamagedDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile(closed(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, damage := range map[string]func([]byte) []byte{
		"cut in the middle": func(b []byte) []byte { return b[:len(b)/2] },
		"cut in a page":     func(b []byte) []byte { return b[:5000] },
		"a page of zeros":   func(b []byte) []byte { copy(b[8192:], make([]byte, 4096)); return b },
		"a schema of noise": func(b []byte) []byte { copy(b[100:4096], bytes.Repeat([]byte{0xa5}, 4096)); return b },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "t.db")
			content := damage(bytes.Clone(whole))
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := sqlite.Open(t.Context(), path)
			if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "damaged") || !strings.Contains(err.Error(), "--fresh") || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v", err)
			}
			if now, _ := os.ReadFile(path); !bytes.Equal(now, content) {
				t.Error("it was changed")
			}
			if aside, err := sqlite.SetAside(t.Context(), path, morning); err != nil || listing(t, path) != filepath.Base(aside)+" " {
				t.Errorf("set aside: %v, %s", err, listing(t, path))
			}
			open(t, path)
		})
	}
}

// closed is the path of a database with one account, which nobody has open.
func closed(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.db")
	db := open(t, path)
	if _, err := db.Users.Create(t.Context(), "ada", "ada", "hash", "user", time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// killed is the path of such a database as a process leaves it that is killed: the account
// is in the write-ahead log alone.
func killed(t *testing.T) string {
	t.Helper()
	living, path := filepath.Join(t.TempDir(), "t.db"), filepath.Join(t.TempDir(), "t.db")
	db := open(t, living)
	if _, err := db.Users.Create(t.Context(), "ada", "ada", "hash", "user", time.Now()); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"", "-wal", "-shm"} {
		content, err := os.ReadFile(living + part)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path+part, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}
