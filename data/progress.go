package data

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Progress is the table of what seats have done in the labs. It knows a seat by a
// name that does not open it.
type Progress struct {
	db *DB
}

// keepProgress is how long the progress of a seat that does not come back is kept:
// as long as the seat's cookie.
const keepProgress = 180 * 24 * time.Hour

// maxProgress is how many rows are kept: the labs of some two thousand seats.
const maxProgress = 20_000

// Load returns what a seat has done, by lab.
func (p *Progress) Load(ctx context.Context, seat string) (map[string][]byte, error) {
	rows, err := p.db.read.QueryContext(ctx, `SELECT lab, state FROM lab_progress WHERE seat = ?`, seat)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	states := map[string][]byte{}
	for rows.Next() {
		var lab string
		var state []byte
		if err := rows.Scan(&lab, &state); err != nil {
			return nil, err
		}
		states[lab] = state
	}
	return states, rows.Err()
}

// Save keeps what a seat has done in a lab. What nobody has touched for long goes.
func (p *Progress) Save(ctx context.Context, seat, lab string, state []byte) error {
	now := time.Now()
	return p.db.change(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `
			INSERT INTO lab_progress (seat, lab, state, changed_at) VALUES (?, ?, ?, ?)
			ON CONFLICT (seat, lab) DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at`,
			seat, lab, state, now.Unix()); err != nil {
			return fmt.Errorf("keep progress: %w", err)
		}
		_, err := tx.ExecContext(ctx, `
			DELETE FROM lab_progress WHERE changed_at < ?1 OR changed_at < (
				SELECT changed_at FROM lab_progress ORDER BY changed_at DESC LIMIT 1 OFFSET ?2)`,
			now.Add(-keepProgress).Unix(), maxProgress)
		return err
	})
}

// Drop forgets a lab of a seat. An empty lab is all of them, an empty seat
// everybody's.
func (p *Progress) Drop(ctx context.Context, seat, lab string) error {
	_, err := p.db.write.ExecContext(ctx, `
		DELETE FROM lab_progress WHERE (?1 = '' OR seat = ?1) AND (?2 = '' OR lab = ?2)`, seat, lab)
	return err
}

// Recent returns the seats that did something in the labs within the last day, the
// newest first.
func (p *Progress) Recent(ctx context.Context) (seats []string, err error) {
	rows, err := p.db.read.QueryContext(ctx, `
		SELECT seat FROM lab_progress WHERE changed_at > ? GROUP BY seat ORDER BY max(changed_at) DESC`,
		time.Now().Add(-24*time.Hour).Unix())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var seat string
		if err := rows.Scan(&seat); err != nil {
			return nil, err
		}
		seats = append(seats, seat)
	}
	return seats, rows.Err()
}
