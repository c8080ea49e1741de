package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Revoked is the list of access tokens that were ended before they expired.
type Revoked struct{ engine Engine }

// Where is what the database calls itself.
func (r *Revoked) Where() string { return r.engine.Name() }

// Has reports whether a token's id is on the list: one look-up by primary key,
// however long the list is.
func (r *Revoked) Has(ctx context.Context, jti string) (bool, error) {
	var one int64
	err := r.engine.QueryRow(ctx, `SELECT 1 FROM revoked_tokens WHERE jti = $1`, []any{jti}, &one)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Add puts a token's id on the list, until the token would have expired anyway.
func (r *Revoked) Add(ctx context.Context, jti string, expires, now time.Time) error {
	return r.engine.Transact(ctx, nil, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `
			INSERT INTO revoked_tokens (jti, expires_at) VALUES ($1, $2) ON CONFLICT (jti) DO NOTHING`, jti, expires.Unix()); err != nil {
			return fmt.Errorf("revoke token: %w", err)
		}
		return purgeExpired(ctx, tx, r.engine, now)
	})
}
