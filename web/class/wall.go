package class

import (
	"context"
	"net/http"
	"slices"

	"twodoors/web/httpio"
	"twodoors/web/lab"
	"twodoors/web/trace"
)

// Wall is what the projector shows.
type Wall struct {
	Shows  string       `json:"shows,omitempty"`  // empty: how to join
	Person string       `json:"person,omitempty"` // whose trace it is
	Named  bool         `json:"named,omitzero"`   // the person agreed to be named
	Trace  *trace.Trace `json:"trace,omitempty"`  // a copy, so it stays whatever becomes of the original
}

// What the wall may show besides how to join.
const (
	WallTrace    = "trace"
	WallQuestion = "question"
)

// Offer is a trace that somebody offers for the wall.
type Offer struct {
	Person string `json:"person"`
	Trace  string `json:"trace"` // its id
	Named  bool   `json:"named"`
}

// Offers that are kept, of one person and in all. The oldest go first.
const (
	maxOffersEach = 3
	maxOffers     = 60
)

// newest are the offers that are kept.
func newest(all []Offer) []Offer {
	each, kept := map[string]int{}, []Offer{}
	for _, offer := range slices.Backward(all) {
		if each[offer.Person]++; each[offer.Person] <= maxOffersEach && len(kept) < maxOffers {
			kept = append(kept, offer)
		}
	}
	slices.Reverse(kept)
	return kept
}

// Offer offers a trace of a seat for the wall. The last offer of the same trace counts.
func (c *Classes) Offer(ctx context.Context, seat, id string, named bool) error {
	now := c.Current()
	p := now.Of(seat)
	if p == nil {
		return errNotInside
	}
	if _, err := c.traceOf(ctx, p, id); err != nil {
		return err
	}
	return c.change(ctx, func(next *Class) error {
		var others []Offer
		for _, offer := range next.Offers {
			if offer.Trace != id {
				others = append(others, offer)
			}
		}
		next.Offers = newest(append(others, Offer{Person: p.ID, Trace: id, Named: named}))
		return nil
	})
}

// Shown is what the lecturer puts on the wall: a trace of a person, the question that was asked last, or, when all is
// empty, how to join.
type Shown struct {
	Person   string `json:"person"`
	Trace    string `json:"trace"`
	Question bool   `json:"question"`
}

// Show changes what the wall shows.
func (c *Classes) Show(ctx context.Context, what Shown) error {
	wall := Wall{}
	now := c.Current()
	switch {
	case now == nil:
		return errNoClass
	case what.Trace != "":
		p := now.ByID(what.Person)
		if p == nil {
			return errNobody
		}
		t, err := c.traceOf(ctx, p, what.Trace)
		if err != nil {
			return err
		}
		wall = Wall{Shows: WallTrace, Person: p.ID, Named: now.named(p.ID, t.ID), Trace: t}
	case what.Question:
		if now.Latest() == nil {
			return errNoQuestion
		}
		wall.Shows = WallQuestion
	}
	return c.change(ctx, func(next *Class) error { next.Wall = wall; return nil })
}

// named reports whether a person agreed to be named with a trace.
func (c *Class) named(person, id string) bool {
	for _, offer := range c.Offers {
		if offer.Person == person && offer.Trace == id {
			return offer.Named
		}
	}
	return false
}

var errNoTrace = &httpio.Fault{Status: http.StatusNotFound, Detail: "This request is not kept any more. Choose another one."}

// traceOf is a trace of a person: one of the newest, or one that a lab has kept.
func (c *Classes) traceOf(ctx context.Context, p *Person, id string) (*trace.Trace, error) {
	if of, ours := c.Seats.Unseal(p.sealed); ours {
		if t := c.Traces.Get(of.Name(), id); t != nil {
			return t, nil
		}
	}
	t, err := c.Labs.Trace(ctx, p.Seat, id)
	switch {
	case err != nil:
		return nil, err
	case t == nil:
		return nil, errNoTrace
	}
	return t, nil
}

// Sight is what one person sees, for the lecturer.
type Sight struct {
	*Person
	Progress map[string]*lab.Progress
	Traces   []*trace.Trace // the newest first
	Room     string         // its title, empty for the stage
	Journal  []string       // of the room, the newest first
}

const (
	sightTraces  = 8
	sightJournal = 8
)

// Look is what a person of the open class sees. Nothing of it changes by that.
func (c *Classes) Look(ctx context.Context, id string) (Sight, error) {
	now := c.Current()
	if now == nil {
		return Sight{}, errNoClass
	}
	p := now.ByID(id)
	if p == nil {
		return Sight{}, errNobody
	}
	progress, err := c.Labs.Progress(ctx, p.Seat)
	if err != nil {
		return Sight{}, err
	}
	sight := Sight{Person: p, Progress: progress}
	if of, ours := c.Seats.Unseal(p.sealed); ours {
		sight.Traces = c.Traces.List(of.Name(), "", sightTraces)
	}
	if in := c.Rooms.Of(p.Seat); in != c.Rooms.Stage {
		sight.Room = in.Name()
		for _, e := range in.Journal() {
			if len(sight.Journal) < sightJournal {
				sight.Journal = append(sight.Journal, e.Text)
			}
		}
	}
	return sight, nil
}
