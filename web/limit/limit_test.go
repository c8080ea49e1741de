package limit_test

import (
	"testing"
	"time"

	"twodoors/web/limit"
)

// C3, L4: a flood of others, however many, does not empty a bucket that is full, and
// takes bounded memory.
func TestFloodDoesNotEmptyAFullBucket(t *testing.T) {
	t.Parallel()
	const most = 1000
	buckets, rate, now := limit.New[int](most), limit.Rate{Burst: 10, Every: time.Second}, time.Unix(1e9, 0)
	try := func(who int) time.Duration { return buckets.Take(map[int]limit.Rate{who: rate}, now) }
	for range 10 {
		try(-1)
	}
	for who := range 20 * most {
		if wait := try(who); wait > 0 {
			t.Fatalf("%d waits %v", who, wait)
		}
		if buckets.Len() > most {
			t.Fatalf("%d buckets", buckets.Len())
		}
	}
	if try(-1) <= 0 {
		t.Error("the flood has emptied the bucket that was full")
	}
}

// L4: all that wait is waited for, and what is taken back was never there.
func TestBucketsDrain(t *testing.T) {
	t.Parallel()
	buckets, charged, now := limit.New[string](10), map[string]limit.Rate{"a": {Burst: 3, Every: time.Second}, "b": {Burst: 5, Every: time.Second}}, time.Unix(1e9, 0)
	for range 100 {
		if wait := buckets.Take(charged, now); wait > 0 {
			t.Fatal(wait)
		}
		buckets.Return(charged)
	}
	taken := 0
	for buckets.Take(charged, now) <= 0 {
		taken++
	}
	wait := buckets.Take(charged, now)
	if taken != 3 || wait <= 0 || wait > time.Second {
		t.Fatalf("%d at once, then wait %v", taken, wait)
	}
	if buckets.Take(charged, now.Add(wait-time.Millisecond)) <= 0 {
		t.Error("before the wait was over")
	}
	if buckets.Take(charged, now.Add(wait)) > 0 {
		t.Error("after the wait")
	}
}
