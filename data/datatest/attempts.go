package datatest

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"twodoors/data"
)

var attempts = map[string]promise{
	"CountOnceForAllServers":       attemptsCountOnceForAllServers,
	"AtOnceAreAllCounted":          attemptsAtOnceAreAllCounted,
	"CountInAllBucketsOrNone":      attemptsCountInAllBucketsOrNone,
	"Drain":                        attemptsDrain,
	"WhatIsNotCountedYetTakesRoom": whatIsNotCountedYetTakesRoom,
	"ExpiredBucketsGo":             expiredBucketsGo,
	"ClockIsSetBack":               nobodyWaitsForAClockThatWasSetBack,
}

// charge is a bucket of ten attempts, one of which drains each second.
func charge(name string) data.Charge {
	return data.Charge{Bucket: sha256.Sum256([]byte(name)), Burst: 10, Every: time.Second}
}

// fill counts attempts until there is room for no more, and says how many there were.
func (s *site) fill(t *testing.T, db *data.DB, now time.Time, charges ...data.Charge) (counted int) {
	t.Helper()
	for s.try(t, db, now, charges...) <= 0 {
		counted++
	}
	return counted
}

func (s *site) try(t *testing.T, db *data.DB, now time.Time, charges ...data.Charge) time.Duration {
	t.Helper()
	wait, err := db.Attempts.Count(t.Context(), charges, now)
	if err != nil {
		t.Fatal(err)
	}
	return wait
}

func (s *site) wait(t *testing.T, db *data.DB, now time.Time, charges ...data.Charge) time.Duration {
	t.Helper()
	wait, err := db.Attempts.Wait(t.Context(), charges, now)
	if err != nil {
		t.Fatal(err)
	}
	return wait
}

// A10: several servers take as many attempts together as one, and to look is no attempt.
func attemptsCountOnceForAllServers(t *testing.T, s *site) {
	servers := s.servers(t, 4)
	for i := range 10 {
		for _, db := range servers {
			if wait := s.wait(t, db, s.now, charge("a"), charge("b")); wait != 0 {
				t.Fatalf("attempt %d has to wait %v", i+1, wait)
			}
		}
		if wait := s.try(t, servers[i%4], s.now, charge("a")); wait != 0 {
			t.Fatalf("attempt %d is not counted: wait %v", i+1, wait)
		}
	}
	for _, db := range append(servers, s.server(t)) {
		if wait := s.wait(t, db, s.now, charge("b"), charge("a")); wait != time.Second {
			t.Errorf("the eleventh has to wait %v", wait)
		}
		if wait := s.try(t, db, s.now, charge("a")); wait != time.Second {
			t.Errorf("the eleventh is counted, or has to wait %v", wait)
		}
		if wait := s.wait(t, db, s.now, charge("b")); wait != 0 {
			t.Errorf("another bucket has to wait %v", wait)
		}
	}
	if n := s.count(t, "SELECT count(*) FROM attempts"); n != 1 {
		t.Errorf("%d buckets are in the table", n)
	}
}

// A10, L4: of attempts at the same moment, at all servers, exactly those are counted that fit in. No order of their
// buckets has one wait for another in a circle.
func attemptsAtOnceAreAllCounted(t *testing.T, s *site) {
	var counting sync.WaitGroup
	var counted atomic.Int64
	for _, db := range s.servers(t, 4) {
		for range 8 {
			charges := []data.Charge{charge("a"), charge("b"), charge("c"), charge("d")}
			rand.Shuffle(len(charges), func(i, j int) { charges[i], charges[j] = charges[j], charges[i] })
			counting.Go(func() {
				wait, err := db.Attempts.Count(t.Context(), charges, s.now)
				if err != nil {
					t.Error(err)
				} else if wait <= 0 {
					counted.Add(1)
				}
			})
		}
	}
	counting.Wait()
	if counted.Load() != 10 {
		t.Errorf("%d attempts fit into buckets of ten", counted.Load())
	}
}

// L4: an attempt that one bucket has no room for counts in no other.
func attemptsCountInAllBucketsOrNone(t *testing.T, s *site) {
	s.fill(t, s.db, s.now, charge("seat"))
	for range 20 {
		s.try(t, s.db, s.now, charge("seat"), charge("address"))
	}
	if n := s.fill(t, s.db, s.now, charge("address")); n != 10 {
		t.Errorf("the address has room for %d", n)
	}
}

// Buckets drain one by one, to the millisecond, and hold no more than they hold after any pause.
func attemptsDrain(t *testing.T, s *site) {
	for _, step := range []struct {
		after time.Duration
		room  int
	}{{0, 10}, {999 * time.Millisecond, 0}, {time.Second, 1}, {3500 * time.Millisecond, 2}, {4 * time.Second, 1}, {24 * time.Hour, 10}} {
		if n := s.fill(t, s.db, s.now.Add(step.after), charge("a")); n != step.room {
			t.Errorf("%v later there is room for %d, want %d", step.after, n, step.room)
		}
	}
}

// What a server has under way is added to what the table says, and is not written.
func whatIsNotCountedYetTakesRoom(t *testing.T, s *site) {
	for range 6 {
		s.try(t, s.db, s.now, charge("a"))
	}
	for ahead, want := range map[int]time.Duration{0: 0, 3: 0, 4: time.Second, 6: 3 * time.Second} {
		c := charge("a")
		c.Ahead = time.Duration(ahead) * c.Every
		if wait := s.wait(t, s.db, s.now, c); wait != want {
			t.Errorf("%d under way: wait %v, want %v", ahead, wait, want)
		}
	}
	if n := s.fill(t, s.db, s.now, charge("a")); n != 4 {
		t.Errorf("then there is room for %d", n)
	}
}

// Each attempt that is counted removes up to ten buckets that have been empty for an hour.
func expiredBucketsGo(t *testing.T, s *site) {
	for i := range 15 {
		s.try(t, s.db, s.now, charge(fmt.Sprint(i)))
	}
	for i, left := range []int{16, 7, 2} {
		at := s.now.Add(time.Duration(min(i, 1))*2*time.Hour + time.Minute)
		s.try(t, s.db, at, charge(fmt.Sprint("new", i)))
		if n := s.count(t, "SELECT count(*) FROM attempts"); n != left {
			t.Errorf("after attempt %d %d buckets are left, want %d", i+1, n, left)
		}
	}
}

// When clocks go back, whoever is locked out waits for as long as a full bucket takes, and not for as far as the clocks
// went. The limit is the same then.
func nobodyWaitsForAClockThatWasSetBack(t *testing.T, s *site) {
	s.fill(t, s.db, s.now, charge("a"))
	before := s.now.Add(-24 * time.Hour)
	for _, db := range s.servers(t, 2) {
		if wait := s.wait(t, db, before, charge("a")); wait != time.Second {
			t.Errorf("wait %v", wait)
		}
	}
	if n := s.fill(t, s.db, before.Add(4*time.Second), charge("a")); n != 4 {
		t.Errorf("four seconds later there is room for %d", n)
	}
	if n := s.fill(t, s.server(t), before.Add(time.Minute), charge("a")); n != 10 {
		t.Errorf("a minute later there is room for %d", n)
	}
}
