package doors

import (
	"database/sql"
	"slices"
	"strings"
	"testing"
	"time"
)

// L1: names that exist and names that do not take the same work. Without the hash
// an answer comes a hundred times sooner, so a third is a wide bound and holds on
// a busy machine.
func TestUnknownNameTakesTheSameWork(t *testing.T) {
	v := open(t, "memory")
	change(t, v, "UPDATE users SET disabled = 1 WHERE folded = 'grace'")
	names := []string{"ada", "nobody", "grace", "a b", strings.Repeat("x", 200)}
	took := map[string][]time.Duration{}
	for range 7 {
		for _, name := range names {
			start := time.Now()
			if a := v.call("POST", "/api/session/login", credentials(name, "wrong")); a.StatusCode != 401 {
				t.Fatalf("%s: %d %s", name, a.StatusCode, a.body)
			}
			took[name] = append(took[name], time.Since(start))
		}
	}
	for _, name := range names[1:] {
		slices.Sort(took[name])
		slices.Sort(took["ada"])
		if median, known := took[name][3], took["ada"][3]; median < known/3 || median > 3*known {
			t.Errorf("%.10s: %v, a name that exists: %v", name, median, known)
		}
	}
}

// L2: every password is kept as argon2id at the cost that OWASP asks for, each
// with a salt of its own.
func TestPasswordsAreKeptAsArgon2id(t *testing.T) {
	t.Parallel()
	v := open(t, "memory")
	for _, name := range []string{"bob", "eve"} {
		if a := v.call("POST", "/api/signup", credentials(name, "quiet evening")); a.StatusCode != 201 {
			t.Fatalf("sign-up: %d %s", a.StatusCode, a.body)
		}
	}
	db, err := sql.Open("sqlite", "file:"+v.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("SELECT password_hash FROM users")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	seen := map[string]bool{}
	for rows.Next() {
		var hash string
		if err := rows.Scan(&hash); err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
			t.Errorf("%q %v", hash, err)
		}
		seen[hash] = true
	}
	if len(seen) != 4 {
		t.Errorf("%d different hashes of 4 accounts", len(seen))
	}
}
