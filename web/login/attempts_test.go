package login

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"twodoors/web/door"
)

func from(address, seat string) door.Arrival { return door.Arrival{Address: address, Seat: seat} }

// tries makes attempts that all fail, and says how many were let through.
func tries(a *attempts, n int, account string, from door.Arrival, now time.Time) (through int) {
	for range n {
		if _, wait := a.begin(account, from, now); wait <= 0 {
			through++
		}
	}
	return through
}

// L4: who is let through when somebody else guessed.
func TestWhoseGuessesCountForWhom(t *testing.T) {
	t.Parallel()
	now := time.Unix(1e9, 0)
	for _, test := range []struct {
		what          string
		guess, after  string // accounts
		guesser, then door.Arrival
		guesses       int
		through       bool
	}{
		{"the same person", "bob", "bob", from("a", "s1"), from("a", "s1"), 10, false},
		{"one guess less", "bob", "bob", from("a", "s1"), from("a", "s1"), 9, true},
		{"another seat, a few guesses", "bob", "bob", from("a", "s1"), from("a", "s2"), 10, true},
		{"another account", "bob", "carol", from("a", "s1"), from("a", "s1"), 10, true},
		{"another address", "bob", "bob", from("a", ""), from("b", ""), 10, true},
		{"a demo account, from one seat", "ada", "ada", from("a", "s1"), from("a", "s2"), 400, true},
		{"without a seat", "bob", "bob", from("a", ""), from("a", ""), 10, false},
	} {
		a := newAttempts()
		tries(a, test.guesses, test.guess, test.guesser, now)
		if _, wait := a.begin(test.after, test.then, now); (wait <= 0) != test.through {
			t.Errorf("%s: wait %v", test.what, wait)
		}
	}
}

// L4: one seat that tries many names does not lock out the class behind the same
// address.
func TestOneSeatDoesNotLockOutItsAddress(t *testing.T) {
	t.Parallel()
	a, now := newAttempts(), time.Unix(1e9, 0)
	for i := range 5000 {
		a.begin(fmt.Sprint("name", i), from("a", "s1"), now)
	}
	if _, wait := a.begin("ada", from("a", "s2"), now); wait > 0 {
		t.Errorf("another seat waits %v", wait)
	}
}

// L4: all that wait is waited for: one attempt each interval, and what is waited
// for is let through.
func TestBucketsDrain(t *testing.T) {
	t.Parallel()
	a, now, who := newAttempts(), time.Unix(1e9, 0), from("a", "s1")
	if n := tries(a, 100, "bob", who, now); n != perPerson.burst {
		t.Fatalf("%d at once", n)
	}
	_, wait := a.begin("bob", who, now)
	if wait <= 0 || wait > perPerson.every {
		t.Fatalf("wait %v", wait)
	}
	if n := tries(a, 100, "bob", who, now.Add(wait-time.Millisecond)); n != 0 {
		t.Errorf("%d before the wait was over", n)
	}
	if n := tries(a, 100, "bob", who, now.Add(wait)); n != 1 {
		t.Errorf("%d after the wait", n)
	}
	if n := tries(a, 100, "bob", who, now.Add(wait+time.Hour)); n != perPerson.burst {
		t.Errorf("%d after an hour", n)
	}
}

// L4: a right password costs nothing, however often it comes.
func TestRightPasswordsAreNotCounted(t *testing.T) {
	t.Parallel()
	a, now := newAttempts(), time.Unix(1e9, 0)
	for i := range 2000 {
		attempt, wait := a.begin("ada", from("a", "s1"), now)
		if wait > 0 {
			t.Fatalf("login %d waits %v", i, wait)
		}
		attempt.succeed()
	}
}

// L4: of 1,000 guesses at the same instant exactly the burst is let through.
func TestGuessesAtTheSameInstant(t *testing.T) {
	t.Parallel()
	a, now := newAttempts(), time.Unix(1e9, 0)
	var guesses sync.WaitGroup
	var mu sync.Mutex
	through := 0
	for range 1000 {
		guesses.Go(func() {
			n := tries(a, 1, "ada", from("a", "s1"), now)
			mu.Lock()
			defer mu.Unlock()
			through += n
		})
	}
	guesses.Wait()
	if through != perPerson.burst {
		t.Errorf("%d", through)
	}
}

// L4: counting takes bounded memory, whatever names and seats come.
func TestCountingIsBounded(t *testing.T) {
	t.Parallel()
	a := newAttempts()
	for i := range 2 * maxBuckets {
		name := fmt.Sprint(i)
		now := time.Unix(1e9+int64(i), 0) // so that the address has room again
		if attempt, wait := a.begin(name, from(name, name), now); wait <= 0 {
			attempt.succeed()
		}
	}
	if len(a.buckets) > maxBuckets+3 || len(a.known) > maxBuckets {
		t.Errorf("%d buckets, %d known seats", len(a.buckets), len(a.known))
	}
}
