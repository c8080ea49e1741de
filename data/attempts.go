package data

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Attempts counts what was tried in vain, passwords and passcodes, for all servers and across crashes. It counts in
// buckets that drain with time, each a row with the moment at which it will be empty. An empty bucket needs no row, so
// whoever tries nothing in vain has none.
type Attempts struct{ engine Engine }

// Charge is a bucket in which an attempt counts.
type Charge struct {
	Bucket [sha256.Size]byte // a hash of what is counted, so that no name, address or seat is in the table
	Burst  int               // attempts that it holds
	Every  time.Duration     // one attempt drains; whole milliseconds
	Ahead  time.Duration     // what else is in it that the table does not know yet
}

// fullAt is when a bucket that is full now will be empty, in milliseconds since 1970.
func (c Charge) fullAt(now time.Time) int64 {
	return now.Add(time.Duration(c.Burst) * c.Every).UnixMilli()
}

// Wait is how long it takes until every bucket has room for one more attempt: 0 when each has. It is one read.
//
// A bucket that is more than full was charged by a clock that has been set back since. It is full from now on, so
// nobody waits for longer than a full bucket takes to drain. That is the one thing Wait may write.
func (a *Attempts) Wait(ctx context.Context, charges []Charge, now time.Time) (time.Duration, error) {
	ends, err := a.ends(ctx, charges)
	if err != nil {
		return 0, fmt.Errorf("read the attempts: %w", err)
	}
	wait := int64(0)
	for _, c := range charges {
		end, full := ends[c.Bucket], c.fullAt(now)
		if end > full {
			if err := a.lower(ctx, c.Bucket, full); err != nil {
				return 0, err
			}
		}
		end = max(min(end, full), now.UnixMilli())
		wait = max(wait, end+(c.Ahead+c.Every).Milliseconds()-full)
	}
	return time.Duration(wait) * time.Millisecond, nil
}

// ends is when each bucket is empty again, if it is not.
func (a *Attempts) ends(ctx context.Context, charges []Charge) (map[[sha256.Size]byte]int64, error) {
	ends := make(map[[sha256.Size]byte]int64, len(charges))
	if len(charges) == 0 {
		return ends, nil
	}
	var places []string
	var buckets []any
	for i, c := range charges {
		places = append(places, fmt.Sprint("$", i+1))
		buckets = append(buckets, c.Bucket[:])
	}
	query := `SELECT bucket, ends_ms FROM attempts WHERE bucket IN (` + strings.Join(places, ", ") + `)`
	return ends, a.engine.Query(ctx, query, buckets, func(scan Scan) error {
		var bucket []byte
		var end int64
		if err := scan(&bucket, &end); err != nil || len(bucket) != sha256.Size {
			return err
		}
		ends[[sha256.Size]byte(bucket)] = end
		return nil
	})
}

func (a *Attempts) lower(ctx context.Context, bucket [sha256.Size]byte, end int64) error {
	if _, err := a.engine.Exec(ctx, `UPDATE attempts SET ends_ms = $1 WHERE bucket = $2 AND ends_ms > $1`, end, bucket[:]); err != nil {
		return fmt.Errorf("lower a bucket: %w", err)
	}
	return nil
}

var errFull = errors.New("a bucket is full")

// Count counts an attempt in every bucket, or in none when one of them is full: then it says how long to wait. Of
// attempts that are counted at the same moment, at whichever servers, no more fit in than a bucket holds.
func (a *Attempts) Count(ctx context.Context, charges []Charge, now time.Time) (wait time.Duration, err error) {
	// Each holds its rows until its end. All take them in the same order, so nobody waits in a circle.
	charges = slices.SortedFunc(slices.Values(charges), func(a, b Charge) int { return bytes.Compare(a.Bucket[:], b.Bucket[:]) })
	err = a.engine.Transact(ctx, nil, func(tx *sql.Tx) error {
		for _, c := range charges {
			end, err := add(ctx, tx, c, now)
			if err != nil {
				return fmt.Errorf("count an attempt: %w", err)
			}
			wait = max(wait, time.Duration(end-c.fullAt(now))*time.Millisecond)
		}
		if wait > 0 {
			return errFull
		}
		return purgeAttempts(ctx, tx, a.engine, now)
	})
	if errors.Is(err, errFull) {
		return wait, nil
	}
	return 0, err
}

// add puts one attempt into a bucket, and returns when that is empty again.
func add(ctx context.Context, tx *sql.Tx, c Charge, now time.Time) (end int64, err error) {
	err = tx.QueryRowContext(ctx, `
		INSERT INTO attempts (bucket, ends_ms) VALUES ($1, $2) ON CONFLICT (bucket) DO UPDATE
		SET ends_ms = CASE WHEN attempts.ends_ms < $3 THEN excluded.ends_ms ELSE attempts.ends_ms + $4 END
		RETURNING ends_ms`, c.Bucket[:], now.Add(c.Every).UnixMilli(), now.UnixMilli(), c.Every.Milliseconds()).Scan(&end)
	return end, err
}

// purgeAttempts removes some buckets that have been empty for long, as purgeExpired does.
func purgeAttempts(ctx context.Context, tx *sql.Tx, engine Engine, now time.Time) error {
	if _, err := tx.ExecContext(ctx, `
		DELETE FROM attempts WHERE bucket IN (SELECT bucket FROM attempts WHERE ends_ms < $1 LIMIT 10`+engine.SkipLocked()+`)`,
		now.Add(-margin).UnixMilli()); err != nil {
		return fmt.Errorf("purge: %w", err)
	}
	return nil
}
