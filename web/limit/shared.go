package limit

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"twodoors/data"
)

// Key names a bucket that servers share. It is a hash of what is counted, so it does not show that.
type Key [sha256.Size]byte

// KeyOf is the key of something that is made of parts. No others have the same key.
func KeyOf(parts ...string) (key Key) {
	hash := sha256.New()
	for _, part := range parts {
		hash.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		hash.Write([]byte(part))
	}
	hash.Sum(key[:0])
	return key
}

// Table counts attempts for all servers. data.Attempts is one.
type Table interface {
	Wait(ctx context.Context, charges []data.Charge, now time.Time) (time.Duration, error)
	Count(ctx context.Context, charges []data.Charge, now time.Time) (wait time.Duration, err error)
}

// Shared counts what was tried in vain, once for all servers that share a table: a crash forgets nothing, and what is
// right writes nothing.
//
// An attempt is in this process's memory from its beginning to its end, so guesses sent at the same instant all count,
// though nobody knows yet which are wrong. At its end it is counted in the table if it was wrong. Each server has no
// more under way than there is room for, and none learns at the end of an attempt, right or wrong, whether it was right
// if the others have used up the room meanwhile.
type Shared struct {
	table    Table
	underWay *Buckets[Key]
}

// NewShared counts in a table, and has as many buckets at most in memory.
func NewShared(table Table, most int) *Shared {
	return &Shared{table: table, underWay: New[Key](most)}
}

// Attempt is one that is under way. Either End or TakeBack ends it.
type Attempt struct {
	shared  *Shared
	charged map[Key]Rate
}

// Begin begins an attempt, or says how long to wait before the next. It writes nothing. Its error is the table's.
func (s *Shared) Begin(ctx context.Context, charged map[Key]Rate, now time.Time) (Attempt, time.Duration, error) {
	ahead, wait := s.underWay.take(charged, now)
	if wait > 0 {
		return Attempt{}, wait, nil
	}
	attempt := Attempt{s, charged}
	wait, err := s.table.Wait(ctx, charges(charged, ahead), now)
	if err != nil || wait > 0 {
		attempt.TakeBack()
		return Attempt{}, wait, err
	}
	return attempt, 0, nil
}

// End ends an attempt. When it says to wait, others have used up the room meanwhile, and the attempt must be refused
// for that, whether it was right or not. A wrong one is counted in the table, even if whoever made it has gone. One that
// cannot be written there stays in memory, where it drains at the same rate.
func (a Attempt) End(ctx context.Context, right bool, now time.Time) (wait time.Duration, err error) {
	all := charges(a.charged, nil)
	wait, err = a.shared.table.Wait(ctx, all, now)
	if err == nil && wait <= 0 && !right {
		if wait, err = a.shared.table.Count(context.WithoutCancel(ctx), all, now); err != nil {
			return 0, fmt.Errorf("count a wrong attempt: %w", err)
		}
	}
	a.TakeBack()
	return wait, err
}

// TakeBack makes the attempt none: nobody looked at it.
func (a Attempt) TakeBack() { a.shared.underWay.Return(a.charged) }

func charges(charged map[Key]Rate, ahead map[Key]time.Duration) []data.Charge {
	all := make([]data.Charge, 0, len(charged))
	for key, rate := range charged {
		all = append(all, data.Charge{Bucket: key, Burst: rate.Burst, Every: rate.Every, Ahead: ahead[key]})
	}
	return all
}
