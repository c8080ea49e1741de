package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	atOnce   = 8                // visitors who open and use their rooms
	settling = 5 * time.Second  // until a server has given back what hashing takes
	restsFor = 10 * time.Second // for which processes are watched that have nothing to do
)

// roomsOfOne opens rooms of one server, each used, and looks what they hold and do at rest.
func (b *bench) roomsOfOne(ctx context.Context, s *site) ([]figure, error) {
	n := b.many(200)
	held, err := b.held(ctx, s, n, 1.8, "rooms of one used server hold, with the front", func(v *visitor) error {
		_, err := v.call(ctx, "POST", opensOwn, "")
		return err
	})
	if err != nil {
		return nil, err
	}
	b.say("at rest")
	share, err := s.busyFor(ctx, restsFor)
	return []figure{held, {What: fmt.Sprintf("%d rooms at rest take, of one processor", n), Goal: 1, Seen: 100 * share, Unit: "%",
		Notes: fmt.Sprintf("over %v", restsFor)}}, err
}

func (b *bench) roomsOfThree(ctx context.Context, s *site) ([]figure, error) {
	held, err := b.held(ctx, s, b.many(60), 1.5, "rooms of three used servers hold", func(v *visitor) error {
		if _, err := v.call(ctx, "POST", opensOwn, ""); err != nil {
			return err
		}
		_, err := v.call(ctx, "PATCH", "/api/settings", `{"servers":3,"balance":"round-robin","store":"sqlite"}`)
		return err
	})
	return []figure{held}, err
}

func (b *bench) roomsWithRedis(ctx context.Context, s *site) ([]figure, error) {
	held, err := b.held(ctx, s, b.many(60), 2, "labs “store” with a Redis each hold", func(v *visitor) error {
		_, err := v.call(ctx, "POST", "/api/labs/store/begin", "")
		return err
	})
	return []figure{held}, err
}

// held is what all processes hold together when so many visitors have opened a room and used it.
func (b *bench) held(ctx context.Context, s *site, n int, goal float64, what string, open func(*visitor) error) (figure, error) {
	all, err := s.visitors(ctx, n)
	if err != nil {
		return figure{}, err
	}
	err = each(ctx, n, atOnce, func(i int) error {
		b.say("room %d of %d", i+1, n)
		if err := open(all[i]); err != nil {
			return err
		}
		return all[i].use(ctx)
	})
	if err != nil {
		return figure{}, err
	}
	pause(ctx, settling)
	others, err := descendants(s.pid())
	if err != nil {
		return figure{}, err
	}
	front, err := proportional([]int{s.pid()})
	if err != nil {
		return figure{}, err
	}
	rest, err := proportional(others)
	const mebibyte, gibibyte = 1 << 20, 1 << 30
	return figure{What: fmt.Sprintf("%d %s", n, what), Goal: goal, Unit: "GiB", Seen: (front + rest) / gibibyte,
		Notes: fmt.Sprintf("the front %.0f MiB, each of %d other processes %.1f", front/mebibyte, len(others), rest/mebibyte/float64(len(others)))}, err
}

// descendants are all processes that a process has started, and that those have.
func descendants(pid int) (all []int, err error) {
	started, err := children(pid)
	for _, child := range started {
		more, err := descendants(child)
		if err != nil {
			return nil, err
		}
		all = append(append(all, child), more...)
	}
	return all, err
}

// proportional is the memory that processes hold, in bytes. What several have in common counts once.
func proportional(pids []int) (total float64, err error) {
	for _, pid := range pids {
		rollup, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
		if err != nil {
			return 0, err
		}
		for line := range strings.Lines(string(rollup)) {
			if rest, ok := strings.CutPrefix(line, "Pss:"); ok {
				kib, err := strconv.Atoi(strings.Fields(rest)[0])
				if err != nil {
					return 0, err
				}
				total += float64(kib) * 1024
			}
		}
	}
	return total, nil
}

// busyFor is the share of one processor that the site's processes take for a while.
func (s *site) busyFor(ctx context.Context, d time.Duration) (float64, error) {
	pids, err := descendants(s.pid())
	if err != nil {
		return 0, err
	}
	pids = append(pids, s.pid())
	began := time.Now()
	before, err := ran(pids)
	if err != nil {
		return 0, err
	}
	pause(ctx, d)
	after, err := ran(pids)
	return float64(after-before) / float64(time.Since(began)), err
}

// ran is the processor time of processes, to the nanosecond: what cpu tells in hundredths of a second is too coarse
// for many that do next to nothing.
func ran(pids []int) (total time.Duration, err error) {
	for _, pid := range pids {
		threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
		if err != nil {
			return 0, err
		}
		for _, thread := range threads {
			text, err := os.ReadFile(thread)
			if err != nil {
				return 0, err
			}
			spent, err := strconv.ParseInt(strings.Fields(string(text))[0], 10, 64)
			if err != nil {
				return 0, err
			}
			total += time.Duration(spent)
		}
	}
	return total, nil
}
