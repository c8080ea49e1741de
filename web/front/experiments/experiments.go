// Package experiments runs visitors' experiments in separate rooms, and reports their progress.
//
// An experiment itself is package experiment's, and who runs when is decided by package turns. Start
// reading at Start; what a run does to the site is in run.go.
package experiments

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"twodoors/web/apiclient"
	"twodoors/web/door"
	"twodoors/web/experiment"
	"twodoors/web/room"
	"twodoors/web/rooms"
	"twodoors/web/seat"
	"twodoors/web/trace"
	"twodoors/web/turns"
)

// Config is what running experiments needs of the site.
type Config struct {
	All     []experiment.Experiment
	Program string            // this program's file, for what needs a separate site
	Address apiclient.Address // where experiments reach this site
	Turns   *turns.Gate
	Rooms   *rooms.Rooms
	Seats   *seat.Seats
	Traces  *trace.Log                             // gets the traces of the answers that decided
	Ended   func(State)                            // is told when one was run to its end
	Forget  func(context.Context, seat.Seat) error // forgets what was done in labs from the seat of an experiment
	Closing <-chan struct{}                        // closed when the site shuts down
	Now     func() time.Time
}

// Bounds on experiments.
const (
	maxPerSeat = 2    // of one seat run or wait
	maxKept    = 4000 // results and traces in them, of those that ended: some 20 MB
)

// MaxProofs is how many traces of one experiment its visitor gets.
const MaxProofs = 100

// Runner runs the experiments that visitors start, each in a room of its own. It goes on when
// whoever started it leaves, and ends with the site.
type Runner struct {
	Config

	running sync.WaitGroup
	ctx     context.Context
	stop    context.CancelFunc
	watch   atomic.Pointer[watch] // of the experiment that runs alone

	mu   sync.Mutex
	runs map[key]*run
	kept []*run // those that ended, the oldest first
}

// key is whose an experiment is: each seat has its own of each name.
type key struct{ seat, name string }

// State is an experiment of a seat as GET /api/experiments/{name} tells it.
type State struct {
	Name       string                      `json:"name"`
	Title      string                      `json:"title"`
	State      string                      `json:"state"`            // new, waiting, running, done or failed
	Before     *int                        `json:"before,omitempty"` // while it waits, how many run before it
	StartedAt  time.Time                   `json:"started_at,omitzero"`
	Done       int                         `json:"done"`
	Total      int                         `json:"total"`
	Doing      string                      `json:"doing"`            // what is tried now, in words
	Result     experiment.Result           `json:"result,omitempty"` // as far as it is known
	Fault      string                      `json:"fault,omitempty"`
	Incomplete *experiment.IncompleteError `json:"incomplete,omitempty"` // it ran to its end, but not all could be tried

	Visitor Visitor `json:"-"` // who started it
}

// Visitor is who starts an experiment.
type Visitor struct {
	Seat seat.Seat   // whose inspector gets the traces
	From door.Client // where it waits for its turn
	Lab  string      // that it is in, empty for none
}

// The states of an experiment.
const (
	isNew     = "new"
	isWaiting = "waiting"
	isRunning = "running"
	isDone    = "done"
	hasFailed = "failed"
)

// New returns a runner that has run nothing yet. Whoever has it closes it.
func New(c Config) *Runner {
	r := &Runner{Config: c, runs: map[key]*run{}}
	r.ctx, r.stop = context.WithCancel(context.Background())
	go func() {
		select {
		case <-c.Closing:
			r.stop()
		case <-r.ctx.Done():
		}
	}()
	return r
}

// Close ends those that run or wait, and their rooms.
func (r *Runner) Close() {
	r.stop()
	r.running.Wait()
}

// Start starts an experiment for a visitor, or has it wait for its turn. The error is a
// Refusal of package room.
func (r *Runner) Start(name string, o experiment.Options, by Visitor) error {
	x, known := r.byName(name)
	if !known {
		return errUnknown
	}
	do, err := x.By(o)
	if err != nil {
		return &room.Refusal{Kind: room.Invalid, Detail: fmt.Sprintf("This experiment cannot be run: %s.", err)}
	}
	started := &run{
		runner: r, do: do, alone: x.Alone,
		state: State{Name: x.Name, Title: x.Title, State: isWaiting, StartedAt: r.Now().UTC().Round(0), Visitor: by},
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.mayStart(x, by.Seat.Value); err != nil {
		return err
	}
	if started.turn, err = r.Turns.Join(by.From, x.Alone); err != nil {
		return errFull
	}
	r.forget(r.runs[started.key()])
	r.runs[started.key()] = started
	r.running.Go(started.run)
	return nil
}

// mayStart refuses an experiment of a seat that runs or waits already, and one too many. It
// is called with mu held.
func (r *Runner) mayStart(x experiment.Experiment, seat string) error {
	underWay := 0
	for of, other := range r.runs {
		if of.seat != seat || other.ended() {
			continue
		}
		if underWay++; of.name == x.Name {
			return &room.Refusal{Kind: room.Conflict, Detail: "You have already started “" + x.Title + "”. Wait until it has finished."}
		}
	}
	if underWay >= maxPerSeat {
		return errTwo
	}
	return nil
}

var (
	errUnknown = &room.Refusal{Kind: room.NotFound, Detail: "There is no experiment with that name. /servers/survive and /servers/balance have two; the labs have the others."}
	errTwo     = &room.Refusal{Kind: room.Conflict, Detail: "You have already started two experiments. Wait until one has finished."}
	errFull    = &room.Refusal{Kind: room.Unavailable, After: time.Minute, Detail: "Too many experiments are already waiting. Try again in a minute."}
)

// State is that of an experiment of a seat. It reports whether there is one of that name.
func (r *Runner) State(name, seat string) (State, bool) {
	x, known := r.byName(name)
	r.mu.Lock()
	defer r.mu.Unlock()
	started := r.runs[key{seat, name}]
	if started == nil {
		return State{Name: x.Name, Title: x.Title, State: isNew}, known
	}
	now := started.state
	if now.State == isWaiting && started.turn.IsDecided() {
		now.State = isRunning
	}
	if now.State == isWaiting {
		before := started.turn.Before()
		now.Before = &before
	}
	return now, known
}

func (r *Runner) byName(name string) (experiment.Experiment, bool) {
	for _, x := range r.All {
		if x.Name == name {
			return x, true
		}
	}
	return experiment.Experiment{}, false
}

// keep keeps the result of one that has ended; the oldest go when there are too many. It is
// called with mu held.
func (r *Runner) keep(ended *run) {
	r.kept = append(r.kept, ended)
	size := 0
	for _, one := range r.kept {
		size += one.size()
	}
	for size > maxKept && len(r.kept) > 1 {
		oldest := r.kept[0]
		size -= oldest.size()
		r.forget(oldest)
		delete(r.runs, oldest.key())
	}
}

// forget drops the result of one that has ended, nil for none. It is called with mu held.
func (r *Runner) forget(ended *run) {
	for i, one := range r.kept {
		if one == ended {
			r.kept = append(r.kept[:i:i], r.kept[i+1:]...)
			return
		}
	}
}
