package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strconv"
	"sync"
)

// figure is one of those that rooms and a class are to reach.
type figure struct {
	What  string  `json:"what"`
	Goal  float64 `json:"goal"`
	Seen  float64 `json:"seen"`
	Unit  string  `json:"unit,omitempty"`  // ms, s, KB, MB, GiB, %; empty for a number of something
	Exact bool    `json:"exact,omitempty"` // the goal is to be reached exactly, not to be undercut
	Notes string  `json:"notes,omitempty"`
}

func (f figure) met() bool {
	if f.Exact {
		return f.Seen == f.Goal
	}
	return f.Seen < f.Goal
}

// rooms measures what rooms cost and bear, one thing after the other, each at a site of its own.
func (b *bench) rooms(ctx context.Context) (all []figure, err error) {
	for _, part := range []struct {
		name    string
		measure func(context.Context, *site) ([]figure, error)
	}{
		{"open", b.roomsOpen},
		{"one", b.roomsOfOne},
		{"three", b.roomsOfThree},
		{"redis", b.roomsWithRedis},
		{"begin", b.roomsBegin},
		{"labs", b.roomsLabs},
		{"logins", b.roomsLogins},
	} {
		if !b.wanted("rooms/" + part.name) {
			continue
		}
		figures, err := b.roomsAtSite(ctx, part.name, part.measure)
		if err != nil {
			return all, fmt.Errorf("rooms, %s: %w", part.name, err)
		}
		all = append(all, figures...)
	}
	return all, ctx.Err()
}

// mostRooms is what the site is started with: more than any part opens.
const mostRooms = 256

func (b *bench) roomsAtSite(ctx context.Context, name string, measure func(context.Context, *site) ([]figure, error)) ([]figure, error) {
	s, err := b.openOn(filepath.Join(b.folder, "rooms-"+name, "two.db"), "serve", "memory", "--rooms="+strconv.Itoa(mostRooms))
	if err != nil {
		return nil, err
	}
	defer s.stop()
	return measure(ctx, s)
}

// many is how many of something there are in a run of the size that was asked for.
func (b *bench) many(n int) int { return max(1, int(math.Round(float64(n)*b.Size))) }

// each does something for every number below n, for so many at once. It ends with the first error.
func each(ctx context.Context, n, atOnce int, do func(i int) error) error {
	var working sync.WaitGroup
	numbers := make(chan int)
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	for range min(n, atOnce) {
		working.Go(func() {
			for i := range numbers {
				if err := do(i); err != nil {
					fail(err)
				}
			}
		})
	}
	for i := 0; i < n && ctx.Err() == nil; i++ {
		select {
		case numbers <- i:
		case <-ctx.Done():
		}
	}
	close(numbers)
	working.Wait()
	return context.Cause(ctx)
}

// table writes figures as docs/performance.md has them.
func (r *report) table(out io.Writer, figures []figure) error {
	_, err := fmt.Fprintf(out, "\n| what | goal | seen | |\n| --- | --- | --- | --- |\n")
	for _, f := range figures {
		goal, seen, verdict := "under "+amount(f.Goal, f.Unit), amount(f.Seen, f.Unit), met(f.met())
		if f.Exact {
			goal = "all " + amount(f.Goal, f.Unit)
		}
		if f.Notes != "" {
			seen += "; " + f.Notes
		}
		if r.Size < 1 {
			verdict = "a small run"
		}
		_, err = fmt.Fprintf(out, "| %s | %s | %s | %s |\n", f.What, goal, seen, verdict)
	}
	return err
}

// amount is a value with its unit, and with three digits that count.
func amount(value float64, unit string) string {
	digits := 0
	switch {
	case unit == "" || value == math.Trunc(value):
	case value < 10:
		digits = 2
	case value < 100:
		digits = 1
	}
	text := strconv.FormatFloat(value, 'f', digits, 64)
	if unit != "" {
		text += " " + unit
	}
	return text
}
