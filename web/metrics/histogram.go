package metrics

import (
	"math/bits"
	"sync/atomic"
	"time"
)

// buckets are how many a histogram has: up to a microsecond, and each twice as long as the one before, up to 8.4 seconds.
// What takes longer is counted in none of them.
const buckets = 24

// histogram is how long something took, and how often it did what it is for.
type histogram struct {
	counts      [buckets + 1]atomic.Uint64
	done        atomic.Uint64
	nanoseconds atomic.Uint64
}

func (h *histogram) observe(nanoseconds int64, done bool) {
	nanoseconds = max(0, nanoseconds)
	h.counts[min(bits.Len64(uint64(nanoseconds)/uint64(time.Microsecond)), buckets)].Add(1)
	h.nanoseconds.Add(uint64(nanoseconds))
	if done {
		h.done.Add(1)
	}
}

// upTo is the bound of a bucket, in seconds.
func upTo(bucket int) float64 { return float64(uint64(1)<<bucket) * time.Microsecond.Seconds() }
