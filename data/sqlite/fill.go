package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"twodoors/data"
)

// Fill is a database whose growth is measured: it adds n sessions of one user, or n tokens
// to the list of revoked ones, under random ids as long as real ones.
type Fill struct {
	DB     *data.DB
	engine *engine
}

// OpenToFill opens a database as Open does, to be filled.
func OpenToFill(ctx context.Context, path string) (Fill, error) {
	e, err := openOrMake(ctx, &file{path: path, tells: true})
	if err != nil {
		return Fill{}, err
	}
	return Fill{data.New(e), e}, nil
}

// Sessions adds sessions with these bytes.
func (f Fill) Sessions(ctx context.Context, n int, userID int64, data []byte, end time.Time) error {
	return f.many(ctx, `
		INSERT INTO sessions (id_hash, user_id, data, expires_at)
		SELECT substr(lower(hex(randomblob(22))), 1, 43), $2, $3, $4 FROM counted`, n, userID, data, end.Unix())
}

// Revoked adds revoked tokens.
func (f Fill) Revoked(ctx context.Context, n int, end time.Time) error {
	return f.many(ctx, `
		INSERT INTO revoked_tokens (jti, expires_at) SELECT substr(hex(randomblob(13)), 1, 26), $2 FROM counted`, n, end.Unix())
}

// many does all in one transaction: what is measured later is reading. Random ids go
// all over the table, so the table stays in memory meanwhile: 64 MB.
func (f Fill) many(ctx context.Context, insert string, arguments ...any) error {
	return f.engine.Transact(ctx, nil, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `PRAGMA cache_size = -65536`); err != nil {
			return err
		}
		const counted = `WITH RECURSIVE counted (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM counted WHERE i < $1) `
		_, err := tx.ExecContext(ctx, counted+insert, arguments...)
		return err
	})
}

// SomeSessions returns hashes of ids that are there, and SomeRevoked ids that are, from
// all over the table. The readers have not seen them: the connection that writes picks.
func (f Fill) SomeSessions(ctx context.Context, n int) ([]string, error) {
	return f.some(ctx, n, `SELECT id_hash FROM sessions ORDER BY random() LIMIT $1`)
}

// SomeRevoked returns ids of revoked tokens.
func (f Fill) SomeRevoked(ctx context.Context, n int) ([]string, error) {
	return f.some(ctx, n, `SELECT jti FROM revoked_tokens ORDER BY random() LIMIT $1`)
}

func (f Fill) some(ctx context.Context, n int, query string) (ids []string, err error) {
	rows, err := f.engine.writer.QueryContext(ctx, query, n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// Bytes is how large the database is, without what is free in it.
func (f Fill) Bytes(ctx context.Context) (n int64, err error) {
	err = f.engine.writer.QueryRowContext(ctx, `SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size`).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("measure the database: %w", err)
	}
	return n, nil
}
