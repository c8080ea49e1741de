package data

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Progress is the table of what seats have done in the labs. It knows a seat by a
// name that does not open it.
type Progress struct{ engine Engine }

// keepProgress is how long the progress of a seat that does not come back is kept:
// as long as the seat's cookie.
const keepProgress = 180 * 24 * time.Hour

// maxProgress is how many rows are kept: the labs of some two thousand seats.
const maxProgress = 20_000

// Load returns what a seat has done, by lab.
func (p *Progress) Load(ctx context.Context, seat string) (map[string][]byte, error) {
	states := map[string][]byte{}
	err := p.engine.Query(ctx, `SELECT lab, state FROM lab_progress WHERE seat = $1`, []any{seat}, func(scan Scan) error {
		var lab string
		var state []byte
		if err := scan(&lab, &state); err != nil {
			return err
		}
		states[lab] = state
		return nil
	})
	return states, err
}

// Save keeps what a seat has done in a lab. What nobody has touched for long goes.
func (p *Progress) Save(ctx context.Context, seat, lab string, state []byte) error {
	now := time.Now()
	return p.engine.Transact(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `
			INSERT INTO lab_progress (seat, lab, state, changed_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (seat, lab) DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at`,
			seat, lab, state, now.Unix()); err != nil {
			return fmt.Errorf("keep progress: %w", err)
		}
		_, err := tx.ExecContext(ctx, `
			DELETE FROM lab_progress WHERE changed_at < $1 OR changed_at < (
				SELECT changed_at FROM lab_progress ORDER BY changed_at DESC LIMIT 1 OFFSET $2)`,
			now.Add(-keepProgress).Unix(), maxProgress)
		return err
	})
}

// Drop forgets a lab of a seat. An empty lab is all of them, an empty seat
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
