package login

import (
	"sync"
	"time"

	"twodoors/web/door"
)

// limit lets through burst attempts at once, and then one each interval.
type limit struct {
	burst int
	every time.Duration
}

// How many wrong passwords are taken. The first limit is one person's, so that
// nobody locks out a class behind the same address. The second stops somebody
// who takes a new seat for each guess; whoever got in before from their seat is
// not subject to it, and neither are the demo accounts, whose passwords are
// published. The third keeps one seat that tries many names from using up the
// fourth, which stops somebody who does so from many seats.
var (
	perPerson  = limit{10, 10 * time.Second}  // account, address and seat
	perAccount = limit{50, 10 * time.Second}  // account, from seats that it does not know
	perSeat    = limit{50, 10 * time.Second}  // address and seat
	perAddress = limit{500, time.Second / 5}  // address
	perSignUp  = limit{100, 10 * time.Second} // address and seat
)

// maxBuckets bounds the memory that counting takes; it is some 10 MB.
const maxBuckets = 50_000

// attempts counts what was tried, in buckets that drain with time.
type attempts struct {
	mu      sync.Mutex
	buckets map[bucket]time.Time // when each will be empty again
	known   map[bucket]bool      // seats from which an account was entered before
}

type bucket struct{ account, address, seat string }

func newAttempts() *attempts {
	return &attempts{buckets: map[bucket]time.Time{}, known: map[bucket]bool{}}
}

// attempt is one that was counted.
type attempt struct {
	attempts *attempts
	charged  map[bucket]limit
	person   bucket
}

// begin counts an attempt, or says how long to wait before the next.
func (a *attempts) begin(account string, from door.Arrival, now time.Time) (attempt, time.Duration) {
	person := bucket{account, from.Address, from.Seat}
	charged := map[bucket]limit{
		person: perPerson,
		{account: "\x00any", address: from.Address, seat: from.Seat}: perSeat,
		{address: from.Address}: perAddress,
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if !isDemo(account) && !a.known[bucket{account: account, seat: from.Seat}] {
		charged[bucket{account: account}] = perAccount
	}
	if wait := a.charge(charged, now); wait > 0 {
		return attempt{}, wait
	}
	return attempt{a, charged, person}, 0
}

// beginSignUp counts a sign-up, or says how long to wait before the next.
func (a *attempts) beginSignUp(from door.Arrival, now time.Time) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.charge(map[bucket]limit{{account: "\x00sign-up", address: from.Address, seat: from.Seat}: perSignUp}, now)
}

// charge counts in every bucket, or in none when one of them is full.
func (a *attempts) charge(charged map[bucket]limit, now time.Time) (wait time.Duration) {
	for b, l := range charged {
		full := now.Add(time.Duration(l.burst) * l.every)
		wait = max(wait, later(a.buckets[b], now).Add(l.every).Sub(full))
	}
	if wait > 0 {
		return wait
	}
	a.makeRoom(now)
	for b, l := range charged {
		a.buckets[b] = later(a.buckets[b], now).Add(l.every)
	}
	return 0
}

// succeed takes the attempt back, and remembers the seat that it came from.
func (t attempt) succeed() {
	t.takeBack()
	a := t.attempts
	a.mu.Lock()
	defer a.mu.Unlock()
	if t.person.seat != "" && len(a.known) < maxBuckets {
		a.known[bucket{account: t.person.account, seat: t.person.seat}] = true
	}
}

// takeBack makes the attempt none: the password was right, or nobody looked at it.
func (t attempt) takeBack() {
	a := t.attempts
	a.mu.Lock()
	defer a.mu.Unlock()
	for b, l := range t.charged {
		if full, ok := a.buckets[b]; ok {
			a.buckets[b] = full.Add(-l.every)
		}
	}
}

// makeRoom drops the buckets that are empty again when there are too many, and
// if all are in use the ones that a range over the map meets first.
func (a *attempts) makeRoom(now time.Time) {
	if len(a.buckets) < maxBuckets {
		return
	}
	for b, empty := range a.buckets {
		if empty.Before(now) {
			delete(a.buckets, b)
		}
	}
	for b := range a.buckets {
		if len(a.buckets) < maxBuckets*9/10 {
			return
		}
		delete(a.buckets, b)
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
