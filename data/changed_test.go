package data_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"twodoors/data"
)

// A1: what a login with an account of before would leave is not written, whatever has
// changed since, and is written for the account as it is.
func TestNothingIsWrittenForAnAccountOfBefore(t *testing.T) {
	t.Parallel()
	now := time.Now()
	soon := now.Add(time.Hour)
	for change, statement := range map[string]string{
		"nothing":      "",
		"new password": "UPDATE users SET password_hash = 'new', session_generation = session_generation + 1",
		"disabled":     "UPDATE users SET disabled = 1",
		"deleted":      "DELETE FROM users",
		"another role": "UPDATE users SET role = 'admin'",
	} {
		t.Run(change, func(t *testing.T) {
			t.Parallel()
			db, path, ada := openWithAda(t)
			execute(t, path, statement)
			signed := data.Signature{KeyID: "k", Expires: soon}
			for what, err := range map[string]error{
				"family":       db.RefreshTokens.Begin(t.Context(), data.NewFamily{User: ada, Hash: []byte("h"), Expires: soon, Ends: soon, Beside: signed}, now),
				"access token": db.Issued.Count(t.Context(), ada, signed, now),
				"session":      db.Sessions.Insert(t.Context(), "h", ada, []byte("x"), soon),
			} {
				// A session states no role, a token does.
				refuses := change != "nothing" && (change != "another role" || what != "session")
				if errors.Is(err, data.ErrChanged) != refuses || err != nil && !refuses {
					t.Errorf("%s: %v", what, err)
				}
			}
			if out, err := db.Issued.Out(t.Context(), "k", now); err != nil || change != "nothing" && out != 0 {
				t.Errorf("%d tokens are counted: %v", out, err)
			}
			if _, err := db.RefreshTokens.Find(t.Context(), []byte("h")); change != "nothing" && err != data.ErrNotFound {
				t.Errorf("a refresh token is kept: %v", err)
			}
			_, err := db.Users.SetPassword(t.Context(), ada, "newer", now)
			if refuses := change != "nothing" && change != "another role"; errors.Is(err, data.ErrChanged) != refuses || err != nil && !refuses {
				t.Errorf("password: %v", err)
			}
		})
	}
}

// A1: of many changes of a password at once, each by who knows the old one, one wins,
// and its password is the one that is kept.
func TestOnePasswordChangeWins(t *testing.T) {
	t.Parallel()
	db, _, ada := openWithAda(t)
	var changing sync.WaitGroup
	won := make(chan string, 20)
	for i := range cap(won) {
		changing.Go(func() {
			hash := strings.Repeat("x", i)
			switch after, err := db.Users.SetPassword(t.Context(), ada, hash, time.Now()); {
			case err == nil && after.SessionGeneration == ada.SessionGeneration+1:
				won <- hash
			case !errors.Is(err, data.ErrChanged):
				t.Error(err)
			}
		})
	}
	changing.Wait()
	if _, kept, err := db.Users.ByName(t.Context(), "ada"); err != nil || len(won) != 1 || kept != <-won {
		t.Errorf("%d won, %q is kept: %v", len(won), kept, err)
	}
}

// A1, S8: using a refresh token meets the account as it is at that moment.
func TestSpendingMeetsTheAccountAsItIs(t *testing.T) {
	t.Parallel()
	db, path, ada := openWithAda(t)
	now, soon := time.Now(), time.Now().Add(time.Hour)
	if err := db.RefreshTokens.Begin(t.Context(), data.NewFamily{User: ada, Hash: []byte("1"), Expires: soon, Ends: soon}, now); err != nil {
		t.Fatal(err)
	}
	execute(t, path, "UPDATE users SET role = 'admin'")
	fate, user, err := db.RefreshTokens.Spend(t.Context(), data.Spending{Hash: []byte("1"), Successor: []byte("2"), Expires: soon}, now)
	if err != nil || fate != data.Spent || user.Role != "admin" || user.ID != ada.ID || user.Username != "ada" {
		t.Errorf("%v %+v %v", fate, user, err)
	}
	for _, want := range []data.Fate{data.Disabled, data.Gone} {
		execute(t, path, "UPDATE users SET disabled = 1")
		if fate, _, err := db.RefreshTokens.Spend(t.Context(), data.Spending{Hash: []byte("2"), Successor: []byte("3"), Expires: soon}, now); err != nil || fate != want {
			t.Errorf("%v, want %v: %v", fate, want, err)
		}
		execute(t, path, "UPDATE users SET disabled = 0")
	}
}

// S8: of two administrators who take the role from each other at once, one succeeds:
// whoever writes is an administrator then.
func TestRolesAreGivenByAdministratorsOnly(t *testing.T) {
	t.Parallel()
	db, path, _ := openWithAda(t)
	for range 10 {
		execute(t, path, "DELETE FROM users")
		for _, name := range []string{"eve", "bob"} {
			if _, err := db.Users.Create(t.Context(), name, name, "hash", "admin", time.Now()); err != nil {
				t.Fatal(err)
			}
		}
		var taking sync.WaitGroup
		for _, pair := range [][2]string{{"eve", "bob"}, {"bob", "eve"}} {
			taking.Go(func() {
				if _, err := db.Users.SetRole(t.Context(), pair[0], pair[1], "user"); err != nil && !errors.Is(err, data.ErrNotAdmin) {
					t.Error(err)
				}
			})
		}
		taking.Wait()
		if n := count(t, path, "SELECT count(*) FROM users WHERE role = 'admin'"); n != 1 {
			t.Fatalf("%d administrators are left", n)
		}
	}
	if _, err := db.Users.SetRole(t.Context(), "nobody", "eve", "user"); !errors.Is(err, data.ErrNotAdmin) {
		t.Errorf("asked by nobody: %v", err)
	}
	execute(t, path, "UPDATE users SET role = 'admin', disabled = folded = 'bob'")
	if _, err := db.Users.SetRole(t.Context(), "bob", "eve", "user"); !errors.Is(err, data.ErrNotAdmin) {
		t.Errorf("asked by who is disabled: %v", err)
	}
	if _, err := db.Users.SetRole(t.Context(), "eve", "nobody", "user"); err != data.ErrNotFound {
		t.Errorf("of nobody: %v", err)
	}
}

func openWithAda(t *testing.T) (db *data.DB, path string, ada data.User) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "t.db")
	db, err := data.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if ada, err = db.Users.Create(t.Context(), "ada", "ada", "hash", "user", time.Now()); err != nil {
		t.Fatal(err)
	}
	return db, path, ada
}

// execute changes the database as another program does.
func execute(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)")
	if err == nil {
		_, err = db.Exec(statement)
	}
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, path, query string) int {
	t.Helper()
	n, err := strconv.Atoi(text(t, path, query))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// text is the one value that a query of another program finds.
func text(t *testing.T, path, query string) (value string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err == nil {
		err = db.QueryRow(query).Scan(&value)
	}
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return value
}
