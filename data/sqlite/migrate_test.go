package sqlite_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alexedwards/argon2id"
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
			path := filepath.Join(t.TempDir(), "t.db")
			leaveEarlier(t, path, 3)
			for name, role := range map[string]string{"ada": "user", "grace": "admin", "bob": "user"} {
				administer(t, path, fmt.Sprintf(`
					INSERT INTO users (username, folded, password_hash, role, created_at) VALUES ('%[1]s', '%[1]s', 'hash', '%[2]s', 0);
					INSERT INTO refresh_families (user_id, expires_at) VALUES (last_insert_rowid(), 9999999999)`, name, role))
			}
			administer(t, path, statement)
			bob := line(t, path, "bob")
			open(t, path)
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

// line is what is stored of an account.
func line(t *testing.T, path, name string) string {
	t.Helper()
	return text(t, path, "SELECT password_hash || ' ' || role || ' ' || disabled || ' ' || session_generation FROM users WHERE folded = '"+name+"'")
}

// Keys keep their order, and one that somebody left without a name stays, to be refused.
func TestKeysKeepTheirOrder(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "t.db")
	leaveEarlier(t, path, 4)
	administer(t, path, `
		INSERT INTO signing_keys (kid, alg, secret, created_at, retired_at) VALUES
			('k-9', 'HS256', 'a', 3, NULL), (NULL, 'HS256', 'b', 0, 1), ('k-1', 'HS256', 'c', 2, NULL),
			(NULL, 'HS256', 'd', 0, NULL), ('k-5', 'HS256', 'e', 1, NULL), ('k-0', 'HS256', 'f', 4, 5)`)
	keys, err := open(t, path).Keys.Living(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, key := range keys {
		found = append(found, key.ID+string(key.Secret))
	}
	if !slices.Equal(found, []string{"k-5e", "d", "k-1c", "k-9a"}) {
		t.Errorf("living, newest first: %q", found)
	}
}
