package class

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/go-json-experiment/json"

	"twodoors/data"
	"twodoors/web/httpio"
)

// Why something cannot be done with a class.
var (
	errNoClass   = &httpio.Fault{Status: http.StatusConflict, Detail: "No class is open. Ask your lecturer to open one on /class."}
	errNotInside = &httpio.Fault{Status: http.StatusConflict, Detail: "You have not joined the class. Join it on /class first."}
	errNobody    = &httpio.Fault{Status: http.StatusNotFound, Detail: "Nobody with this ID is in the class. The board, /class, lists the people."}
)

// change changes the open class: it has a copy changed and kept, and then shows it to everybody. Who is in it
// changes elsewhere, in one statement each.
func (c *Classes) change(ctx context.Context, do func(next *Class) error) error {
	c.changing.Lock()
	defer c.changing.Unlock()
	now := c.Current()
	if now == nil {
		return errNoClass
	}
	next := now.copy()
	if err := do(next); err != nil {
		return err
	}
	if err := c.Table.Save(ctx, next.row()); err != nil {
		return err
	}
	c.show(next)
	return nil
}

// changePerson changes what a person of the open class said.
func (c *Classes) changePerson(ctx context.Context, seat string, do func(class *Class, p *Person) error) error {
	c.changing.Lock()
	defer c.changing.Unlock()
	p := c.Person(seat)
	if p == nil {
		return errNotInside
	}
	next, changed := c.Current().copy(), *p
	if err := do(next, &changed); err != nil {
		return err
	}
	if err := c.Table.Update(ctx, next.ID, changed.row()); err != nil {
		return err
	}
	next.replace(p.ID, func(to *Person) { *to = changed })
	c.show(next)
	return nil
}

// show makes a class the one that everybody sees. It is called with changing held.
func (c *Classes) show(next *Class) {
	if next != nil {
		next.index()
	}
	c.open.Store(next)
	c.watchers.tellAll()
}

// load reads a class with its people.
func (c *Classes) load(ctx context.Context, row data.Class) (*Class, error) {
	class := &Class{ID: row.ID, Name: row.Name, Opened: row.Opened, Closed: row.Closed}
	if err := json.Unmarshal(row.State, &class.state); err != nil {
		return nil, fmt.Errorf("read the class %s: %w", row.ID, err)
	}
	people, err := c.Table.People(ctx, row.ID)
	if err != nil {
		return nil, err
	}
	for _, of := range people {
		p := &Person{ID: of.ID, Seat: of.Seat, Joined: of.Joined, sealed: of.Sealed}
		if err := json.Unmarshal(of.State, &p.said); err != nil {
			return nil, fmt.Errorf("read a person of the class %s: %w", row.ID, err)
		}
		class.People = append(class.People, p)
	}
	class.index()
	return class, nil
}

// encode writes JSON of a value of this package, which can always be written.
func encode(v any) []byte {
	text, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		panic(err) // only a type that cannot be JSON
	}
	return text
}

// logged logs what fails where nobody waits for it: it is tried again.
func logged(err error) {
	if err != nil {
		slog.Error("a class is not kept, and is tried again", "err", err)
	}
}
