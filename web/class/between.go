package class

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"twodoors/data"
	"twodoors/web/httpio"
	"twodoors/web/room"
)

var (
	errOpen = &httpio.Fault{Status: http.StatusConflict, Detail: "A class is open. Close it before you open another one."}
	errGone = &httpio.Fault{Status: http.StatusNotFound, Detail: "There is no such class. GET /api/class/all lists those that are kept."}
	errFull = &httpio.Fault{Status: http.StatusConflict, Detail: "As many classes are kept as the site can keep. Delete an old one first."}
)

// Begin opens a new class. One that is open has to be closed first.
func (c *Classes) Begin(ctx context.Context, name string) error {
	name, err := readName(name)
	if err != nil {
		return err
	}
	c.changing.Lock()
	defer c.changing.Unlock()
	if c.Current() != nil {
		return errOpen
	}
	next := &Class{ID: newID(), Name: name, Opened: c.Now().UTC().Truncate(time.Second)}
	if err := c.Table.Save(ctx, next.row()); err != nil {
		if errors.Is(err, data.ErrClassesFull) {
			return errFull
		}
		return err
	}
	c.showOther(next)
	return nil
}

// Reopen opens a class again that was closed: its people come back with what they had done.
func (c *Classes) Reopen(ctx context.Context, id string) error {
	c.changing.Lock()
	defer c.changing.Unlock()
	if c.Current() != nil {
		return errOpen
	}
	next, err := c.kept(ctx, id)
	if err != nil {
		return err
	}
	for _, p := range next.People {
		if err := c.Labs.Load(ctx, p.Seat); err != nil {
			return err
		}
	}
	next.Closed = time.Time{}
	if err := c.Table.Save(ctx, next.row()); err != nil {
		return err
	}
	c.showOther(next)
	return nil
}

// showOther shows a class in the place of none, of which nothing happened yet.
func (c *Classes) showOther(next *Class) {
	c.outcomes.begin(0, time.Time{})
	c.activity.clear()
	c.show(next)
}

// End closes the open class: it is kept with its name, its people and their results, and their rooms end.
func (c *Classes) End(ctx context.Context) error {
	if err := c.keepOutcomes(ctx); err != nil {
		return err
	}
	c.changing.Lock()
	defer c.changing.Unlock()
	now := c.Current()
	if now == nil {
		return errNoClass
	}
	next := now.copy()
	next.end(c.Now())
	next.Closed, next.Wall, next.Offers, next.Steps.Until, next.Steps.Paused = c.Now().UTC().Truncate(time.Second), Wall{}, nil, time.Time{}, false
	if err := c.Table.Save(ctx, next.row()); err != nil {
		return err
	}
	var leaving sync.WaitGroup
	for _, p := range now.People {
		leaving.Go(func() { c.leaveRooms(ctx, p) })
		c.told.tell(p.Seat, Announcement{Kind: ClassClosed})
	}
	leaving.Wait()
	c.showOther(nil)
	return nil
}

// leaveRooms takes a person out of the lab that they are in, and ends the room of their own.
func (c *Classes) leaveRooms(ctx context.Context, p *Person) {
	if l := c.Labs.ByName(c.Rooms.Lab(p.Seat)); l != nil {
		logged(c.Labs.Leave(ctx, p.Seat, l))
	}
	c.Rooms.End(p.Seat, room.Own)
}

// Delete deletes a class that is closed: names, answers, and what its people did.
func (c *Classes) Delete(ctx context.Context, id string) error {
	c.changing.Lock()
	defer c.changing.Unlock()
	if now := c.Current(); now != nil && now.ID == id {
		return errOpen
	}
	gone, err := c.kept(ctx, id)
	if err != nil {
		return err
	}
	for _, p := range gone.People {
		if err := c.erase(ctx, p); err != nil {
			return err
		}
	}
	return c.Table.Delete(ctx, id)
}

// Listed is a class in the list of all.
type Listed struct {
	ID     string    `json:"id"`
	Name   string    `json:"name"`
	Opened time.Time `json:"opened_at"`
	Closed time.Time `json:"closed_at,omitzero"`
	People int       `json:"people"`
}

// All are the classes that are kept, the newest first.
func (c *Classes) All(ctx context.Context) ([]Listed, error) {
	rows, err := c.Table.All(ctx)
	if err != nil {
		return nil, err
	}
	people, err := c.Table.Counts(ctx)
	if err != nil {
		return nil, err
	}
	all := []Listed{}
	for _, row := range rows {
		all = append(all, Listed{row.ID, row.Name, row.Opened, row.Closed, people[row.ID]})
	}
	return all, nil
}

// ByID is a class that is kept, open or closed; an empty id is the open one.
func (c *Classes) ByID(ctx context.Context, id string) (*Class, error) {
	now := c.Current()
	switch {
	case now != nil && (id == "" || id == now.ID):
		return now, nil
	case id == "":
		return nil, errNoClass
	}
	return c.kept(ctx, id)
}

func (c *Classes) kept(ctx context.Context, id string) (*Class, error) {
	rows, err := c.Table.All(ctx)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if row.ID == id {
			return c.load(ctx, row)
		}
	}
	return nil, errGone
}

// forgetOld deletes classes that were closed for longer than they are kept.
func (c *Classes) forgetOld(ctx context.Context) error {
	rows, err := c.Table.All(ctx)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.Closed.IsZero() || c.Now().Sub(row.Closed) < c.Keep {
			continue
		}
		if err := c.Delete(ctx, row.ID); err != nil {
			return err
		}
	}
	return nil
}
