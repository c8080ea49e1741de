package main

import (
	"runtime/debug"
	"testing"
	"testing/synctest"
	"time"
)

// The limit is lifted by what all need, from the first of the hashes that run at once to a moment after the last.
func TestMemoryLimitIsLiftedWhileHashing(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	synctest.Test(t, func(t *testing.T) {
		const limit, one, two = 64 << 20, 1 << 20, 2 << 20
		m := &memory{limit: limit}
		m.hold()
		expect := func(when string, want int64) {
			t.Helper()
			synctest.Wait()
			if now := debug.SetMemoryLimit(-1); now != want {
				t.Errorf("%s the limit is %d, not %d", when, now, want)
			}
		}
		expect("before a hash", limit)
		first, second := m.lift(one), m.lift(one)
		expect("while two run", limit+two)
		first()
		time.Sleep(2 * lowerAfter)
		expect("while one runs", limit+two)
		second()
		expect("right after both", limit+two)
		third := m.lift(one)
		time.Sleep(2 * lowerAfter)
		expect("while another runs", limit+two)
		third()
		time.Sleep(2 * lowerAfter)
		expect("a moment after all", limit)
		m.lift(one)()
		expect("right after the next", limit+one)
		time.Sleep(2 * lowerAfter)
		expect("a moment after it", limit)
	})
}

// A server without a limit gets none by hashing.
func TestNoMemoryLimit(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	before := debug.SetMemoryLimit(-1)
	m := &memory{}
	m.hold()
	m.lift(1)()
	if now := debug.SetMemoryLimit(-1); now != before {
		t.Errorf("%d, and before %d", now, before)
	}
}
