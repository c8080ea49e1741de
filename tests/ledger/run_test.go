//go:build unix

package ledger

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"twodoors/tests/cluster"
	"twodoors/tests/site"
)

// TestLedger has people use a site while it is broken in every way, one after the
// other.
func TestLedger(t *testing.T) {
	t.Parallel()
	for name, arguments := range map[string][]string{
		"sessions in the database": {"--store=sqlite", "--balance=round-robin"},
		"sessions in memory":       {"--store=memory", "--balance=sticky"},
		"sessions in PostgreSQL":   {"--store=postgres", "--balance=round-robin"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t, append(arguments, "--servers=2", "--revocation=on", "--refresh-grace=1m"))
			r.people(4)
			for began := time.Now(); ; {
				for _, f := range faults {
					if f.can == nil || f.can(r) {
						r.suffer(f)
					}
				}
				if t.Failed() || time.Since(began) >= *long {
					break
				}
			}
			r.close()
		})
	}
}

// run is one site, the people who use it, and what was done to it.
type run struct {
	t         *testing.T
	folder    string
	db        string
	postgres  *cluster.Cluster // nil when the database is a file
	arguments []string
	inMemory  bool // whether sessions are kept in the memory of servers
	random    *rand.Rand

	site atomic.Pointer[site.Site] // the front that runs now, or ran last

	// Each number is raised before and after what it counts: what somebody began at one
	// number is excused by it from another number on.
	deaths      atomic.Int64 // of servers, and of their memories
	retirements atomic.Int64 // of all signing keys

	answers, away atomic.Int64 // requests that were answered, and that were not or by 5xx

	stop    context.CancelFunc
	using   sync.WaitGroup
	persons []*person
}

func newRun(t *testing.T, arguments []string) *run {
	folder := t.TempDir()
	r := &run{t: t, folder: folder, arguments: arguments, inMemory: arguments[0] == "--store=memory"}
	if arguments[0] == "--store=postgres" {
		var err error
		if r.postgres, err = cluster.New(); err != nil {
			t.Fatal(err)
		}
		r.db = r.postgres.Database(t)
	} else {
		r.db = filepath.Join(onOwnDisk(t, folder), "t.db")
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r.random = rand.New(rand.NewPCG(seed, 0))
	r.open()
	return r
}

// open starts the site, as somebody does after it was killed.
func (r *run) open() {
	r.site.Store(site.Open(r.t, r.db, r.arguments...))
}

// people begin to use the site.
func (r *run) people(n int) {
	ctx, stop := context.WithCancel(r.t.Context())
	r.stop = stop
	for i := range n {
		p := newPerson(r, i, r.random.Uint64())
		r.persons = append(r.persons, p)
		r.using.Go(func() { p.use(ctx) })
	}
}

// suffer has one fault happen: it begins, people go on for a while, it is repaired, the
// site is whole again, people go on.
func (r *run) suffer(f fault) {
	if r.t.Failed() {
		return
	}
	answers, away := r.answers.Load(), r.away.Load()
	repair := f.happen(r)
	r.wait("people to meet the fault", func() bool {
		return r.answers.Load()+r.away.Load() >= answers+away+f.requests && r.away.Load() >= away+f.failed
	})
	repair()
	r.wait("the site to be whole again after: "+f.name, r.whole)
	met := r.away.Load() - away
	answers = r.answers.Load()
	r.wait("people to go on after: "+f.name, func() bool { return r.answers.Load() >= answers+100 })
	r.t.Logf("%s: %d requests were not answered or answered with 5xx", f.name, met)
}

// whole reports whether the site says that it can serve, and every server is ready.
func (r *run) whole() bool {
	if status, _ := get(r.site.Load().URL + "/readyz"); status != 200 {
		return false
	}
	servers := r.servers()
	for _, s := range servers {
		if s.State != "ready" {
			return false
		}
	}
	return len(servers) > 0
}

// close ends the use of the site, settles what every person knows, and ends the site.
func (r *run) close() {
	r.stop()
	r.using.Wait()
	if r.t.Failed() {
		return
	}
	for _, p := range r.persons {
		p.settle()
	}
	r.t.Logf("%d requests answered, %d not or with 5xx", r.answers.Load(), r.away.Load())
	left := r.processes()
	r.site.Load().Cmd.Process.Signal(os.Interrupt)
	if err := r.site.Load().Ended(r.t); err != nil {
		r.t.Errorf("interrupted, the site ended with %v", err)
	}
	r.gone(left)
	r.sound()
}

// wait waits for a condition, which must come about by itself.
func (r *run) wait(what string, condition func() bool) {
	r.t.Helper()
	for deadline := time.Now().Add(time.Minute); !condition(); time.Sleep(5 * time.Millisecond) {
		if r.t.Failed() {
			r.t.FailNow() // a person has found something wrong
		}
		if time.Now().After(deadline) {
			r.t.Fatalf("waited a minute for %s", what)
		}
	}
}

// gone waits until processes have ended.
func (r *run) gone(pids []int) {
	for _, pid := range pids {
		r.wait(fmt.Sprintf("process %d to end", pid), func() bool { return syscall.Kill(pid, 0) != nil })
	}
}
