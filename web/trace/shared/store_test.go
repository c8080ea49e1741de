package shared_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"twodoors/data"
	"twodoors/web/trace/shared"
)

func record(seat string, n int) data.TraceRecord {
	return data.TraceRecord{Seat: seat, ID: fmt.Sprintf("%026d", n), Record: fmt.Sprint("record ", n)}
}

func appended(t *testing.T, s shared.Store, records ...data.TraceRecord) {
	t.Helper()
	if err := s.Append(t.Context(), records); err != nil {
		t.Fatal(err)
	}
}

// ids are those of what a seat has after a number.
func ids(t *testing.T, s shared.Store, seat string, number int64) (ids []string) {
	t.Helper()
	records, err := s.After(t.Context(), []string{seat}, number, math.MaxInt64)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		ids = append(ids, strings.TrimLeft(r.ID, "0"))
	}
	return ids
}

// What one server appends another one finds: in order, numbered, each once however often it is sent, and for its seat
// only.
func TestRecordsAreFoundElsewhere(t *testing.T) {
	each(t, func(t *testing.T, one, two shared.Store) {
		appended(t, one, record("mine", 1), record("yours", 2), record("mine", 3))
		appended(t, two, record("mine", 3), record("mine", 4))
		if got := ids(t, two, "mine", 0); !slices.Equal(got, []string{"1", "3", "4"}) {
			t.Errorf("mine: %q", got)
		}
		if got := ids(t, one, "nobody", 0); len(got) != 0 {
			t.Errorf("nobody: %q", got)
		}
		found, err := one.Find(t.Context(), "mine", record("", 3).ID)
		if err != nil || found.Record != "record 3" || found.Seat != "mine" {
			t.Errorf("%+v, %v", found, err)
		}
		if got := ids(t, one, "mine", found.Number); !slices.Equal(got, []string{"4"}) {
			t.Errorf("after the third: %q", got)
		}
		if about := time.UnixMicro(found.Number); time.Since(about).Abs() > time.Minute {
			t.Errorf("its number is %s", about)
		}
		for _, unknown := range [][2]string{{"yours", found.ID}, {"mine", record("", 9).ID}, {"", ""}} {
			if _, err := two.Find(t.Context(), unknown[0], unknown[1]); !errors.Is(err, data.ErrNotFound) {
				t.Errorf("%q: %v", unknown, err)
			}
		}
	})
}

// Whoever looks again and again sees each record once, while several servers append.
func TestChangesAreSeenOnce(t *testing.T) {
	each(t, func(t *testing.T, one, two shared.Store) {
		const writers, rounds = 4, 40
		var wait sync.WaitGroup
		for w := range writers {
			wait.Go(func() {
				for n := range rounds {
					if err := []shared.Store{one, two}[w%2].Append(context.Background(), []data.TraceRecord{record(fmt.Sprint("seat ", n%3), w*rounds+n)}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		seen, number := map[string]int{}, int64(0)
		look := func() {
			seats, newest, err := two.Changed(t.Context(), number)
			if err != nil {
				t.Fatal(err)
			}
			records, err := two.After(t.Context(), seats, number, newest)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range records {
				seen[r.ID]++
			}
			number = newest
		}
		ended := make(chan struct{})
		go func() { wait.Wait(); close(ended) }()
		for running := true; running; {
			select {
			case <-ended:
				running = false
			default:
			}
			look()
		}
		for id, times := range seen {
			if times != 1 {
				t.Errorf("%s was seen %d times", id, times)
			}
		}
		if len(seen) != writers*rounds {
			t.Errorf("%d were seen", len(seen))
		}
		if seats, newest, err := one.Changed(t.Context(), math.MaxInt64); len(seats) != 0 || newest != number || err != nil {
			t.Errorf("%q, %d, %v", seats, newest, err)
		}
	})
}

// six are appended for a seat, and one for another.
func six(t *testing.T, s shared.Store) {
	t.Helper()
	for n := range 6 {
		appended(t, s, record("mine", n+1))
	}
	appended(t, s, record("yours", 7))
}

// expectKept expects what a seat has, and that another one still has its one.
func expectKept(t *testing.T, s shared.Store, when string, want ...string) {
	t.Helper()
	if got := ids(t, s, "mine", 0); !slices.Equal(got, want) {
		t.Errorf("%s: %q", when, got)
	}
	sizes, now, err := s.Sizes(t.Context())
	of := map[string]int{}
	for _, seat := range sizes {
		of[seat.Seat] = seat.Count
	}
	if err != nil || of["mine"] != len(want) || of["yours"] != 1 || time.Since(time.UnixMicro(now)).Abs() > time.Minute {
		t.Errorf("%s: %v, %d, %v", when, of, now, err)
	}
}

// A seat forgets its oldest, and can be forgotten with what it cleared.
func TestSeatsAreTrimmed(t *testing.T) {
	each(t, func(t *testing.T, one, two shared.Store) {
		six(t, one)
		expectKept(t, two, "whole", "1", "2", "3", "4", "5", "6")
		if err := two.Trim(t.Context(), map[string]int{"mine": 5, "nobody": 0}); err != nil {
			t.Fatal(err)
		}
		expectKept(t, one, "trimmed", "2", "3", "4", "5", "6")
		if err := errors.Join(two.Clear(t.Context(), "mine", data.Clearing{UpTo: 1, Hidden: 1}), two.Trim(t.Context(), map[string]int{"mine": 0})); err != nil {
			t.Fatal(err)
		}
		expectKept(t, one, "forgotten")
		if cleared, err := one.Cleared(t.Context(), "mine"); cleared != (data.Clearing{}) || err != nil {
			t.Errorf("%+v, %v", cleared, err)
		}
	})
}

// What was cleared is forgotten up to its number, unless the seat has cleared more since.
func TestClearedIsForgotten(t *testing.T) {
	each(t, func(t *testing.T, one, two shared.Store) {
		six(t, one)
		third, err := two.Find(t.Context(), "mine", record("", 3).ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(one.Clear(t.Context(), "mine", data.Clearing{UpTo: third.Number + 1, Hidden: 1}), two.Forget(t.Context(), "mine", third.Number)); err != nil {
			t.Fatal(err)
		}
		expectKept(t, two, "cleared once more since", "1", "2", "3", "4", "5", "6")
		if err := errors.Join(one.Clear(t.Context(), "mine", data.Clearing{UpTo: third.Number, Hidden: 2}), two.Forget(t.Context(), "mine", third.Number)); err != nil {
			t.Fatal(err)
		}
		expectKept(t, one, "forgotten up to the third", "4", "5", "6")
	})
}

// The newest come first, and those below them when they are asked for.
func TestNewestAreReadInPages(t *testing.T) {
	each(t, func(t *testing.T, one, two shared.Store) {
		six(t, one)
		below := int64(math.MaxInt64)
		for _, want := range [][]int{{6, 5}, {4, 3}, {2, 1}, {}} {
			found, err := two.Newest(t.Context(), "mine", 0, below, 2)
			if err != nil || len(found) != len(want) {
				t.Fatalf("below %d: %+v, %v", below, found, err)
			}
			for i, n := range want {
				if below = found[i].Number; found[i].ID != record("", n).ID {
					t.Errorf("%s in place of %d", found[i].ID, n)
				}
			}
		}
		if none, err := two.Newest(t.Context(), "mine", below+1_000_000_000, math.MaxInt64, 2); len(none) != 0 || err != nil {
			t.Errorf("above all: %+v, %v", none, err)
		}
	})
}

// What a seat has cleared is known everywhere, and only the last time.
func TestClearingsAreShared(t *testing.T) {
	each(t, func(t *testing.T, one, two shared.Store) {
		at := time.UnixMilli(time.Now().UnixMilli())
		for n := range 2 {
			want := data.Clearing{UpTo: int64(n + 7), Hidden: n + 3, At: at}
			if err := one.Clear(t.Context(), "mine", want); err != nil {
				t.Fatal(err)
			}
			if got, err := two.Cleared(t.Context(), "mine"); err != nil || got.UpTo != want.UpTo || got.Hidden != want.Hidden || !got.At.Equal(at) {
				t.Errorf("%+v, %v", got, err)
			}
		}
		if err := two.Clear(t.Context(), "mine", data.Clearing{}); err != nil {
			t.Fatal(err)
		}
		for _, seat := range []string{"mine", "yours"} {
			if got, err := one.Cleared(t.Context(), seat); err != nil || got != (data.Clearing{}) {
				t.Errorf("%s: %+v, %v", seat, got, err)
			}
		}
	})
}

// Sites that share a Redis do not see each other's traces.
func TestSitesAreApart(t *testing.T) {
	t.Parallel()
	url := startRedis(t)
	one, other := openRedis(t, url, "a"), openRedis(t, url, "b")
	appended(t, one, record("mine", 1))
	if got := ids(t, other, "mine", 0); len(got) != 0 {
		t.Errorf("%q", got)
	}
	client := administering(t, url)
	keys, err := client.Keys(t.Context(), "*").Result()
	if err != nil || len(keys) == 0 {
		t.Fatal(keys, err)
	}
	for _, key := range keys {
		if ttl := client.PTTL(t.Context(), key).Val(); !strings.HasPrefix(key, "twodoors:traces:a:") || ttl <= 0 || ttl > shared.Lifetime {
			t.Errorf("%s lives for %s", key, ttl)
		}
	}
}
