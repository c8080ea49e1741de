// Package class is a class: the people who take part under one lecturer, what they have done and what they
// expected, what the lecturer asks and shows, and what is left of all that afterwards.
//
// It knows seats by their names, labs, rooms and traces. It does not know what a page looks like, nor who is the lecturer: the
// passcode says that, before anything here is called. Start reading at Class; what changes one is in the files beside it,
// and all of it goes through change (change.go), which keeps a change before anybody sees it.
package class

import (
	"net/http"
	"slices"
	"time"

	"twodoors/data"
	"twodoors/web/trace"
)

// Class is a class as it is at one moment. Nobody changes it: every change makes another one.
type Class struct {
	ID     string
	Name   string
	Opened time.Time
	Closed time.Time // zero while it is open
	state
	People []*Person // in the order in which they joined

	bySeat map[string]*Person
}

// state is what the table keeps of a class as JSON, beside the people.
type state struct {
	Steps     Steps      `json:"steps"`
	Questions []Question `json:"questions,omitempty"` // in the order in which they were asked
	Offers    []Offer    `json:"offers,omitempty"`    // for the wall, oldest first
	Wall      Wall       `json:"wall"`
}

// Person is somebody in a class, as they are at one moment.
type Person struct {
	ID     string // public, and stays when the name changes
	Seat   string // its name
	Joined time.Time
	sealed []byte // the seat
	said
}

// said is what a person said, which the table keeps as JSON.
type said struct {
	Name    string         `json:"name"`
	Answers map[int]string `json:"answers,omitempty"` // by the question's number
}

// Of returns the person of a seat, nil when it is in another class or in none.
func (c *Class) Of(seat string) *Person {
	if c == nil {
		return nil
	}
	return c.bySeat[seat]
}

// Current is the class that is open, nil when none is.
func (c *Classes) Current() *Class { return c.open.Load() }

// Person returns the person of a seat in the open class, nil when the seat is in none.
func (c *Classes) Person(seat string) *Person { return c.Current().Of(seat) }

// Observe is told of each request as it is answered.
func (c *Classes) Observe(seat string, t *trace.Trace) {
	p := c.Person(seat)
	if p == nil || t.Quiet() && (t.Method == http.MethodGet || t.Method == http.MethodHead) {
		return
	}
	c.activity.note(seat, t.At)
	c.outcomes.note(p.ID, t)
	c.watchers.tell(p.ID)
}

// ByID returns the person of a public id, nil when there is none.
func (c *Class) ByID(id string) *Person {
	at := slices.IndexFunc(c.People, func(p *Person) bool { return p.ID == id })
	if at < 0 {
		return nil
	}
	return c.People[at]
}

// copy is the class for somebody who changes it. The people in it are changed by replacing them.
func (c *Class) copy() *Class {
	next := *c
	next.People = slices.Clone(c.People)
	next.Questions = slices.Clone(c.Questions)
	next.Offers = slices.Clone(c.Offers)
	return &next
}

// index makes the class ready to be looked at.
func (c *Class) index() {
	c.bySeat = make(map[string]*Person, len(c.People))
	for _, p := range c.People {
		c.bySeat[p.Seat] = p
	}
}

// replace puts a person as changed in the place of the same one.
func (c *Class) replace(id string, change func(*Person)) {
	for i, p := range c.People {
		if p.ID == id {
			next := *p
			change(&next)
			c.People[i] = &next
		}
	}
}

// row is the class for the table.
func (c *Class) row() data.Class {
	return data.Class{ID: c.ID, Name: c.Name, Opened: c.Opened, Closed: c.Closed, State: encode(c.state)}
}

// row is the person for the table.
func (p *Person) row() data.ClassPerson {
	return data.ClassPerson{ID: p.ID, Seat: p.Seat, Sealed: p.sealed, State: encode(p.said), Joined: p.Joined}
}
