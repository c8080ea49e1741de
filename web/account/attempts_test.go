package account

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"twodoors/web/door"
)

func from(address, seat string) door.Client { return door.Client{Address: address, Seat: seat} }

// tries makes attempts that all fail, and says how many were let through.
func tries(a *attempts, n int, account string, from door.Client, now time.Time) (through int) {
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
		guesser, then door.Client
		guesses       int
		through       bool
	}{
		{"the same person", "bob", "bob", from("a", "s1"), from("a", "s1"), 10, false},
		{"one guess less", "bob", "bob", from("a", "s1"), from("a", "s1"), 9, true},
		{"another seat, a few guesses", "bob", "bob", from("a", "s1"), from("a", "s2"), 10, true},
		{"another account", "bob", "carol", from("a", "s1"), from("a", "s1"), 10, true},
		{"another address", "bob", "bob", from("a", ""), from("b", ""), 10, true},
		{"a demo account, from one seat", "ada", "ada", from("a", "s1"), from("a", "s2"), 400, true},
		{"without a seat one is not one person", "ada", "ada", from("a", ""), from("a", ""), 100, true},
		{"without a seat, a great many", "ada", "ada", from("a", ""), from("a", ""), 250, false},
		{"without a seat, for who has one", "ada", "ada", from("a", ""), from("a", "s1"), 400, true},
		{"without a seat, for another address", "ada", "ada", from("a", ""), from("b", ""), 400, true},
		{"without a seat, an account's own limit", "bob", "bob", from("a", ""), from("b", ""), 50, false},
		{"an address of the same network", "ada", "ada", from("2001:db8::1", ""), from("2001:db8::2", ""), 250, false},
		{"an address of another network", "ada", "ada", from("2001:db8::1", ""), from("2001:db8:0:1::1", ""), 250, true},
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

// L4: a right password costs nothing, however often it comes.
func TestRightPasswordsAreNotCounted(t *testing.T) {
	t.Parallel()
	a, now := newAttempts(), time.Unix(1e9, 0)
	for i := range 2000 {
		for _, seat := range []string{"s1", ""} {
			attempt, wait := a.begin("ada", from("a", seat), now)
			if wait > 0 {
				t.Fatalf("login %d waits %v", i, wait)
			}
			attempt.succeed()
		}
	}
}

// A3: sign-ups without a seat count for the address, of which who has a seat keeps half.
func TestSignUpsWithoutASeatCountForTheAddress(t *testing.T) {
	t.Parallel()
	a, now, made := newAttempts(), time.Unix(1e9, 0), 0
	for a.beginSignUp(from("2001:db8::1", ""), now) <= 0 {
		made++
	}
	if made <= signUpsPerSeat.Burst || a.beginSignUp(from("2001:db8::2", ""), now) <= 0 {
		t.Errorf("%d sign-ups, and more from the same network", made)
	}
	if wait := a.beginSignUp(from("2001:db8::1", "s1"), now); wait > 0 {
		t.Errorf("who has a seat waits %v", wait)
	}
}

// L4: a seat that got in lately is known to its account, however many others came.
func TestSeatsThatGotInAreKnown(t *testing.T) {
	t.Parallel()
	a := newAttempts()
	for i := range maxBuckets + 1 {
		attempt, _ := a.begin("ada", from(fmt.Sprint(i), fmt.Sprint("s", i)), time.Unix(1e9+int64(i), 0))
		attempt.succeed()
	}
	last := fmt.Sprint("s", maxBuckets)
	if !a.knows(bucket{account: "ada", seat: last}) || a.knows(bucket{account: "bob", seat: last}) || a.knows(bucket{account: "ada", seat: "s0"}) {
		t.Error("the seat that got in last is not known, or the first still is")
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
	if through != perPerson.Burst {
		t.Errorf("%d", through)
	}
}

// L4: counting takes bounded memory, whatever names and seats come.
func TestCountingIsBounded(t *testing.T) {
	t.Parallel()
	a := newAttempts()
	for i := range maxBuckets / 2 { // each has four
		name := fmt.Sprint(i)
		now := time.Unix(1e9+int64(i), 0) // so that the address has room again
		if attempt, wait := a.begin(name, from(name, name), now); wait <= 0 {
			attempt.succeed()
		}
	}
	if a.buckets.Len() > maxBuckets+4 || len(a.known) > maxBuckets+2 {
		t.Errorf("%d buckets, %d known seats", a.buckets.Len(), len(a.known))
	}
}
