package data

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Issued counts the access tokens that each key has signed, so that it can be
// told how many a key's retirement throws out. It does not say whose they are.
type Issued struct{ engine Engine }

// Signature is by which key a token was signed, and until when it is good.
type Signature struct {
	KeyID   string
	Expires time.Time
}

// Count adds one token that was issued to an account as it was read. ErrChanged when
// the account has changed meanwhile.
func (i *Issued) Count(ctx context.Context, user User, s Signature, now time.Time) error {
	return i.engine.Transact(ctx, Locks{account(user.ID)}, func(tx *sql.Tx) error {
		if err := expectUnchanged(ctx, tx, user); err != nil {
			return err
		}
		if err := countIssued(ctx, tx, s); err != nil {
			return err
		}
		return purgeExpired(ctx, tx, i.engine, now)
	})
}

// Out is how many tokens of a key have not expired yet.
func (i *Issued) Out(ctx context.Context, keyID string, now time.Time) (n int, err error) {
	var sum int64
	err = i.engine.QueryRow(ctx, `
		SELECT CAST(coalesce(sum(tokens), 0) AS bigint) FROM issued_tokens WHERE kid = $1 AND expires_at > $2`,
		[]any{keyID, now.Unix()}, &sum)
	return int(sum), err
}

func countIssued(ctx context.Context, tx *sql.Tx, s Signature) error {
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO issued_tokens (kid, expires_at, tokens) VALUES ($1, $2, 1)
		ON CONFLICT (kid, expires_at) DO UPDATE SET tokens = issued_tokens.tokens + 1`, s.KeyID, s.Expires.Unix()); err != nil {
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
func purgeExpired(ctx context.Context, tx *sql.Tx, engine Engine, now time.Time) error {
	for _, statement := range []string{
		`DELETE FROM refresh_families WHERE id IN (SELECT id FROM refresh_families WHERE expires_at < $1 LIMIT 10`,
		`DELETE FROM revoked_tokens WHERE jti IN (SELECT jti FROM revoked_tokens WHERE expires_at < $1 LIMIT 10`,
		`DELETE FROM issued_tokens WHERE (kid, expires_at) IN (SELECT kid, expires_at FROM issued_tokens WHERE expires_at < $1 LIMIT 10`,
	} {
		if _, err := tx.ExecContext(ctx, statement+engine.SkipLocked()+")", now.Add(-margin).Unix()); err != nil {
			return fmt.Errorf("purge: %w", err)
		}
	}
	return nil
}
