package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// measured is one target in one round.
type measured struct {
	PerSecond   float64 `json:"per_second"`
	CPU         float64 `json:"cpu_us"`                    // of the servers, a request
	Database    float64 `json:"database_cpu_us,omitempty"` // of PostgreSQL
	Allocations float64 `json:"allocations,omitempty"`
	Bytes       float64 `json:"bytes,omitempty"`
}

// rounds puts load on each target in turn, there and back again: what else the
// machine does hits those that are compared about alike, as they are neighbours,
// and each of both comes first as often as the other.
func (b *bench) rounds(ctx context.Context, targets []target) (map[string][]measured, error) {
	results := map[string][]measured{}
	for round := range b.Rounds {
		for i := range targets {
			t := targets[i]
			if round%2 == 1 {
				t = targets[len(targets)-1-i]
			}
			b.say("round %d of %d: %s", round+1, b.Rounds, t.name)
			m, err := b.measure(ctx, t)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", t.name, err)
			}
			results[t.name] = append(results[t.name], m)
		}
	}
	return results, nil
}

// warmUp is how long a target is under load before it counts.
const warmUp = 300 * time.Millisecond

func (b *bench) measure(ctx context.Context, t target) (m measured, err error) {
	clients := make([]*client, b.Connections)
	for i := range clients {
		if clients[i], err = dial(t.address, t.request); err != nil {
			return m, err
		}
		defer clients[i].conn.Close()
	}
	stop, faults := load(clients)
	defer stop()
	pause(ctx, warmUp)
	before, err := t.look(clients)
	if err != nil {
		return m, err
	}
	pause(ctx, time.Duration(b.Seconds*float64(time.Second)))
	after, err := t.look(clients)
	if err != nil {
		return m, err
	}
	stop()
	select {
	case err := <-faults:
		return m, err
	default:
	}
	n := float64(after.done - before.done)
	if n == 0 {
		return m, fmt.Errorf("no request was answered")
	}
	return measured{
		PerSecond:   n / after.at.Sub(before.at).Seconds(),
		CPU:         float64((after.cpu - before.cpu).Microseconds()) / n,
		Database:    float64((after.database - before.database).Microseconds()) / n,
		Allocations: float64(after.allocated.Count-before.allocated.Count) / n,
		Bytes:       float64(after.allocated.Bytes-before.allocated.Bytes) / n,
	}, ctx.Err()
}

// load keeps all clients busy until stop is called.
func load(clients []*client) (stop func(), faults <-chan error) {
	var over atomic.Bool
	var running sync.WaitGroup
	failed := make(chan error, len(clients))
	for _, c := range clients {
		running.Go(func() {
			for !over.Load() {
				if err := c.exchange(); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	return func() {
		over.Store(true)
		running.Wait()
	}, failed
}

// glance is how far a target has come.
type glance struct {
	at        time.Time
	done      int64
	cpu       time.Duration
	database  time.Duration
	allocated allocated
}

func (t target) look(clients []*client) (g glance, err error) {
	if g.allocated, err = t.allocated(); err != nil {
		return g, err
	}
	if g.cpu, err = cpu(t.pids); err != nil {
		return g, err
	}
	if g.database, err = treeTime(t.database); err != nil {
		return g, err
	}
	for _, c := range clients {
		g.done += c.done.Load()
	}
	g.at = time.Now()
	return g, nil
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// median of values; the lower of both when there are two in the middle.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[(len(sorted)-1)/2]
}

// medianOf is the median of a figure over the rounds.
func medianOf(rounds []measured, figure func(measured) float64) float64 {
	var values []float64
	for _, m := range rounds {
		values = append(values, figure(m))
	}
	return median(values)
}

// ratios compares round by round: what slowed a whole round down cancels out.
func ratios(ours, theirs []measured, figure func(measured) float64) (values []float64) {
	for i := range min(len(ours), len(theirs)) {
		values = append(values, figure(ours[i])/figure(theirs[i]))
	}
	return values
}

func medianRatio(ours, theirs []measured, figure func(measured) float64) float64 {
	return median(ratios(ours, theirs, figure))
}

// middle is between which values half of them lie.
func middle(values []float64) (low, high float64) {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/4], sorted[len(sorted)-1-len(sorted)/4]
}

func perSecond(m measured) float64    { return m.PerSecond }
func cpuTime(m measured) float64      { return m.CPU }
func databaseTime(m measured) float64 { return m.Database }
func allocations(m measured) float64  { return m.Allocations }
func bytesOf(m measured) float64      { return m.Bytes }
