package class

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"

	"twodoors/web/door"
	"twodoors/web/httpio"
	"twodoors/web/lab"
	"twodoors/web/room"
	"twodoors/web/trace"
)

// Lecturer is who did something in a person's room, as its journal names them.
const Lecturer = "lecturer"

// Outcome is what happened to a person's credentials: for each door "kept" or "lost", empty while the person has not
// called it again, or was not logged in.
type Outcome struct {
	Session string `json:"session,omitempty"`
	Token   string `json:"token,omitempty"`
}

// What may have happened to a credential.
const (
	Kept = "kept"
	Lost = "lost"
)

// Answer is the name of the answer of a question about both doors that came true, empty while nobody can tell.
func (o Outcome) Answer() string {
	if o.Session == "" || o.Token == "" {
		return ""
	}
	return lab.OneOrBoth(o.Session == Kept, o.Token == Kept)
}

// Tally counts outcomes.
type Tally struct {
	SessionsKept int `json:"sessions_kept"`
	SessionsLost int `json:"sessions_lost"`
	TokensKept   int `json:"tokens_kept"`
	TokensLost   int `json:"tokens_lost"`
	Right        int `json:"right"`     // people who had expected what came true
	Predicted    int `json:"predicted"` // people who had expected something, and of whom it is known what came true
}

// Tally counts what came of what the lecturer had done in every room.
func (c *Class) Tally(q *Question) (t Tally) {
	for _, p := range c.People {
		o := q.Outcomes[p.ID]
		count(o.Session, &t.SessionsKept, &t.SessionsLost)
		count(o.Token, &t.TokensKept, &t.TokensLost)
		if said, came := p.Answers[q.Number], o.Answer(); said != "" && came != "" {
			t.Predicted++
			if said == came {
				t.Right++
			}
		}
	}
	return t
}

func count(what string, kept, lost *int) {
	switch what {
	case Kept:
		*kept++
	case Lost:
		*lost++
	}
}

// CrashEverywhere kills server 1 in the room of every person of the class, and has their pages call both doors afterwards.
// Who is on the stage is left alone: that is everybody's. It returns in how many rooms it was done.
func (c *Classes) CrashEverywhere(ctx context.Context) (rooms int, err error) {
	now := c.Current()
	switch {
	case now == nil:
		return 0, errNoClass
	case now.Latest() == nil:
		return 0, &httpio.Fault{Status: http.StatusConflict, Detail: "Ask the class a question first, so that everybody has said what they expect."}
	}
	at := c.Now().UTC()
	rooms = c.crashAll(ctx, now)
	if rooms == 0 {
		return 0, &httpio.Fault{Status: http.StatusConflict, Detail: "Nobody in the class has a room that is awake. Have everyone begin a lab or open a room first."}
	}
	number := now.Latest().Number
	c.outcomes.begin(number, c.Now().UTC()) // what was asked before may have met the server that was killed
	err = c.change(ctx, func(next *Class) error {
		next.end(at)
		q := next.Latest()
		q.Done, q.Rooms, q.Outcomes = at.Round(0), rooms, nil
		next.Wall = Wall{Shows: WallQuestion}
		return nil
	})
	c.announce(Announcement{Kind: DoneEverywhere})
	return rooms, err
}

// crashAll crashes server 1 of every person's room, all at once, and waits until they serve again.
func (c *Classes) crashAll(ctx context.Context, now *Class) (rooms int) {
	var crashing sync.WaitGroup
	done := map[string]bool{}
	for _, p := range now.People {
		in := c.Rooms.Of(p.Seat)
		if in.Kind() == room.Stage || in.Asleep() || done[in.Name()] {
			continue
		}
		done[in.Name()] = true
		wait, err := in.Order(Lecturer, 1, room.Crash)
		if err != nil {
			slog.ErrorContext(ctx, "a server was not crashed for the class", "room", in.Name(), "err", err)
			continue
		}
		rooms++
		crashing.Go(func() {
			if err := wait(ctx); err != nil {
				slog.ErrorContext(ctx, "a server did not come back after the class crashed it", "room", in.Name(), "err", err)
			}
		})
	}
	crashing.Wait()
	return rooms
}

// outcomes are what traces showed since something was done in every room. They are kept with the class soon.
type outcomes struct {
	mu       sync.Mutex
	question int // number of the one that they are of, 0 for none
	since    time.Time
	byPerson map[string]Outcome
	unkept   bool
}

func (o *outcomes) begin(question int, since time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.question, o.since, o.byPerson, o.unkept = question, since, map[string]Outcome{}, false
}

// forget forgets what is known of a person.
func (o *outcomes) forget(person string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.byPerson, person)
}

// note notes what a trace shows: the first call of each door with a credential tells whether that was kept.
func (o *outcomes) note(person string, t *trace.Trace) (noted bool) {
	if t.Credential == nil || !strings.HasSuffix(t.Path, "/me") {
		return false
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.question == 0 || t.At.Before(o.since) {
		return false
	}
	came, outcome := Lost, o.byPerson[person]
	switch {
	case t.Outcome == trace.Allowed:
		came = Kept
	case t.Outcome != trace.Denied:
		return false // no server answered, so nobody knows
	}
	switch {
	case t.Door == door.Session && outcome.Session == "":
		outcome.Session = came
	case t.Door == door.Token && outcome.Token == "":
		outcome.Token = came
	default:
		return false
	}
	o.byPerson[person], o.unkept = outcome, true
	return true
}

// Outcome is what is known by now of what happened to a person's credentials when the class was last crashed.
func (c *Classes) Outcome(q *Question, person string) Outcome {
	c.outcomes.mu.Lock()
	defer c.outcomes.mu.Unlock()
	if now, noted := c.outcomes.byPerson[person]; noted && c.outcomes.question == q.Number {
		return now
	}
	return q.Outcomes[person]
}

// take returns outcomes that are not kept yet, nil when all are.
func (o *outcomes) take() (question int, byPerson map[string]Outcome) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.unkept {
		return 0, nil
	}
	o.unkept = false
	return o.question, maps.Clone(o.byPerson)
}

// keepOutcomes keeps what traces showed with the class.
func (c *Classes) keepOutcomes(ctx context.Context) error {
	number, byPerson := c.outcomes.take()
	if byPerson == nil || c.Current() == nil {
		return nil
	}
	err := c.change(ctx, func(next *Class) error {
		if number <= len(next.Questions) {
			next.Questions[number-1].Outcomes = byPerson
		}
		return nil
	})
	if err != nil {
		c.outcomes.mu.Lock()
		c.outcomes.unkept = true
		c.outcomes.mu.Unlock()
	}
	return err
}
