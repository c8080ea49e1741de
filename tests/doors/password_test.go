package doors

import (
	"database/sql"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

// L1: how long an answer takes does not tell whether the name exists, or is
// disabled, or could be a name at all: of interleaved samples none ranks before
// the others. Without the hash an answer would come a hundred times sooner.
func TestUnknownNameTakesTheSameWork(t *testing.T) {
	v := open(t, "memory")
	change(t, v, "UPDATE users SET disabled = 1 WHERE folded = 'grace'")
	names := []string{"ada", "nobody", "grace", "a b", strings.Repeat("x", 200)}
	took := map[string][]time.Duration{}
	for range 25 {
		for _, name := range names {
			seat := v.newSeat()
			start := time.Now()
			if a := seat.call("POST", "/api/session/login", credentials(name, "wrong")); a.StatusCode != 401 {
				t.Fatalf("%.10s: %d %s", name, a.StatusCode, a.body)
			}
			took[name] = append(took[name], time.Since(start))
		}
	}
	for _, name := range names[1:] {
		// Beyond five standard deviations: by chance once in a million runs.
		if z := rankDifference(took[name], took["ada"]); math.Abs(z) > 5 {
			t.Errorf("%.10s: %.1f standard deviations from a name that exists: %v and %v", name, z, median(took[name]), median(took["ada"]))
		}
	}
}

// rankDifference compares two samples as Mann and Whitney do: by how many standard
// deviations the first ranks above what is expected of samples that do not differ.
func rankDifference(a, b []time.Duration) float64 {
	above := 0.0
	for _, x := range a {
		for _, y := range b {
			if x > y {
				above++
			}
		}
	}
	m, n := float64(len(a)), float64(len(b))
	return (above - m*n/2) / math.Sqrt(m*n*(m+n+1)/12)
}

func median(samples []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(samples))
	return sorted[len(sorted)/2]
}

// The test above would see a name that takes no hash.
func TestRankDifferenceTellsApart(t *testing.T) {
	t.Parallel()
	var quick, slow []time.Duration
	for i := range 25 {
		quick = append(quick, time.Duration(i+1)*10*time.Microsecond)
		slow = append(slow, time.Duration(i+20)*time.Millisecond)
	}
	if z := rankDifference(quick, slow); z > -6 {
		t.Errorf("quick against slow: %.1f", z)
	}
	if z := rankDifference(slow, slow); math.Abs(z) > 0.5 {
		t.Errorf("slow against slow: %.1f", z)
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
