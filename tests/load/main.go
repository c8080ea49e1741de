// Command load compares Two Doors with the naive build of each of its doors,
// with a bare handler and with plain proxies, on this machine (Linux). Run it
// with "go run -C tests/load ." from the root of the repository;
// docs/performance.md says what it measures and how.
//
// It builds the site, starts everything as child processes, and puts load on
// each in turn. Start reading at run.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"twodoors/tests/cluster"
)

// bench is one comparison.
type bench struct {
	Rounds      int
	Seconds     float64
	Connections int
	JSON        bool
	Size        float64  // of the parts with rooms and a class, 1 for that of their goals
	Only        []string // parts and targets, all when empty

	folder  string // of databases and the site's program
	program string
	self    string
	running []*process

	postgres *cluster.Cluster // with what the part "postgres" needs
}

func main() {
	if len(os.Args) > 2 && os.Args[1] == "naive" {
		exit(serveNaive(os.Args[2], os.Args[3:]))
	}
	var b bench
	flag.IntVar(&b.Rounds, "rounds", 7, "interleaved rounds")
	flag.Float64Var(&b.Seconds, "seconds", 2, "seconds of load on each target in each round")
	flag.IntVar(&b.Connections, "connections", 32, "keep-alive connections")
	flag.BoolVar(&b.JSON, "json", false, "print JSON, with every round")
	flag.Float64Var(&b.Size, "size", 1, "share of the rooms, seats and people to measure with, to try it")
	only := flag.String("only", "", "parts (class, crash, faults, flood, memory, pages, postgres, rooms, rooms/open, traces, load, three) or targets of the load, with commas between")
	flag.Parse()
	if *only != "" {
		b.Only = strings.Split(*only, ",")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	exit(b.run(ctx))
}

func exit(err error) {
	fmt.Fprint(os.Stderr, "\r\033[K")
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func (b *bench) run(ctx context.Context) (err error) {
	if b.folder, err = os.MkdirTemp("", "twodoors-load"); err != nil {
		return err
	}
	defer os.RemoveAll(b.folder)
	defer func() {
		for _, p := range b.running {
			p.stop()
		}
		if b.postgres != nil {
			b.postgres.Stop()
		}
	}()
	if err := b.build(ctx); err != nil {
		return err
	}
	r := report{
		Date: time.Now().UTC().Format(time.RFC3339), Go: runtime.Version(), Processors: runtime.NumCPU(), Load1: loadAverage(), Machine: machine(), Size: b.Size,
		Rounds: b.Rounds, Seconds: b.Seconds, Connections: b.Connections,
	}
	if err := b.parts(ctx, &r); err != nil {
		return err
	}
	r.compare()
	if b.JSON {
		return r.json(os.Stdout)
	}
	return r.text(os.Stdout)
}

// parts measures one thing after the other, the load last: the rest wants a
// machine on which nothing of ours runs besides.
func (b *bench) parts(ctx context.Context, r *report) error {
	if b.wanted("crash") {
		c, err := b.crash(ctx)
		if err != nil {
			return err
		}
		r.Crashes = &c
	}
	if b.wanted("faults") {
		var err error
		if r.Faults, err = b.faults(ctx); err != nil {
			return err
		}
	}
	if b.wanted("flood") {
		f, err := b.flood(ctx)
		if err != nil {
			return err
		}
		r.Floods = &f
	}
	if b.wanted("memory") {
		m, err := b.memory()
		if err != nil {
			return err
		}
		r.Memory = &m
	}
	if b.wanted("pages") {
		var err error
		if r.Pages, err = b.pages(); err != nil {
			return err
		}
	}
	if err := b.figures(ctx, r); err != nil || !b.wantsLoad() {
		return err
	}
	return b.underLoad(ctx, r)
}

// figures measures what has a goal in figures.
func (b *bench) figures(ctx context.Context, r *report) (err error) {
	if r.Rooms, err = b.rooms(ctx); err != nil {
		return err
	}
	if b.wanted("class") {
		if r.Class, err = b.class(ctx); err != nil {
			return err
		}
	}
	if b.wanted("traces") {
		if r.Traces, err = b.traces(ctx); err != nil {
			return err
		}
	}
	return nil
}

// underLoad puts load on each target in turn.
func (b *bench) underLoad(ctx context.Context, r *report) error {
	targets, err := b.targets(ctx)
	if err != nil {
		return err
	}
	targets = slices.DeleteFunc(targets, func(t target) bool { return t.name != "bare" && !b.wanted(t.name) })
	slices.SortFunc(targets, func(x, y target) int { return slices.Index(order, x.name) - slices.Index(order, y.name) })
	for _, t := range targets {
		r.Order = append(r.Order, t.name)
	}
	if r.Targets, err = b.rounds(ctx, targets); err != nil || b.postgres == nil {
		return err
	}
	if r.Writes, err = b.writes(ctx); err != nil {
		return err
	}
	r.Sizes, err = b.sizes(ctx)
	return err
}

var parts = []string{"class", "crash", "faults", "flood", "memory", "pages", "rooms", "traces"}

// part is what a name belongs to that may be one of its own parts, as rooms/open.
func part(name string) string {
	whole, _, _ := strings.Cut(name, "/")
	return whole
}

// wanted reports whether a part, or a target of the load, is to be measured.
func (b *bench) wanted(name string) bool {
	if len(b.Only) == 0 || slices.Contains(b.Only, name) || slices.Contains(b.Only, part(name)) {
		return true
	}
	if strings.HasPrefix(name, "three") && slices.Contains(b.Only, "three") {
		return true
	}
	return !slices.Contains(parts, part(name)) && slices.Contains(b.Only, "load")
}

func (b *bench) wantsLoad() bool {
	return len(b.Only) == 0 || slices.ContainsFunc(b.Only, func(name string) bool { return !slices.Contains(parts, part(name)) })
}

// build builds the site from the repository that this folder is in.
func (b *bench) build(ctx context.Context) (err error) {
	if b.self, err = os.Executable(); err != nil {
		return err
	}
	b.program = filepath.Join(b.folder, "twodoors")
	b.say("building the site")
	command := exec.CommandContext(ctx, "go", "build", "-o", b.program, "./cmd/twodoors")
	command.Dir = filepath.Join("..", "..")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	command.Stderr = os.Stderr
	if err := command.Run(); err != nil {
		return fmt.Errorf("build the site (run this with go run -C tests/load .): %w", err)
	}
	return nil
}

// say tells on standard error what is going on.
func (b *bench) say(format string, arguments ...any) {
	fmt.Fprintf(os.Stderr, "\r\033[K"+format, arguments...)
}
