package account

import (
	"context"
	"sync"
	"time"

	"twodoors/web/door"
	"twodoors/web/limit"
)

// How many wrong passwords are taken, by all servers of a database together. The
// first limit is one person's, so that nobody locks out a class behind the same
// address. The second stops somebody who takes a new seat for each guess; whoever
// got in at this server before from their seat is not subject to it, and neither are
// the demo accounts, whose passwords are published. The third keeps one seat that tries many names from using up the
// fourth, which stops somebody who does so from many seats.
//
// Requests without a seat can come from anybody at an address. They count for the
// address alone, half of whose limit they may use up together.
var (
	perPerson  = limit.Rate{Burst: 10, Every: 10 * time.Second} // account, address and seat
	perAccount = limit.Rate{Burst: 50, Every: 10 * time.Second} // account, from seats that it does not know
	perSeat    = limit.Rate{Burst: 50, Every: 10 * time.Second} // address and seat
	perAddress = limit.Rate{Burst: 500, Every: time.Second / 5} // address
)

// How many accounts are made, by each server.
var (
	signUpsPerSeat    = limit.Rate{Burst: 100, Every: 10 * time.Second}
	signUpsPerAddress = limit.Rate{Burst: 500, Every: 2 * time.Second}
)

// maxBuckets bounds the memory that counting takes; it is some 10 MB.
const maxBuckets = 50_000

// attempts counts what was tried, and knows who has logged in to what.
type attempts struct {
	logins  *limit.Shared
	signUps *limit.Buckets[bucket]

	mu    sync.Mutex
	known map[bucket]time.Time // when an account was last entered from a seat
}

// bucket is what is counted together. An address counts by its network.
type bucket struct{ what, account, address, seat string }

func (b bucket) key() limit.Key { return limit.KeyOf(b.what, b.account, b.address, b.seat) }

func newAttempts(table limit.Table) *attempts {
	return &attempts{logins: limit.NewShared(table, maxBuckets), signUps: limit.New[bucket](maxBuckets), known: map[bucket]time.Time{}}
}

// attempt is one that is under way. Either end or TakeBack ends it.
type attempt struct {
	limit.Attempt
	attempts *attempts
	account  string
	seat     string
}

// begin begins an attempt, or says how long to wait before the next.
func (a *attempts) begin(ctx context.Context, account string, from door.Client, now time.Time) (attempt, time.Duration, error) {
	charged := charge("login", from, perSeat, perAddress)
	if from.Seat != "" {
		charged[bucket{account: account, address: from.Network(), seat: from.Seat}] = perPerson
	}
	if !isDemo(account) && !a.knows(bucket{account: account, seat: from.Seat}) {
		charged[bucket{account: account}] = perAccount
	}
	keyed := make(map[limit.Key]limit.Rate, len(charged))
	for bucket, rate := range charged {
		keyed[bucket.key()] = rate
	}
	begun, wait, err := a.logins.Begin(ctx, keyed, now)
	return attempt{begun, a, account, from.Seat}, wait, err
}

// beginSignUp counts a sign-up, or says how long to wait before the next.
func (a *attempts) beginSignUp(from door.Client, now time.Time) time.Duration {
	return a.signUps.Take(charge("sign-up", from, signUpsPerSeat, signUpsPerAddress), now)
}

// charge is where a thing that was tried counts, whatever it was tried on.
func charge(what string, from door.Client, perSeat, perAddress limit.Rate) map[bucket]limit.Rate {
	address := from.Network()
	charged := map[bucket]limit.Rate{{what: what, address: address}: perAddress}
	if from.Seat == "" {
		charged[bucket{what: what + " without a seat", address: address}] = limit.Rate{Burst: perAddress.Burst / 2, Every: 2 * perAddress.Every}
	} else {
		charged[bucket{what: what, address: address, seat: from.Seat}] = perSeat
	}
	return charged
}

// knows reports whether a seat has entered an account.
func (a *attempts) knows(seat bucket) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, known := a.known[seat]
	return known
}

// end counts the attempt if the password was wrong, and remembers the seat that it came from if it was right. When it
// says to wait, the password must be refused for that, whichever it was.
func (t attempt) end(ctx context.Context, right bool, now time.Time) (wait time.Duration, err error) {
	wait, err = t.End(ctx, right, now)
	if right && err == nil && wait <= 0 {
		t.attempts.remember(bucket{account: t.account, seat: t.seat}, now)
	}
	return wait, err
}

func (a *attempts) remember(seat bucket, now time.Time) {
	if seat.seat == "" {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	limit.MakeRoom(a.known, maxBuckets)
	a.known[seat] = now
}
