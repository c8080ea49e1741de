package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"twodoors/tests/cluster"
)

const (
	tracesSeats   = 90 // who call, each at one server, and listen at the next
	tracesEvery   = 300 * time.Millisecond
	tracesFor     = 20 * time.Second
	tracesStreams = 3_000 // at the three servers, with those of the seats
)

// tracesRun is three servers without a front that share their traces.
type tracesRun struct {
	*bench
	where   string
	servers []*site
	store   int // process that keeps the traces
	seats   []*visitor
	seen    *delays
}

// traces measures how soon a server tells of what another one answered, first with one stream for each seat that
// calls, and then with as many streams as three servers take.
func (b *bench) traces(ctx context.Context) (all []figure, err error) {
	for _, begin := range []func() (*tracesRun, error){b.tracesInRedis, b.tracesInPostgres} {
		run, err := begin()
		if err != nil {
			return all, err
		}
		figures, err := run.measure(ctx)
		for _, s := range run.servers {
			s.stop()
		}
		if all = append(all, figures...); err != nil {
			return all, fmt.Errorf("traces in %s: %w", run.where, err)
		}
	}
	return all, ctx.Err()
}

func (b *bench) tracesInRedis() (*tracesRun, error) {
	redis, err := b.redis()
	if err != nil {
		return nil, err
	}
	run := &tracesRun{bench: b, where: "Redis", store: redis.pid()}
	return run, run.open(filepath.Join(b.folder, "traces", "two.db"), "redis", "--redis=redis://"+redis.address)
}

func (b *bench) tracesInPostgres() (*tracesRun, error) {
	postgres, err := cluster.New("fsync=on", "full_page_writes=on", "shared_buffers=128MB") // as it comes
	if err != nil {
		return nil, err
	}
	b.postgres = postgres
	if err := cluster.Execute(context.Background(), postgres.Address("postgres"), "CREATE DATABASE traces"); err != nil {
		return nil, err
	}
	run := &tracesRun{bench: b, where: "PostgreSQL", store: postgres.PID()}
	return run, run.open(postgres.Address("traces"), "database")
}

func (r *tracesRun) open(database, store string, flags ...string) error {
	for number := 1; number <= 3; number++ {
		s, err := r.openOn(database, "server", store, append(flags, fmt.Sprint("--number=", number))...)
		if err != nil {
			return err
		}
		r.servers = append(r.servers, s)
	}
	return nil
}

func (r *tracesRun) measure(ctx context.Context) ([]figure, error) {
	ctx, end := context.WithCancel(ctx)
	defer end()
	var err error
	if r.seats, err = r.servers[0].visitors(ctx, tracesSeats); err != nil {
		return nil, err
	}
	r.seen = &delays{answered: map[string]time.Time{}}
	for i, v := range r.seats {
		r.say("%s: %d of %d log in", r.where, i+1, len(r.seats))
		if err := v.logIn(ctx); err != nil {
			return nil, err
		}
		if err := r.at(v, i+1).listen(ctx, "/api/traces/events", r.seen.hear); err != nil {
			return nil, err
		}
	}
	few, err := r.work(ctx, len(r.seats), "")
	if err != nil {
		return nil, err
	}
	if err := r.crowd(ctx); err != nil {
		return nil, err
	}
	memory, err := proportional([]int{r.servers[0].pid()})
	if err != nil {
		return nil, err
	}
	many, err := r.work(ctx, tracesStreams, fmt.Sprintf("; server 1 holds %.0f MB", memory/1e6))
	return []figure{few, many}, err
}

// at is the same visitor at another server.
func (r *tracesRun) at(v *visitor, number int) *visitor {
	moved := *v
	moved.address = r.servers[number%len(r.servers)].address
	return &moved
}

// crowd opens streams of other seats until there are as many as three servers take.
func (r *tracesRun) crowd(ctx context.Context) error {
	for number, server := range r.servers {
		others, err := server.visitors(ctx, tracesStreams/len(r.servers)-tracesSeats/len(r.servers))
		if err != nil {
			return err
		}
		for i, v := range others {
			r.say("%s: server %d, %d of %d listen", r.where, number+1, i+1, len(others))
			if err := v.listen(ctx, "/api/traces/events", func(string, string) {}); err != nil {
				return err
			}
		}
	}
	return nil
}

// work has each seat call again and again for a while.
func (r *tracesRun) work(ctx context.Context, streams int, notes string) (figure, error) {
	r.seen.forget()
	pids := []int{r.servers[0].pid(), r.servers[1].pid(), r.servers[2].pid()}
	before, err := cpu(pids)
	if err != nil {
		return figure{}, err
	}
	ofStore, err := treeTime(r.store)
	if err != nil {
		return figure{}, err
	}
	began := time.Now()
	r.say("%s: at work with %d streams", r.where, streams)
	err = each(ctx, len(r.seats), len(r.seats), func(i int) error {
		v := r.at(r.seats[i], i)
		for next := began.Add(time.Duration(i) * tracesEvery / tracesSeats); time.Since(began) < tracesFor; next = next.Add(tracesEvery) {
			pause(ctx, time.Until(next))
			if err := r.seen.call(ctx, v); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return figure{}, err
	}
	took := float64(time.Since(began))
	pause(ctx, eventLate)
	after, err := cpu(pids)
	if err != nil {
		return figure{}, err
	}
	ofStoreAfter, err := treeTime(r.store)
	calls, lost, late := r.seen.told()
	return figure{
		What: fmt.Sprintf("traces in %s, %d streams: told at another server after, for 99 %%", r.where, streams), Goal: 100, Seen: percent(late, 99), Unit: "ms",
		Notes: fmt.Sprintf("%.1f in the median, %.1f at most; %.0f requests/s, %d of %d not told; of a processor three servers take %.0f %% and %s %.0f %%%s",
			median(late), percent(late, 100), float64(calls)/tracesFor.Seconds(), lost, calls,
			100*float64(after-before)/took, r.where, 100*float64(ofStoreAfter-ofStore)/took, notes),
	}, err
}

// delays are how long after their answers requests were told elsewhere.
type delays struct {
	mu       sync.Mutex
	answered map[string]time.Time // of those that were not told yet, by the trace
	early    map[string]bool      // told before the answer was read here
	calls    int
	late     []float64 // in milliseconds
}

func (d *delays) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.answered, d.early, d.calls, d.late = map[string]time.Time{}, map[string]bool{}, 0, nil
}

func (d *delays) call(ctx context.Context, v *visitor) error {
	answer, err := v.begin(ctx, "GET", "/api/session/me", http.Header{}, "")
	if err != nil {
		return err
	}
	answered := time.Now()
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil || answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %w", answer.Status, err)
	}
	id := answer.Header.Get("Trace-Id")
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls++
	if d.early[id] {
		d.late = append(d.late, 0)
	} else {
		d.answered[id] = answered
	}
	return nil
}

func (d *delays) hear(_, text string) {
	now := time.Now()
	var told struct{ ID string }
	if json.Unmarshal([]byte(text), &told) != nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	answered, known := d.answered[told.ID]
	if !known {
		if d.early != nil {
			d.early[told.ID] = true
		}
		return
	}
	delete(d.answered, told.ID)
	d.late = append(d.late, milliseconds(now.Sub(answered)))
}

func (d *delays) told() (calls, lost int, late []float64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.calls, len(d.answered), d.late
}
