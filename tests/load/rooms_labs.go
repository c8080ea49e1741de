package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	labSeats   = 30
	labTimeout = 10 * time.Minute      // of one lab of one seat
	callEvery  = 20 * time.Millisecond // by a caller on the stage
)

// labsRun counts what so many seats finish of all labs.
type labsRun struct {
	*bench
	names []string

	mu       sync.Mutex
	finished map[string]int // by the name of the lab
}

// roomsLabs has seats do all labs at once, each one after the other, by the commands on its pages. Meanwhile somebody
// calls on the stage.
func (b *bench) roomsLabs(ctx context.Context, s *site) ([]figure, error) {
	n := b.many(labSeats)
	seats, err := s.visitors(ctx, n+1)
	if err != nil {
		return nil, err
	}
	caller := seats[n]
	if err := caller.logIn(ctx); err != nil {
		return nil, err
	}
	run := &labsRun{bench: b, finished: map[string]int{}}
	if run.names, err = caller.labs(ctx); err != nil {
		return nil, err
	}
	calling, end := context.WithCancel(ctx)
	calls := make(chan suffered, 1)
	go func() { calls <- caller.callUntil(calling) }()
	began := time.Now()
	err = each(ctx, n, n, func(i int) error { return run.all(ctx, seats[i], i) })
	took := time.Since(began)
	end()
	called := <-calls
	done := 0
	for _, finished := range run.finished {
		done += finished
	}
	return []figure{
		{What: fmt.Sprintf("labs that %d seats finish at once by their commands, of ten each", n), Goal: float64(n * len(run.names)), Seen: float64(done), Exact: true,
			Notes: fmt.Sprintf("in %.0f s%s", took.Seconds(), run.missing(n))},
		{What: "meanwhile a call on the stage takes, 99 % of them", Goal: 50, Seen: called.P99, Unit: "ms",
			Notes: fmt.Sprintf("%d calls, %.1f in the median, %.0f at most, %d failed", called.Requests, called.P50, called.Max, called.Failed)},
	}, err
}

// labs are the names of all, in the order of their page.
func (v *visitor) labs(ctx context.Context) (names []string, err error) {
	body, err := v.call(ctx, "GET", "/api/labs", "")
	if err != nil {
		return nil, err
	}
	var all []struct{ Name string }
	err = json.Unmarshal(body, &all)
	for _, lab := range all {
		names = append(names, lab.Name)
	}
	return names, err
}

// callUntil calls on and on until ctx ends.
func (v *visitor) callUntil(ctx context.Context) suffered {
	calls := &sufferer{door: "session"}
	for ctx.Err() == nil {
		began := time.Now()
		if _, err := v.call(context.WithoutCancel(ctx), "GET", "/api/session/me", ""); err != nil {
			calls.failed++
		}
		calls.took = append(calls.took, time.Since(began))
		pause(ctx, callEvery)
	}
	return suffer("session", []*sufferer{calls})
}

// all has one seat do all labs. The seats begin with different ones, as a class does that has an hour for them.
func (r *labsRun) all(ctx context.Context, v *visitor, seat int) error {
	for i := range r.names {
		name := r.names[(seat+i)%len(r.names)]
		output, err := r.do(ctx, v, name)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			r.say("seat %d, %s: %v\n%s\n", seat, name, err, output)
			continue
		}
		r.mu.Lock()
		r.finished[name]++
		r.mu.Unlock()
	}
	return nil
}

// do begins a lab, and pastes the commands of its page into a shell.
func (r *labsRun) do(ctx context.Context, v *visitor, name string) (output []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, labTimeout)
	defer cancel()
	if _, err := v.call(ctx, "POST", "/api/labs/"+name+"/begin", ""); err != nil {
		return nil, err
	}
	page, err := v.call(ctx, "GET", "/labs/"+name, "")
	if err != nil {
		return nil, err
	}
	if output, err = r.paste(ctx, commands(page)); err != nil {
		return output, err
	}
	body, err := v.call(ctx, "GET", "/api/labs/"+name, "")
	if err != nil {
		return output, err
	}
	var lab struct {
		Tasks    int
		Progress struct {
			Finished string
			Ticks    []any
		}
	}
	if err := json.Unmarshal(body, &lab); err != nil {
		return output, err
	}
	if lab.Progress.Finished == "" {
		err = fmt.Errorf("%d of %d tasks are ticked", len(lab.Progress.Ticks), lab.Tasks)
	}
	return output, err
}

// commands are what a page offers to copy: what sets the shell up first, then the tasks' in their order.
func commands(page []byte) (all []string) {
	for _, found := range pasted.FindAllSubmatch(page, -1) {
		command := html.UnescapeString(cmp.Or(string(found[2]), string(found[1])))
		if strings.HasPrefix(command, "SITE=") {
			all = append([]string{command}, all...)
			continue
		}
		all = append(all, command)
	}
	return all
}

var pasted = regexp.MustCompile(`(?s)<div class="command"><pre[^>]*><code>(.*?)</code></pre>\s*<button[^>]* data-copy(?:="([^"]*)")?`)

// paste runs commands in one shell, with the program in its path. How the last of them ends is no matter.
func (r *labsRun) paste(ctx context.Context, commands []string) ([]byte, error) {
	scratch, err := os.MkdirTemp(r.folder, "shell")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(scratch)
	shell := exec.CommandContext(ctx, "bash", "-c", strings.Join(commands, "\n"))
	shell.WaitDelay = time.Second
	shell.Env = append(os.Environ(), "PATH="+filepath.Dir(r.program)+":"+os.Getenv("PATH"), "TMPDIR="+scratch)
	output, _ := shell.CombinedOutput()
	return output, ctx.Err()
}

// missing tells which labs were not finished by all.
func (r *labsRun) missing(seats int) string {
	var some []string
	for _, name := range slices.Sorted(maps.Keys(r.finished)) {
		if n := r.finished[name]; n < seats {
			some = append(some, fmt.Sprintf("%s %d", name, n))
		}
	}
	if len(some) == 0 {
		return ""
	}
	return "; of some fewer: " + strings.Join(some, ", ")
}
