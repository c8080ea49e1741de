package data

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Issued counts the access tokens that each key has signed, so that it can be
// told how many a key's retirement throws out. It does not say whose they are.
type Issued struct{ db *DB }

// Signature is by which key a token was signed, and until when it is good.
type Signature struct {
	KeyID   string
	Expires time.Time
}

// Count adds one token that was issued to an account as it was read. ErrChanged when
// the account has changed meanwhile.
func (i *Issued) Count(ctx context.Context, user User, s Signature, now time.Time) error {
	return i.db.change(ctx, func(tx *sql.Tx) error {
		if err := expectUnchanged(ctx, tx, user); err != nil {
			return err
		}
		if err := purgeExpired(ctx, tx, now); err != nil {
			return err
		}
		return countIssued(ctx, tx, s)
	})
}

// Out is how many tokens of a key have not expired yet.
func (i *Issued) Out(ctx context.Context, keyID string, now time.Time) (n int, err error) {
	err = i.db.read.QueryRowContext(ctx, `
		SELECT coalesce(sum(tokens), 0) FROM issued_tokens WHERE kid = ? AND expires_at > ?`, keyID, now.Unix()).Scan(&n)
	return n, err
}

type execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

func countIssued(ctx context.Context, db execer, s Signature) error {
	if _, err := db.ExecContext(ctx, `
		INSERT INTO issued_tokens (kid, expires_at, tokens) VALUES (?, ?, 1)
		ON CONFLICT DO UPDATE SET tokens = tokens + 1`, s.KeyID, s.Expires.Unix()); err != nil {
		return fmt.Errorf("count token: %w", err)
	}
	return nil
}

// margin is how much longer than needed a row is kept that expired, for clocks
// that are set back.
const margin = time.Hour

// purgeExpired removes some rows that expired long ago from the tables of the
// token door. Each new row removes a few old ones, so none pile up and no request
// waits for a great clean-up.
func purgeExpired(ctx context.Context, db execer, now time.Time) error {
	for _, statement := range []string{
		`DELETE FROM refresh_families WHERE id IN (SELECT id FROM refresh_families WHERE expires_at < ? LIMIT 10)`,
		`DELETE FROM revoked_tokens WHERE jti IN (SELECT jti FROM revoked_tokens WHERE expires_at < ? LIMIT 10)`,
		`DELETE FROM issued_tokens WHERE (kid, expires_at) IN (SELECT kid, expires_at FROM issued_tokens WHERE expires_at < ? LIMIT 10)`,
	} {
		if _, err := db.ExecContext(ctx, statement, now.Add(-margin).Unix()); err != nil {
			return fmt.Errorf("purge: %w", err)
		}
	}
	return nil
}
