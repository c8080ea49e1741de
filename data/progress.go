package data

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Progress is the tables of what seats have done in the labs, and of what happened there. It
// knows a seat by a name that does not open it.
type Progress struct{ engine Engine }

// keepProgress is how long the progress of a seat that does not come back is kept:
// as long as the seat's cookie.
const keepProgress = 180 * 24 * time.Hour

// maxProgress is how many rows are kept: the labs of some two thousand seats.
const maxProgress = 20_000

// LabState is what a seat has done in a lab.
type LabState struct {
	Seat, Lab string
	State     []byte // all but what happened
	Happened  []Happened
}

// Happened is something that happened in a lab, and the trace of it.
type Happened struct {
	Number int64  // in the lab, rising
	Trace  string // its id
	Seen   []byte // what the lab saw
	Record []byte // the trace; empty when there is none
}

// LabChange is what is new of what a seat has done in a lab: the state, and what happened. Gone
// are the numbers of what the lab remembers no longer.
type LabChange struct {
	LabState
	Gone []int64
}

// Load returns what a seat has done, each lab with what happened there, oldest first. The
// traces are left out.
func (p *Progress) Load(ctx context.Context, seat string) ([]LabState, error) {
	states := []LabState{}
	err := p.engine.Query(ctx, `
		SELECT p.lab, p.state, coalesce(h.number, 0), coalesce(h.trace, ''), coalesce(h.seen, p.state)
		FROM lab_progress p LEFT JOIN lab_history h ON h.seat = p.seat AND h.lab = p.lab
		WHERE p.seat = $1 ORDER BY p.lab, h.number`, []any{seat}, func(scan Scan) error {
		s, h := LabState{Seat: seat}, Happened{}
		if err := scan(&s.Lab, &s.State, &h.Number, &h.Trace, &h.Seen); err != nil {
			return err
		}
		if len(states) == 0 || states[len(states)-1].Lab != s.Lab {
			states = append(states, s)
		}
		if h.Number > 0 {
			last := &states[len(states)-1]
			last.Happened = append(last.Happened, h)
		}
		return nil
	})
	return states, err
}

// Trace returns the trace of something that happened in a lab of a seat. ErrNotFound when
// there is none of that id.
func (p *Progress) Trace(ctx context.Context, seat, id string) (record []byte, err error) {
	err = p.engine.QueryRow(ctx, `
		SELECT record FROM lab_history WHERE seat = $1 AND trace = $2 AND length(record) > 0`, []any{seat, id}, &record)
	return record, err
}

// Save keeps what is new of several labs, as a whole or not at all. What nobody has touched
// for long goes.
func (p *Progress) Save(ctx context.Context, changes []LabChange) error {
	now := time.Now()
	return p.engine.Transact(ctx, Locks{"progress"}, func(tx *sql.Tx) error {
		if err := saveAll(ctx, tx, changes, now); err != nil {
			return fmt.Errorf("keep progress: %w", err)
		}
		_, err := tx.ExecContext(ctx, `
			DELETE FROM lab_progress WHERE changed_at < $1 OR changed_at < (
				SELECT changed_at FROM lab_progress ORDER BY changed_at DESC LIMIT 1 OFFSET $2)`,
			now.Add(-keepProgress).Unix(), maxProgress)
		return err
	})
}

// saveAll writes changes with statements that are prepared once for all of them.
func saveAll(ctx context.Context, tx *sql.Tx, changes []LabChange, now time.Time) error {
	var statements [3]*sql.Stmt
	for i, text := range []string{
		`INSERT INTO lab_progress (seat, lab, state, changed_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (seat, lab) DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at`,
		// A trace may come later than what it is of.
		`INSERT INTO lab_history (seat, lab, number, trace, seen, record) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (seat, lab, number) DO UPDATE SET record = excluded.record WHERE length(excluded.record) > 0`,
		`DELETE FROM lab_history WHERE seat = $1 AND lab = $2 AND number = $3`,
	} {
		statement, err := tx.PrepareContext(ctx, text)
		if err != nil {
			return err
		}
		defer statement.Close()
		statements[i] = statement
	}
	state, happened, gone := statements[0], statements[1], statements[2]
	for _, c := range changes {
		if _, err := state.ExecContext(ctx, c.Seat, c.Lab, c.State, now.Unix()); err != nil {
			return err
		}
		for _, h := range c.Happened {
			if _, err := happened.ExecContext(ctx, c.Seat, c.Lab, h.Number, h.Trace, h.Seen, orEmpty(h.Record)); err != nil {
				return err
			}
		}
		for _, number := range c.Gone {
			if _, err := gone.ExecContext(ctx, c.Seat, c.Lab, number); err != nil {
				return err
			}
		}
	}
	return nil
}

// orEmpty returns bytes that are not NULL in a database.
func orEmpty(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// Drop forgets a lab of a seat, and what happened there. An empty lab is all of them, an empty seat
// everybody's.
func (p *Progress) Drop(ctx context.Context, seat, lab string) error {
	_, err := p.engine.Exec(ctx, `
		DELETE FROM lab_progress WHERE ($1 = '' OR seat = $1) AND ($2 = '' OR lab = $2)`, seat, lab)
	return err
}

// Recent returns the seats that did something in the labs within the last day, the
// newest first.
func (p *Progress) Recent(ctx context.Context) (seats []string, err error) {
	err = p.engine.Query(ctx, `
		SELECT seat FROM lab_progress WHERE changed_at > $1 GROUP BY seat ORDER BY max(changed_at) DESC`,
		[]any{time.Now().Add(-24 * time.Hour).Unix()}, func(scan Scan) error {
			var seat string
			err := scan(&seat)
			seats = append(seats, seat)
			return err
		})
	return seats, err
}
