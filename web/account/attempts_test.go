package account

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"twodoors/data"
	"twodoors/data/sqlite"
	"twodoors/web/door"
)

func from(address, seat string) door.Client { return door.Client{Address: address, Seat: seat} }

// databases makes databases of a test, whose servers wait for no disk.
func databases(t *testing.T) func() *data.DB {
	t.Helper()
	template, err := sqlite.NewTemplate(t.Context(), t.TempDir(), func(context.Context, *data.DB) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	return func() *data.DB {
		made, err := template.Copy(filepath.Join(t.TempDir(), "t.db"))
		if err != nil {
			t.Fatal(err)
		}
		db, err := sqlite.OpenDisposable(t.Context(), made.Path())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		return db
	}
}

// begin begins an attempt, if there is room for it.
func begin(t *testing.T, a *attempts, account string, from door.Client, now time.Time) (begun attempt, through bool) {
	t.Helper()
	begun, wait, err := a.begin(t.Context(), account, from, now)
	if err != nil {
		t.Error(err)
	}
	return begun, wait <= 0
}

// end ends one, and says whether it was in time.
func end(t *testing.T, begun attempt, right bool, now time.Time) bool {
	t.Helper()
	wait, err := begun.end(t.Context(), right, now)
	if err != nil {
		t.Error(err)
	}
	return wait <= 0
}

// fail makes attempts that are all wrong, and says how many were let through.
func fail(t *testing.T, a *attempts, n int, account string, from door.Client, now time.Time) (through int) {
	t.Helper()
	for range n {
		if begun, ok := begin(t, a, account, from, now); ok && end(t, begun, false, now) {
			through++
		}
	}
	return through
}

// L4: who is let through when somebody else guessed, at whichever server.
func TestWhoseGuessesCountForWhom(t *testing.T) {
	t.Parallel()
	now, database := time.Unix(1e9, 0), databases(t)
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
		db := database()
		fail(t, newAttempts(db.Attempts), test.guesses, test.guess, test.guesser, now)
		if _, through := begin(t, newAttempts(db.Attempts), test.after, test.then, now); through != test.through {
			t.Errorf("%s: let through: %t", test.what, through)
		}
	}
}

// L4: one seat that tries many names does not lock out the class behind the same
// address.
func TestOneSeatDoesNotLockOutItsAddress(t *testing.T) {
	t.Parallel()
	a, now := newAttempts(databases(t)().Attempts), time.Unix(1e9, 0)
	for i := range 5000 {
		fail(t, a, 1, fmt.Sprint("name", i), from("a", "s1"), now)
	}
	if _, through := begin(t, a, "ada", from("a", "s2"), now); !through {
		t.Error("another seat has to wait")
	}
}

// L4, A10: a right password costs nothing, however often it comes, and writes nothing.
func TestRightPasswordsAreNotCounted(t *testing.T) {
	t.Parallel()
	table := &writes{Attempts: databases(t)().Attempts}
	a, now := newAttempts(table), time.Unix(1e9, 0)
	for i := range 2000 {
		for _, seat := range []string{"s1", ""} {
			begun, through := begin(t, a, "ada", from("a", seat), now)
			if !through || !end(t, begun, true, now) {
				t.Fatalf("login %d has to wait", i)
			}
		}
	}
	if n := table.counted.Load(); n != 0 {
		t.Errorf("%d are counted", n)
	}
	if begun, _ := begin(t, a, "ada", from("a", "s1"), now); !end(t, begun, false, now) || table.counted.Load() != 1 {
		t.Error("a wrong one is not")
	}
}

// writes is a table of attempts that says how many were counted in it, and can be broken.
type writes struct {
	*data.Attempts
	counted atomic.Int64
	broken  atomic.Bool
}

func (w *writes) Count(ctx context.Context, charges []data.Charge, now time.Time) (time.Duration, error) {
	if w.broken.Load() {
		return 0, errors.New("the disk is full")
	}
	w.counted.Add(1)
	return w.Attempts.Count(ctx, charges, now)
}

// A10: a password that others were faster than with the last tries is refused alike, whether it is right or wrong, and
// its seat is not known for it.
func TestPasswordThatComesTooLateIsRefused(t *testing.T) {
	t.Parallel()
	db, now := databases(t)(), time.Unix(1e9, 0)
	here, elsewhere := newAttempts(db.Attempts), newAttempts(db.Attempts)
	for _, right := range []bool{true, false} {
		name := fmt.Sprint("bob", right)
		begun, through := begin(t, here, name, from("a", "s1"), now)
		if n := fail(t, elsewhere, 20, name, from("a", "s1"), now); n != perPerson.Burst || !through {
			t.Fatalf("%d at the other server", n)
		}
		if end(t, begun, right, now) || here.knows(bucket{account: name, seat: "s1"}) {
			t.Errorf("right: %t, and it is let through", right)
		}
		begun, through = begin(t, here, name, from("a", "s1"), now.Add(perPerson.Every))
		if !through || !end(t, begun, true, now.Add(perPerson.Every)) {
			t.Error("it is locked out for longer than one try takes to drain")
		}
	}
}

// A10: while wrong passwords cannot be written down, a server counts them in its memory.
func TestGuessesWhileNothingCanBeWritten(t *testing.T) {
	t.Parallel()
	table := &writes{Attempts: databases(t)().Attempts}
	a, now, failed := newAttempts(table), time.Unix(1e9, 0), 0
	table.broken.Store(true)
	for range 50 {
		if begun, through := begin(t, a, "ada", from("a", "s1"), now); through {
			if _, err := begun.end(t.Context(), false, now); err == nil {
				t.Error("a guess that was not counted is answered")
			}
			failed++
		}
	}
	table.broken.Store(false)
	if failed != perPerson.Burst || fail(t, a, 5, "ada", from("a", "s1"), now.Add(perPerson.Every)) != 1 {
		t.Errorf("%d guesses were taken, or later more than one", failed)
	}
}

// A3: sign-ups without a seat count for the address, of which who has a seat keeps half.
func TestSignUpsWithoutASeatCountForTheAddress(t *testing.T) {
	t.Parallel()
	a, now, made := newAttempts(nil), time.Unix(1e9, 0), 0
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
	a := newAttempts(nil)
	for i := range maxBuckets + 1 {
		a.remember(bucket{account: "ada", seat: fmt.Sprint("s", i)}, time.Unix(1e9+int64(i), 0))
	}
	last := fmt.Sprint("s", maxBuckets)
	if !a.knows(bucket{account: "ada", seat: last}) || a.knows(bucket{account: "bob", seat: last}) || a.knows(bucket{account: "ada", seat: "s0"}) {
		t.Error("the seat that got in last is not known, or the first still is")
	}
	if len(a.known) > maxBuckets+2 {
		t.Errorf("%d seats are known", len(a.known))
	}
}

// L4: of 1,000 guesses at the same instant exactly the burst is let through, while nobody knows yet which are wrong and
// when all are: at one server and, of what is wrong, at several.
func TestGuessesAtTheSameInstant(t *testing.T) {
	t.Parallel()
	database, now := databases(t), time.Unix(1e9, 0)
	for _, servers := range []int{1, 3} {
		db := database()
		var all []*attempts
		for range servers {
			all = append(all, newAttempts(db.Attempts))
		}
		var guesses sync.WaitGroup
		var mu sync.Mutex
		var begun []attempt
		for i := range 1000 {
			guesses.Go(func() {
				if one, through := begin(t, all[i%servers], "ada", from("a", "s1"), now); through {
					mu.Lock()
					defer mu.Unlock()
					begun = append(begun, one)
				}
			})
		}
		guesses.Wait()
		if len(begun) != servers*perPerson.Burst {
			t.Errorf("%d are under way at %d servers", len(begun), servers)
		}
		var wrong atomic.Int64
		for _, one := range begun {
			guesses.Go(func() {
				if end(t, one, false, now) {
					wrong.Add(1)
				}
			})
		}
		guesses.Wait()
		if wrong.Load() != int64(perPerson.Burst) {
			t.Errorf("%d are told that they are wrong by %d servers", wrong.Load(), servers)
		}
	}
}
