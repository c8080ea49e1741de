package data_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"twodoors/data"
)

// K8: a secret has 32 bytes or is refused, and none is made in its place.
func TestSecretOfAnotherLengthIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "t.db")
	db := open(t, path)
	if _, err := db.Secrets.Get(t.Context(), "seats"); err != nil {
		t.Fatal(err)
	}
	other, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { other.Close() })
	for _, damaged := range []string{"", "short", strings.Repeat("x", 33)} {
		if _, err := other.Exec("UPDATE secrets SET value = ?", damaged); err != nil {
			t.Fatal(err)
		}
		value, err := db.Secrets.Get(t.Context(), "seats")
		if err == nil || value != nil || !strings.Contains(err.Error(), `"seats"`) || damaged != "" && strings.Contains(err.Error(), damaged) {
			t.Errorf("%q: %q, %v", damaged, value, err)
		}
		var kept string
		if err := other.QueryRow("SELECT value FROM secrets").Scan(&kept); err != nil || kept != damaged {
			t.Errorf("%q became %q, %v", damaged, kept, err)
		}
	}
}

// The first accounts are made together: a start that fails between them leaves none, so
// that the next one makes all.
func TestFirstAccountsAreMadeTogether(t *testing.T) {
	t.Parallel()
	db := open(t, filepath.Join(t.TempDir(), "t.db"))
	make := func(names ...string) error {
		var accounts []data.NewAccount
		for _, name := range names {
			accounts = append(accounts, data.NewAccount{Username: name, Folded: name, PasswordHash: "-", Role: "user"})
		}
		return db.Users.CreateFirst(t.Context(), accounts, time.Now())
	}
	count := func() int {
		n, err := db.Users.Count(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if err := make("ada", "ada"); err == nil || count() != 0 {
		t.Errorf("%v, %d accounts", err, count())
	}
	for range 2 {
		if err := make("ada", "grace"); err != nil || count() != 2 {
			t.Errorf("%v, %d accounts", err, count())
		}
	}
}
