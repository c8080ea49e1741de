// Package turns shares the processors among those who ask for what takes one for long:
// hashes of passwords, new keys, cracking, experiments. So everything else goes on being
// answered. Requests that come when all turns are taken wait, in bounded number and time, and
// turns are handed out fairly.
//
// It knows how requests arrived, and nothing of what they ask for. Start reading at Turn.
package turns

import (
	"context"
	"sync"
	"time"

	"twodoors/web/door"
	"twodoors/web/trace"
)

// Kind is for how long work keeps a processor busy.
type Kind int

// The kinds of work.
const (
	Brief Kind = iota // a hash, a new key: some hundred milliseconds at most
	Long              // cracking, an experiment: seconds to a minute
)

// Of is the kind of work that takes so long.
func Of(work time.Duration) Kind {
	if work <= 100*time.Millisecond {
		return Brief
	}
	return Long
}

// MaxWait is how long a request waits.
const MaxWait = 30 * time.Second

// Gate hands out turns. They go round by address, within an address by place, and within
// a place by seat. So however many requests and seats somebody has, others are served in
// between.
//
// There are as many turns as processors, and each kind of work may take all but one. So logins
// go on while everybody cracks, and everything else goes on while everybody logs in. On a single
// processor there are two turns, which share it: a login beside a long computation takes
// twice its time, instead of waiting for the computation's end.
type Gate struct {
	turns int

	mu    sync.Mutex
	taken int
	lines [2]line              // one for each kind of work
	seats map[string][]*waiter // who waits, by seat, in the order in which they came
	known map[string]time.Time // when each seat logged in last
}

// line is those who wait for a turn at one kind of work.
type line struct {
	bounds
	taken   int
	each    map[Path]int // turns that each of them has taken
	waiting group        // by address, place and seat
}

// bounds are those of a line.
type bounds struct {
	perSeat int           // turns that one seat has at a time; 0 for all of them
	lasts   time.Duration // a turn, at the most; 0 for as long as it takes

	seat, address, all int // how many requests wait: of one seat, of one address, in all
}

// New returns the gate of a process that has so many processors.
func New(processors int) *Gate {
	g := &Gate{turns: max(2, processors), seats: map[string][]*waiter{}, known: map[string]time.Time{}}
	// A class of 200 at one address fits. As many as fit in all are served within MaxWait where
	// a hash takes 45 ms and one runs at a time. Hashing itself never takes two seconds: what does
	// waits for a database or for a server that hangs, and others need not wait with it.
	g.lines[Brief].bounds = bounds{lasts: 2 * time.Second, seat: 10, address: 320, all: 640}
	g.lines[Long].bounds = bounds{perSeat: 1, seat: 1, address: 32, all: 64}
	for i := range g.lines {
		g.lines[i].each = map[Path]int{}
	}
	return g
}

// Path is where a request waits: its address, place and seat. Those of an address that
// came without a seat wait together.
type Path [3]string

// waiter is a request that waits for its turn.
type waiter struct {
	kind    Kind
	path    Path
	came    time.Time
	before  int           // how many were before it when it came
	decided chan *Refusal // nil for its turn
}

// Turn waits until the request of ctx may keep a processor busy, and notes in its trace
// when it had to. Whoever gets a turn calls done after it. The error is a *Refusal, or that of ctx.
func (g *Gate) Turn(ctx context.Context, kind Kind) (done func(), err error) {
	step, w := trace.Start(ctx, trace.TurnWait), g.join(kind, door.ClientOf(ctx))
	var refusal *Refusal
	select {
	case refusal = <-w.decided:
	default:
		if refusal, err = g.wait(ctx, w); err != nil {
			return nil, err
		}
		if refusal == nil {
			step.Pass(trace.Number("before", w.before), trace.Duration("wait", time.Since(w.came)))
		}
	}
	if refusal != nil {
		step.Refuse(refusal.Why, trace.Number("before", refusal.Before))
		return nil, refusal
	}
	return g.taking(w), nil
}

// Before is how many requests have their turn before the oldest one of a seat that waits, if
// there is one.
func (g *Gate) Before(seat string) (before int, waiting bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	all := g.seats[seat]
	if len(all) == 0 {
		return 0, false
	}
	return g.before(all[0], 0), true
}

// before counts who is served before a request that has so many of its own seat before it.
func (g *Gate) before(w *waiter, own int) int { return g.lines[w.kind].waiting.before(w.path[:], own) }

// wait waits until it is decided about a request. Its error is that of ctx.
func (g *Gate) wait(ctx context.Context, w *waiter) (*Refusal, error) {
	patience := time.NewTimer(MaxWait)
	defer patience.Stop()
	select {
	case refusal := <-w.decided:
		return refusal, nil
	case <-ctx.Done():
		g.leave(w)
		return nil, ctx.Err()
	case <-patience.C:
		return &Refusal{Why: trace.TurnLate, Before: g.leave(w)}, nil
	}
}

// join lets a request wait, and serves who is next. When there is no room somebody loses
// a place for it, or it gets none.
func (g *Gate) join(kind Kind, from door.Client) *waiter {
	g.mu.Lock()
	defer g.mu.Unlock()
	w := &waiter{kind: kind, path: g.path(from), came: time.Now(), decided: make(chan *Refusal, 1)}
	line := &g.lines[kind]
	seat, address := line.waiting.add(w)
	w.before = g.before(w, seat.count-1)
	if from.Seat != "" {
		g.seats[from.Seat] = append(g.seats[from.Seat], w)
	}
	g.serve()
	switch {
	case from.Seat != "" && seat.count > line.seat:
		g.drop(w, trace.TurnOwn)
	case address.count > line.address:
		g.drop(address.loser(), trace.TurnFull)
	case line.waiting.count > line.all:
		g.drop(line.waiting.largest().loser(), trace.TurnFull)
	}
	return w
}

// serve hands out the turns that are free, for brief work first. It is called with mu held.
func (g *Gate) serve() {
	for i := range g.lines {
		line := &g.lines[i]
		for g.taken < g.turns && line.taken < g.turns-1 {
			w := line.waiting.next(line.may)
			if w == nil {
				break
			}
			g.taken++
			line.taken++
			line.each[w.path]++
			g.decide(w, nil)
		}
	}
}

func (l *line) may(path Path) bool { return l.perSeat == 0 || l.each[path] < l.perSeat }

// drop lets a request wait no longer.
func (g *Gate) drop(w *waiter, why trace.Why) {
	refusal := &Refusal{Why: why, Before: g.before(w, g.lines[w.kind].waiting.own(w.path[:], w))}
	g.lines[w.kind].waiting.remove(w.path[:], w)
	g.decide(w, refusal)
}

// decide tells a request that its wait is over.
func (g *Gate) decide(w *waiter, refusal *Refusal) {
	g.noLonger(w)
	w.decided <- refusal
}

// taking is a turn that a request has been given. It ends once: by done, or when it lasts too
// long.
func (g *Gate) taking(w *waiter) (done func()) {
	once := sync.OnceFunc(func() { g.done(w) })
	lasts := g.lines[w.kind].lasts
	if lasts == 0 {
		return once
	}
	end := time.AfterFunc(lasts, once)
	return func() { end.Stop(); once() }
}

// done gives a turn back.
func (g *Gate) done(w *waiter) {
	g.mu.Lock()
	defer g.mu.Unlock()
	line := &g.lines[w.kind]
	g.taken--
	line.taken--
	if line.each[w.path]--; line.each[w.path] == 0 {
		delete(line.each, w.path)
	}
	g.serve()
}

// leave takes back what a request waits for, or has been given meanwhile, and says how many
// were before it.
func (g *Gate) leave(w *waiter) (before int) {
	g.mu.Lock()
	line := &g.lines[w.kind]
	own := line.waiting.own(w.path[:], w)
	if own >= 0 {
		before = g.before(w, own)
		line.waiting.remove(w.path[:], w)
		g.noLonger(w)
	}
	g.mu.Unlock()
	if own < 0 && <-w.decided == nil {
		g.done(w)
	}
	return before
}
