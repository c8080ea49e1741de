package data

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Embeds is the table of embedded traces, each a copy under a new id.
// It knows a seat by a name that does not open it.
type Embeds struct{ engine Engine }

// Bounds of the table. A full one takes no more, so nobody can push out what somebody else shows.
const (
	MaxEmbeds        = 2_000
	MaxEmbedsPerSeat = 20
	MaxEmbedBytes    = 32 << 10 // of one copy

	// KeepEmbeds is how long a copy is kept: as long as the cookie of the seat that can take it back.
	KeepEmbeds = 180 * 24 * time.Hour
)

// Why a trace is not embedded.
var (
	ErrEmbedsFull     = errors.New("as many traces are embedded as the site keeps")
	ErrSeatEmbedsFull = errors.New("as many traces are embedded as a seat may have")
	ErrEmbedLarge     = errors.New("the trace is too large to be embedded")
)

// Embed is a copy of a trace.
type Embed struct {
	ID     string
	Trace  string // id of the one that was copied
	Record []byte
	Made   time.Time
}

// Add keeps a copy of a seat's trace and returns its id. A trace that is embedded already keeps
// the copy and the id that it has.
func (e *Embeds) Add(ctx context.Context, seat string, embed Embed) (id string, err error) {
	if len(embed.Record) > MaxEmbedBytes {
		return "", ErrEmbedLarge
	}
	err = e.engine.Transact(ctx, Locks{"embeds"}, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM embeds WHERE made_at < $1`, embed.Made.Add(-KeepEmbeds).Unix()); err != nil {
			return err
		}
		err := tx.QueryRowContext(ctx, `SELECT id FROM embeds WHERE seat = $1 AND trace = $2`, seat, embed.Trace).Scan(&id)
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		var all, own int
		if err := tx.QueryRowContext(ctx, `SELECT count(*), count(CASE WHEN seat = $1 THEN 1 END) FROM embeds`, seat).Scan(&all, &own); err != nil {
			return err
		}
		if own >= MaxEmbedsPerSeat {
			return ErrSeatEmbedsFull
		}
		if all >= MaxEmbeds {
			return ErrEmbedsFull
		}
		id = embed.ID
		_, err = tx.ExecContext(ctx, `INSERT INTO embeds (id, seat, trace, record, made_at) VALUES ($1, $2, $3, $4, $5)`,
			embed.ID, seat, embed.Trace, embed.Record, embed.Made.Unix())
		return err
	})
	return id, err
}

// Record returns the copy of an id, whoever asks. ErrNotFound when there is none, or no more.
func (e *Embeds) Record(ctx context.Context, id string, now time.Time) (record []byte, err error) {
	err = e.engine.QueryRow(ctx, `SELECT record FROM embeds WHERE id = $1 AND made_at >= $2`, []any{id, now.Add(-KeepEmbeds).Unix()}, &record)
	return record, err
}

// Find returns the id of a seat's copy of a trace. ErrNotFound when the seat has none, or no more.
func (e *Embeds) Find(ctx context.Context, seat, trace string, now time.Time) (id string, err error) {
	err = e.engine.QueryRow(ctx, `SELECT id FROM embeds WHERE seat = $1 AND trace = $2 AND made_at >= $3`,
		[]any{seat, trace, now.Add(-KeepEmbeds).Unix()}, &id)
	return id, err
}

// Of lists what a seat has embedded, the newest first.
func (e *Embeds) Of(ctx context.Context, seat string, now time.Time) ([]Embed, error) {
	embeds := []Embed{}
	err := e.engine.Query(ctx, `
		SELECT id, trace, record, made_at FROM embeds WHERE seat = $1 AND made_at >= $2 ORDER BY made_at DESC, id`,
		[]any{seat, now.Add(-KeepEmbeds).Unix()}, func(scan Scan) error {
			var embed Embed
			var made int64
			if err := scan(&embed.ID, &embed.Trace, &embed.Record, &made); err != nil {
				return err
			}
			embed.Made = time.Unix(made, 0).UTC()
			embeds = append(embeds, embed)
			return nil
		})
	return embeds, err
}

// Remove takes a copy back. ErrNotFound when this seat has none of that id.
func (e *Embeds) Remove(ctx context.Context, seat, id string) error {
	rows, err := e.engine.Exec(ctx, `DELETE FROM embeds WHERE id = $1 AND seat = $2`, id, seat)
	if err == nil && rows == 0 {
		return ErrNotFound
	}
	return err
}

// RemoveAll takes back all that a seat has embedded.
func (e *Embeds) RemoveAll(ctx context.Context, seat string) error {
	_, err := e.engine.Exec(ctx, `DELETE FROM embeds WHERE seat = $1`, seat)
	return err
}
