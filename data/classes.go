package data

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Classes is the tables of classes and of the people in them. It knows a seat by a name that does not open it.
type Classes struct{ engine Engine }

// Bounds of the tables.
const (
	MaxClasses        = 200 // kept, the open one among them
	MaxPeoplePerClass = 500
)

// Why a class or a person is not kept.
var (
	ErrClassesFull = errors.New("as many classes are kept as the site can")
	ErrClassFull   = errors.New("as many people are in the class as it can have")
	ErrInClass     = errors.New("the seat is in a class already")
)

// Class is a class as it is kept.
type Class struct {
	ID     string
	Name   string
	Opened time.Time
	Closed time.Time // zero while it is open
	State  []byte
}

// ClassPerson is somebody in a class.
type ClassPerson struct {
	ID     string
	Seat   string
	Sealed []byte // the seat's secret, encrypted
	State  []byte
	Joined time.Time
}

// All lists the classes, the newest first.
func (c *Classes) All(ctx context.Context) ([]Class, error) {
	all := []Class{}
	err := c.engine.Query(ctx, `SELECT id, name, opened_at, closed_at, state FROM classes ORDER BY opened_at DESC, id`, nil, func(scan Scan) error {
		var class Class
		var opened, closed int64
		if err := scan(&class.ID, &class.Name, &opened, &closed, &class.State); err != nil {
			return err
		}
		class.Opened = time.Unix(opened, 0).UTC()
		if closed != 0 {
			class.Closed = time.Unix(closed, 0).UTC()
		}
		all = append(all, class)
		return nil
	})
	return all, err
}

// Counts returns how many people are in each class that has any.
func (c *Classes) Counts(ctx context.Context) (map[string]int, error) {
	counts := map[string]int{}
	err := c.engine.Query(ctx, `SELECT class, count(*) FROM class_people GROUP BY class`, nil, func(scan Scan) error {
		var class string
		var people int64
		err := scan(&class, &people)
		counts[class] = int(people)
		return err
	})
	return counts, err
}

// Save keeps a class as it is now. A new one is refused when too many are kept.
func (c *Classes) Save(ctx context.Context, class Class) error {
	return c.engine.Transact(ctx, Locks{"classes"}, func(tx *sql.Tx) error {
		var others int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM classes WHERE id <> $1`, class.ID).Scan(&others); err != nil {
			return err
		}
		if others >= MaxClasses {
			return ErrClassesFull
		}
		closed := int64(0)
		if !class.Closed.IsZero() {
			closed = class.Closed.Unix()
		}
		_, err := tx.ExecContext(ctx, `
			INSERT INTO classes (id, name, opened_at, closed_at, state) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (id) DO UPDATE SET name = excluded.name, closed_at = excluded.closed_at, state = excluded.state`,
			class.ID, class.Name, class.Opened.Unix(), closed, class.State)
		return err
	})
}

// Delete forgets a class and the people in it. ErrNotFound when there is none.
func (c *Classes) Delete(ctx context.Context, id string) error {
	rows, err := c.engine.Exec(ctx, `DELETE FROM classes WHERE id = $1`, id)
	if err == nil && rows == 0 {
		return ErrNotFound
	}
	return err
}

// People lists those in a class, in the order in which they joined.
func (c *Classes) People(ctx context.Context, class string) ([]ClassPerson, error) {
	all := []ClassPerson{}
	err := c.engine.Query(ctx, `
		SELECT id, seat, sealed, state, joined_at FROM class_people WHERE class = $1 ORDER BY joined_at, id`, []any{class}, func(scan Scan) error {
		var p ClassPerson
		var joined int64
		if err := scan(&p.ID, &p.Seat, &p.Sealed, &p.State, &joined); err != nil {
			return err
		}
		p.Joined = time.Unix(joined, 0).UTC()
		all = append(all, p)
		return nil
	})
	return all, err
}

// ClassOf returns the class that a seat is in, open or closed. ErrNotFound when it is in none.
func (c *Classes) ClassOf(ctx context.Context, seat string) (class string, err error) {
	err = c.engine.QueryRow(ctx, `SELECT class FROM class_people WHERE seat = $1`, []any{seat}, &class)
	return class, err
}

// Add keeps somebody who joins a class. ErrInClass when the seat is in a class already, ErrClassFull when
// there is no place.
func (c *Classes) Add(ctx context.Context, class string, p ClassPerson) error {
	return c.engine.Transact(ctx, Locks{"classes"}, func(tx *sql.Tx) error {
		var people, already int
		err := tx.QueryRowContext(ctx, `
			SELECT count(CASE WHEN class = $1 THEN 1 END), count(CASE WHEN seat = $2 THEN 1 END) FROM class_people`, class, p.Seat).Scan(&people, &already)
		switch {
		case err != nil:
			return err
		case already > 0:
			return ErrInClass
		case people >= MaxPeoplePerClass:
			return ErrClassFull
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO class_people (class, id, seat, sealed, state, joined_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			class, p.ID, p.Seat, p.Sealed, p.State, p.Joined.Unix())
		return err
	})
}

// Update keeps what people of a class said, as a whole or not at all. Those who have left stay away.
func (c *Classes) Update(ctx context.Context, class string, people ...ClassPerson) error {
	return c.engine.Transact(ctx, Locks{"classes"}, func(tx *sql.Tx) error {
		for _, p := range people {
			if _, err := tx.ExecContext(ctx, `UPDATE class_people SET state = $1 WHERE class = $2 AND id = $3`, p.State, class, p.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// Remove forgets somebody. ErrNotFound when the class has nobody of that id.
func (c *Classes) Remove(ctx context.Context, class, id string) error {
	rows, err := c.engine.Exec(ctx, `DELETE FROM class_people WHERE class = $1 AND id = $2`, class, id)
	if err == nil && rows == 0 {
		return ErrNotFound
	}
	return err
}
