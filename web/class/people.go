package class

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"strings"

	"twodoors/data"
	"twodoors/web/httpio"
	"twodoors/web/room"
	"twodoors/web/seat"
)

// Join takes a seat into the open class under a name, or under that name and a number when somebody has it. It returns
// the seat that the person has from now on: one that was in an earlier class stays with what it did there, and the person
// gets a new one. Who is in the class already gets the new name.
func (c *Classes) Join(ctx context.Context, of seat.Seat, name string) (seat.Seat, error) {
	name, err := readName(name)
	if err != nil {
		return of, err
	}
	if c.Person(of.Name()) != nil {
		return of, c.rename(ctx, of.Name(), name)
	}
	c.changing.Lock()
	defer c.changing.Unlock()
	now := c.Current()
	if now == nil {
		return of, errNoClass
	}
	if of, err = c.unused(ctx, of); err != nil {
		return of, err
	}
	if err := c.Labs.Load(ctx, of.Name()); err != nil { // the board shows what is in memory
		return of, err
	}
	p := &Person{ID: newID(), Seat: of.Name(), Joined: c.Now().UTC().Round(0), sealed: c.Seats.Seal(of)}
	p.Name = now.distinct(name, p.ID)
	switch err := c.Table.Add(ctx, now.ID, p.row()); {
	case errors.Is(err, data.ErrClassFull):
		return of, &httpio.Fault{Status: http.StatusConflict, Detail: "This class is full. Ask your lecturer to remove people who have left."}
	case err != nil:
		return of, err
	}
	next := now.copy()
	next.People = append(next.People, p)
	c.show(next)
	return of, nil
}

// unused returns a seat that is in no class: this one, or a new one.
func (c *Classes) unused(ctx context.Context, of seat.Seat) (seat.Seat, error) {
	switch _, err := c.Table.ClassOf(ctx, of.Name()); {
	case errors.Is(err, data.ErrNotFound):
		return of, nil
	case err != nil:
		return of, err
	}
	return c.Seats.Make(), nil
}

func (c *Classes) rename(ctx context.Context, of, name string) error {
	return c.changePerson(ctx, of, func(class *Class, p *Person) error {
		p.Name = class.distinct(name, p.ID)
		return nil
	})
}

// Leave takes a seat out of its class, open or closed: its name and its answers are forgotten, and what it did in labs
// stays its own.
func (c *Classes) Leave(ctx context.Context, of string) error {
	if p := c.Person(of); p != nil {
		return c.takeOut(ctx, p)
	}
	c.changing.Lock()
	defer c.changing.Unlock()
	closed, err := c.Earlier(ctx, of)
	if err != nil {
		return err
	}
	p := closed.Of(of)
	if p == nil {
		return errNotInside
	}
	closed.forget(p.ID)
	return c.keepWithout(ctx, closed, p)
}

// Earlier is the closed class that a seat is in, nil when it is in none.
func (c *Classes) Earlier(ctx context.Context, of string) (*Class, error) {
	id, err := c.Table.ClassOf(ctx, of)
	if now := c.Current(); errors.Is(err, data.ErrNotFound) || err == nil && now != nil && now.ID == id {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return c.kept(ctx, id)
}

// keepWithout keeps a class without a person.
func (c *Classes) keepWithout(ctx context.Context, next *Class, p *Person) error {
	if err := c.Table.Save(ctx, next.row()); err != nil {
		return err
	}
	if err := c.Table.Remove(ctx, next.ID, p.ID); err != nil && !errors.Is(err, data.ErrNotFound) {
		return err
	}
	return nil
}

// Remove takes a person out of the open class, and forgets all that they did: name, answers, progress, traces, room.
func (c *Classes) Remove(ctx context.Context, id string) error {
	now := c.Current()
	if now == nil {
		return errNoClass
	}
	p := now.ByID(id)
	if p == nil {
		return errNobody
	}
	if err := c.takeOut(ctx, p); err != nil {
		return err
	}
	return c.erase(ctx, p)
}

// takeOut takes a person out of the open class.
func (c *Classes) takeOut(ctx context.Context, p *Person) error {
	c.changing.Lock()
	defer c.changing.Unlock()
	now := c.Current()
	if now == nil {
		return errNoClass
	}
	next := now.copy()
	next.forget(p.ID)
	if err := c.keepWithout(ctx, next, p); err != nil {
		return err
	}
	c.outcomes.forget(p.ID)
	c.show(next)
	c.told.tell(p.Seat, Announcement{Kind: Left})
	return nil
}

// forget takes a person, and what the class has of them, out.
func (c *Class) forget(id string) {
	var people []*Person
	for _, p := range c.People {
		if p.ID != id {
			people = append(people, p)
		}
	}
	c.People = people
	var offers []Offer
	for _, offer := range c.Offers {
		if offer.Person != id {
			offers = append(offers, offer)
		}
	}
	c.Offers = offers
	if c.Wall.Person == id {
		c.Wall = Wall{}
	}
	for i, q := range c.Questions {
		c.Questions[i] = q.without(id)
	}
}

// erase forgets what a seat did: its rooms, its progress in labs, its traces and those that it embedded.
func (c *Classes) erase(ctx context.Context, p *Person) error {
	c.endRooms(p)
	if err := cmp.Or(c.Labs.Forget(ctx, p.Seat, ""), c.Embeds.RemoveAll(ctx, p.Seat)); err != nil {
		return err
	}
	if of, ours := c.Seats.Unseal(p.sealed); ours {
		c.Traces.Clear(of.Name())
	}
	return nil
}

func (c *Classes) endRooms(p *Person) {
	c.Rooms.End(p.Seat, room.Lab)
	c.Rooms.End(p.Seat, room.Own)
}

// newID draws a public id.
func newID() string { return strings.ToLower(rand.Text()[:10]) }
