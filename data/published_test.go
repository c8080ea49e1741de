package data_test

import (
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"twodoors/data"
)

// A8: published accounts that somebody changed are put back when the database is next
// opened; those that nobody changed keep their sessions and refresh tokens.
func TestPublishedAccountsArePutBack(t *testing.T) {
	t.Parallel()
	for what, statement := range map[string]string{
		"nothing":  "UPDATE users SET password_hash = 'as made'",
		"password": "UPDATE users SET password_hash = 'x', session_generation = 2",
		"disabled": "UPDATE users SET disabled = 1",
		"role":     "UPDATE users SET role = CASE role WHEN 'user' THEN 'admin' ELSE 'user' END",
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			db, path, ada := openWithAda(t)
			users := map[string]data.User{"ada": ada}
			for name, role := range map[string]string{"grace": "admin", "bob": "user"} {
				var err error
				if users[name], err = db.Users.Create(t.Context(), name, name, "hash", role, time.Now()); err != nil {
					t.Fatal(err)
				}
			}
			for name, user := range users {
				begin(t, db, name, user)
			}
			execute(t, path, "UPDATE users SET session_generation = 1") // where they began then
			execute(t, path, statement)
			bob := line(t, path, "bob")
			execute(t, path, "PRAGMA user_version = 3")
			again, err := data.Open(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			again.Close()
			if after := line(t, path, "bob"); after != bob {
				t.Errorf("bob: %s, was %s", after, bob)
			}
			ended := count(t, path, "SELECT count(*) FROM refresh_families WHERE ended_at IS NOT NULL")
			if what == "nothing" {
				if kept := line(t, path, "ada") + line(t, path, "grace"); ended != 0 || kept != "as made user 0 1as made admin 0 1" {
					t.Errorf("%d families are ended, the accounts are %s", ended, kept)
				}
				return
			}
			expectPublished(t, path, "ada", "lovelace", "user")
			expectPublished(t, path, "grace", "nanosecond", "admin")
			if ended != 2 {
				t.Errorf("%d families are ended", ended)
			}
		})
	}
}

func expectPublished(t *testing.T, path, name, password, role string) {
	t.Helper()
	hash, rest, _ := strings.Cut(line(t, path, name), " ")
	if match, err := argon2id.ComparePasswordAndHash(password, hash); !match || !strings.HasPrefix(rest, role+" 0 ") || strings.HasSuffix(rest, " 1") {
		t.Errorf("%s: its password fits: %t, %v; %s", name, match, err, rest)
	}
}

func begin(t *testing.T, db *data.DB, name string, user data.User) {
	t.Helper()
	soon := time.Now().Add(time.Hour)
	if err := db.RefreshTokens.Begin(t.Context(), data.NewFamily{User: user, Hash: []byte(name), Expires: soon, Ends: soon}, time.Now()); err != nil {
		t.Fatal(err)
	}
}

// line is what is stored of an account.
func line(t *testing.T, path, name string) string {
	t.Helper()
	return text(t, path, "SELECT password_hash || ' ' || role || ' ' || disabled || ' ' || session_generation FROM users WHERE folded = '"+name+"'")
}
