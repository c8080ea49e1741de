package postgres

import (
	"testing"
	"time"
)

// What the question took is noise, and so is what clocks differ by that are kept; minutes are not.
func TestClocksApart(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for _, test := range []struct{ ahead, took, want time.Duration }{
		{0, time.Millisecond, 0},
		{200 * time.Millisecond, time.Millisecond, 0},
		{5 * time.Minute, 0, 5 * time.Minute},
		{-5 * time.Minute, 0, -5 * time.Minute},
		{time.Minute, 2 * time.Second, 58 * time.Second},
		{600 * time.Millisecond, 600 * time.Millisecond, 0}, // it answered late, and the clocks may be the same
		{0, 30 * time.Second, 0},
	} {
		if got := apart(now.Add(test.ahead).Round(0), now, now.Add(test.took)); got != test.want {
			t.Errorf("%+v: %v", test, got)
		}
	}
}
