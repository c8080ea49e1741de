package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Traces keeps what servers without a front have seen, for each of them to show. It knows a seat by a name that does
// not open it, and nothing of what a record says.
type Traces struct{ engine Engine }

// NewTraces returns the table of an engine that has one.
func NewTraces(engine Engine) *Traces { return &Traces{engine} }

// Close closes every connection.
func (t *Traces) Close() error { return t.engine.Close() }

// Name is what the database calls itself.
func (t *Traces) Name() string { return t.engine.Name() }

// TraceRecord is a trace as it is kept.
type TraceRecord struct {
	Seat, ID string
	Number   int64 // rises from one to the next, of whichever seats; about microseconds since 1970
	Record   string
}

// SeatTraces is what is kept for one seat.
type SeatTraces struct {
	Seat   string
	Count  int
	Newest int64 // its number
}

// Clearing is what a seat has cleared. The zero Clearing is nothing.
type Clearing struct {
	UpTo   int64 // the number of the newest that was cleared
	Hidden int   // how many that were
	At     time.Time
}

// Append keeps records in their order, and gives them their numbers. One that is there already stays as it is. Numbers
// become visible in their order: of those who append one is under way at a time.
func (t *Traces) Append(ctx context.Context, records []TraceRecord, now time.Time) error {
	return t.engine.Transact(ctx, Locks{"traces"}, func(tx *sql.Tx) error {
		number := now.UnixMicro()
		if err := tx.QueryRowContext(ctx, `SELECT CASE WHEN max(number) >= $1 THEN max(number) + 1 ELSE $1 END FROM traces`, number).Scan(&number); err != nil {
			return fmt.Errorf("number the traces: %w", err)
		}
		var rows []string
		var values []any
		for i, r := range records {
			n := len(values)
			rows = append(rows, fmt.Sprintf("($%d, $%d, $%d, $%d)", n+1, n+2, n+3, n+4))
			values = append(values, number+int64(i), r.Seat, r.ID, r.Record)
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO traces (number, seat, id, record) VALUES `+strings.Join(rows, ", ")+` ON CONFLICT DO NOTHING`, values...)
		return err
	})
}

// After returns what was appended for seats with numbers above one and up to another, the oldest first.
func (t *Traces) After(ctx context.Context, seats []string, number, upTo int64) (records []TraceRecord, err error) {
	if len(seats) == 0 {
		return nil, nil
	}
	arguments := []any{number, upTo}
	for _, seat := range seats {
		arguments = append(arguments, seat)
	}
	err = t.engine.Query(ctx, `SELECT number, seat, id, record FROM traces WHERE number > $1 AND number <= $2 AND seat IN (`+places(3, len(seats))+`) ORDER BY number`,
		arguments, func(scan Scan) error {
			var r TraceRecord
			err := scan(&r.Number, &r.Seat, &r.ID, &r.Record)
			records = append(records, r)
			return err
		})
	return records, err
}

// Newest returns up to n that were appended for a seat with numbers above one and below another, the newest first.
func (t *Traces) Newest(ctx context.Context, seat string, above, below int64, n int) (records []TraceRecord, err error) {
	err = t.engine.Query(ctx, `SELECT number, id, record FROM traces WHERE seat = $1 AND number > $2 AND number < $3 ORDER BY number DESC LIMIT $4`,
		[]any{seat, above, below, n}, func(scan Scan) error {
			r := TraceRecord{Seat: seat}
			err := scan(&r.Number, &r.ID, &r.Record)
			records = append(records, r)
			return err
		})
	return records, err
}

// Find returns the record of a seat's trace. ErrNotFound when this seat has none of that id.
func (t *Traces) Find(ctx context.Context, seat, id string) (TraceRecord, error) {
	r := TraceRecord{Seat: seat, ID: id}
	err := t.engine.QueryRow(ctx, `SELECT number, record FROM traces WHERE seat = $1 AND id = $2`, []any{seat, id}, &r.Number, &r.Record)
	return r, err
}

// Changed names the seats of which anything was appended after a number, and returns the newest number of all.
func (t *Traces) Changed(ctx context.Context, number int64) (seats []string, newest int64, err error) {
	if err := t.engine.QueryRow(ctx, `SELECT coalesce(max(number), 0) FROM traces`, nil, &newest); err != nil || newest <= number {
		return nil, newest, err
	}
	err = t.engine.Query(ctx, `SELECT DISTINCT seat FROM traces WHERE number > $1 AND number <= $2`, []any{number, newest}, func(scan Scan) error {
		var seat string
		err := scan(&seat)
		seats = append(seats, seat)
		return err
	})
	return seats, newest, err
}

// Sizes lists what is kept for each seat.
func (t *Traces) Sizes(ctx context.Context) (sizes []SeatTraces, err error) {
	err = t.engine.Query(ctx, `SELECT seat, count(*), max(number) FROM traces GROUP BY seat`, nil, func(scan Scan) error {
		var s SeatTraces
		err := scan(&s.Seat, &s.Count, &s.Newest)
		sizes = append(sizes, s)
		return err
	})
	return sizes, err
}

// Trim forgets all but the newest of seats; it is given how many each keeps.
func (t *Traces) Trim(ctx context.Context, keep map[string]int) error {
	var gone []any
	for seat, n := range keep {
		if n == 0 {
			gone = append(gone, seat)
			continue
		}
		if _, err := t.engine.Exec(ctx, `DELETE FROM traces WHERE seat = $1 AND number <= (SELECT number FROM traces WHERE seat = $1 ORDER BY number DESC LIMIT 1 OFFSET $2)`, seat, n); err != nil {
			return err
		}
	}
	for some := range slices.Chunk(gone, 1_000) {
		for _, table := range []string{"traces", "traces_cleared"} {
			if _, err := t.engine.Exec(ctx, `DELETE FROM `+table+` WHERE seat IN (`+places(1, len(some))+`)`, some...); err != nil {
				return err
			}
		}
	}
	return nil
}

// places are those of parameters in a statement.
func places(first, n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprint("$", first+i)
	}
	return strings.Join(all, ", ")
}

// Forget forgets what a seat has cleared up to a number, unless that has changed meanwhile.
func (t *Traces) Forget(ctx context.Context, seat string, upTo int64) error {
	return t.engine.Transact(ctx, nil, func(tx *sql.Tx) error {
		is, err := tx.ExecContext(ctx, `DELETE FROM traces_cleared WHERE seat = $1 AND up_to = $2`, seat, upTo)
		if err != nil {
			return err
		}
		if n, err := is.RowsAffected(); n == 0 || err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM traces WHERE seat = $1 AND number <= $2`, seat, upTo)
		return err
	})
}

// Clear notes what a seat has cleared, in place of what it cleared before.
func (t *Traces) Clear(ctx context.Context, seat string, c Clearing) error {
	if c == (Clearing{}) {
		_, err := t.engine.Exec(ctx, `DELETE FROM traces_cleared WHERE seat = $1`, seat)
		return err
	}
	_, err := t.engine.Exec(ctx, `
		INSERT INTO traces_cleared (seat, up_to, hidden, at_ms) VALUES ($1, $2, $3, $4)
		ON CONFLICT (seat) DO UPDATE SET up_to = excluded.up_to, hidden = excluded.hidden, at_ms = excluded.at_ms`,
		seat, c.UpTo, c.Hidden, c.At.UnixMilli())
	return err
}

// Cleared is what a seat has cleared last.
func (t *Traces) Cleared(ctx context.Context, seat string) (c Clearing, err error) {
	var at int64
	err = t.engine.QueryRow(ctx, `SELECT up_to, hidden, at_ms FROM traces_cleared WHERE seat = $1`, []any{seat}, &c.UpTo, &c.Hidden, &at)
	if errors.Is(err, ErrNotFound) {
		return Clearing{}, nil
	}
	c.At = time.UnixMilli(at)
	return c, err
}
