// Package experiments runs what visitors can have tried in rooms of its own, and shows how
// far it is.
//
// An experiment itself is package experiment's. Start reading at Start; who runs when is in
// queue.go, and what a run does to the site in run.go.
package experiments

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"twodoors/web/apiclient"
	"twodoors/web/experiment"
	"twodoors/web/room"
	"twodoors/web/rooms"
	"twodoors/web/seat"
	"twodoors/web/trace"
)

// Config is what running experiments needs of the site.
type Config struct {
	All     []experiment.Experiment
	Program string            // this program's file, for what needs a separate site
	Address apiclient.Address // where experiments reach this site
	AtOnce  int               // how many run at the same time
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
	maxWaiting = 200  // of all seats
	maxKept    = 4000 // results and traces in them, of those that ended: some 20 MB
)

// MaxProofs is how many traces of one experiment its visitor gets.
const MaxProofs = 100

// Runner runs the experiments that visitors start, each in a room of its own. It goes on when
// whoever started it leaves, and ends with the site.
type Runner struct {
	Config
	queue *queue

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
	Seat    seat.Seat // whose inspector gets the traces
	Network string    // the address that it came from, as it is counted
	Lab     string    // that it is in, empty for none
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
	r := &Runner{Config: c, queue: newQueue(c.AtOnce, maxWaiting), runs: map[key]*run{}}
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
		return &room.Refusal{Kind: room.Invalid, Detail: fmt.Sprintf("This experiment cannot be run so: %s.", err)}
	}
	started := &run{
		runner: r, do: do, place: &ticket{address: by.Network, seat: by.Seat.Value, alone: x.Alone, decided: make(chan struct{})},
		state: State{Name: x.Name, Title: x.Title, State: isWaiting, StartedAt: r.Now().UTC().Round(0), Visitor: by},
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.mayStart(x, by.Seat.Value); err != nil {
		return err
	}
	if !r.queue.join(started.place) {
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
			return &room.Refusal{Kind: room.Conflict, Detail: "You have started “" + x.Title + "” already. Wait until it has ended."}
		}
	}
	if underWay >= maxPerSeat {
		return errTwo
	}
	return nil
}

var (
	errUnknown = &room.Refusal{Kind: room.NotFound, Detail: "There is no experiment of that name. The pages /servers/survive and /servers/balance have two, and the labs have the others."}
	errTwo     = &room.Refusal{Kind: room.Conflict, Detail: "You have started two experiments already. Wait until one of them has ended."}
	errFull    = &room.Refusal{Kind: room.Unavailable, After: time.Minute, Detail: fmt.Sprintf("%d experiments wait here already. Try again in a minute.", maxWaiting)}
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
	if now.State == isWaiting && started.place.isDecided() {
		now.State = isRunning
	}
	if now.State == isWaiting {
		before := r.queue.before(started.place)
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
