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
	Brief      Kind = iota // a hash, a new key: some hundred milliseconds at most
	Long                   // cracking: seconds
	Experiment             // up to a minute, most of which it waits for answers
)

// Of is the kind of work that takes so long.
func Of(work time.Duration) Kind {
	if work <= 100*time.Millisecond {
		return Brief
	}
	return Long
}

// Kinds are all of them, by name.
var Kinds = map[string]Kind{"brief": Brief, "long": Long, "experiment": Experiment}

// MaxWait is how long a request waits.
const MaxWait = 30 * time.Second

// Gate hands out turns. They go round by address, within an address by place, and within
// a place by seat. So however many requests and seats somebody has, others are served in
// between.
//
// There are as many turns as processors, and brief and long work may each take all but one. So
// logins go on while everybody cracks, and everything else goes on while everybody logs in. On a
// single processor there are two turns, which share it: a login beside a long computation takes
// twice its time, instead of waiting for the computation's end. Turns of experiments are counted
// apart: the logins of an experiment take turns themselves, and would else wait for its end.
type Gate struct {
	turns int

	mu    sync.Mutex
	taken int                  // by brief and long work
	lines [3]line              // one for each kind of work
	seats map[string][]*Ticket // requests that wait, by seat, in the order in which they came
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
	atOnce  int           // turns that are taken at a time
	perSeat int           // turns that one seat has at a time; 0 for all of them
	lasts   time.Duration // a turn, at the most; 0 for as long as it takes

	seat, address, all int // how many requests wait: of one seat, of one address, in all
}

// New returns the gate of a process that has so many processors.
func New(processors int) *Gate {
	g := &Gate{turns: max(2, processors), seats: map[string][]*Ticket{}, known: map[string]time.Time{}}
	// A class of 200 at one address fits. As many as fit in all are served within MaxWait where
	// a hash takes 45 ms and one runs at a time. Hashing itself never takes two seconds: what does
	// waits for a database or for a server that hangs, and others need not wait with it.
	g.lines[Brief].bounds = bounds{atOnce: g.turns - 1, lasts: 2 * time.Second, seat: 10, address: 320, all: 640}
	g.lines[Long].bounds = bounds{atOnce: g.turns - 1, perSeat: 1, seat: 1, address: 32, all: 64}
	g.lines[Experiment].bounds = bounds{atOnce: g.turns - 1, seat: 2, address: 200, all: 320}
	for i := range g.lines {
		g.lines[i].each = map[Path]int{}
	}
	return g
}

// Turn waits until the request of ctx may keep a processor busy, and notes in its trace
// when it had to. Whoever gets a turn calls done after it. The error is a *Refusal, or that of ctx.
func (g *Gate) Turn(ctx context.Context, kind Kind) (done func(), err error) {
	step, t := trace.Start(ctx, trace.TurnWait), g.join(&Ticket{kind: kind, takes: 1}, door.ClientOf(ctx))
	waits := !t.IsDecided()
	refusal, err := t.waitFor(ctx, MaxWait)
	switch {
	case err != nil:
		return nil, err
	case refusal != nil:
		step.Refuse(refusal.Why, trace.Number("before", refusal.Before))
		return nil, refusal
	case waits:
		step.Pass(trace.Number("before", t.before), trace.Duration("wait", time.Since(t.came)))
	}
	return t.taken(), nil
}

// Load is how many turns at one kind of work are taken, and how many wait for one.
func (g *Gate) Load(kind Kind) (taken, waiting int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.lines[kind].taken, g.lines[kind].waiting.count
}

// Join lets an experiment of somebody wait, without an end; alone it takes all turns of
// experiments at once. Whoever has a ticket leaves with it. The error is a *Refusal.
func (g *Gate) Join(from door.Client, alone bool) (*Ticket, error) {
	t := &Ticket{kind: Experiment, takes: 1}
	if alone {
		t.takes = g.lines[Experiment].atOnce
	}
	if g.join(t, from); t.IsDecided() && t.refusal != nil {
		return nil, t.refusal
	}
	return t, nil
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

// before counts who is served before somebody who has so many of the same seat before them.
func (g *Gate) before(t *Ticket, own int) int { return g.lines[t.kind].waiting.before(t.path[:], own) }

// join lets somebody wait, and serves who is next. When there is no room somebody loses
// a place for it, or it gets none.
func (g *Gate) join(t *Ticket, from door.Client) *Ticket {
	g.mu.Lock()
	defer g.mu.Unlock()
	t.gate, t.path, t.came, t.decided = g, g.path(from), time.Now(), make(chan struct{})
	line := &g.lines[t.kind]
	seat, address := line.waiting.add(t)
	t.before = g.before(t, seat.count-1)
	if from.Seat != "" && t.kind != Experiment { // nobody waits for its answer
		g.seats[from.Seat] = append(g.seats[from.Seat], t)
	}
	g.serve()
	switch {
	case from.Seat != "" && seat.count > line.seat:
		g.drop(t, trace.TurnOwn)
	case address.count > line.address:
		g.drop(address.loser(), trace.TurnFull)
	case line.waiting.count > line.all:
		g.drop(line.waiting.largest().loser(), trace.TurnFull)
	}
	return t
}

// serve hands out the turns that are free, for brief work first. It is called with mu held.
func (g *Gate) serve() {
	for i := range g.lines {
		line := &g.lines[i]
		for t := line.waiting.next(line.may); t != nil && g.mayServe(t); t = line.waiting.next(line.may) {
			line.waiting.take(t)
			g.count(t, 1)
			g.decide(t, nil)
		}
	}
}

// mayServe reports whether there are turns for who is next. If not, nobody else gets one
// before.
func (g *Gate) mayServe(t *Ticket) bool {
	line := &g.lines[t.kind]
	return line.taken+t.takes <= line.atOnce && (t.kind == Experiment || g.taken < g.turns)
}

func (l *line) may(path Path) bool { return l.perSeat == 0 || l.each[path] < l.perSeat }

// count notes that turns were taken, or given back by -1.
func (g *Gate) count(t *Ticket, by int) {
	line := &g.lines[t.kind]
	line.taken += by * t.takes
	if line.each[t.path] += by; line.each[t.path] == 0 {
		delete(line.each, t.path)
	}
	if t.kind != Experiment {
		g.taken += by
	}
}

// drop lets somebody wait no longer.
func (g *Gate) drop(t *Ticket, why trace.Why) {
	refusal := &Refusal{Why: why, Before: g.before(t, g.lines[t.kind].waiting.own(t.path[:], t))}
	g.lines[t.kind].waiting.remove(t.path[:], t)
	g.decide(t, refusal)
}

// decide tells somebody that the wait is over.
func (g *Gate) decide(t *Ticket, refusal *Refusal) {
	g.noLonger(t)
	t.refusal = refusal
	close(t.decided)
}

// done gives a turn back.
func (g *Gate) done(t *Ticket) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.count(t, -1)
	g.serve()
}
