package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// RefreshTokens is the table of refresh tokens. Those that follow from one login
// are a family: when one of them is used by somebody who should not have it, all
// end (RFC 9700 section 4.14.2). Only hashes are kept.
type RefreshTokens struct{ engine Engine }

// Where is what the database calls itself.
func (t *RefreshTokens) Where() string { return t.engine.Name() }

// RefreshToken is one of them, as it was found.
type RefreshToken struct {
	Family  int64
	Owner   string // the username
	Expires time.Time
	Spent   time.Time // zero when it has not been used
	Ended   bool      // its family has
}

// Find looks a token up by its hash. ErrNotFound when it is none of ours.
func (t *RefreshTokens) Find(ctx context.Context, hash []byte) (RefreshToken, error) {
	var token RefreshToken
	var expires, spent int64
	err := t.engine.QueryRow(ctx, `
		SELECT f.id, CASE WHEN t.expires_at < f.expires_at THEN t.expires_at ELSE f.expires_at END,
			coalesce(t.spent_ms, 0), f.ended_at IS NOT NULL, u.username
		FROM refresh_tokens t JOIN refresh_families f ON f.id = t.family_id JOIN users u ON u.id = f.user_id
		WHERE t.hash = $1`, []any{hash}, &token.Family, &expires, &spent, &token.Ended, &token.Owner)
	token.Expires = time.Unix(expires, 0)
	if spent > 0 {
		token.Spent = time.UnixMilli(spent)
	}
	return token, err
}

// NewFamily is the first token of a login.
type NewFamily struct {
	User    User      // as the login read it
	Hash    []byte    // of the token
	Expires time.Time // the token, unless it is used before
	Ends    time.Time // the family, whatever happens
	Beside  Signature // of the access token that is issued with it
}

// Begin keeps the first token of a new family. ErrChanged when the account has changed
// since the login read it: a family that begins after a new password was acknowledged
// would outlive it.
func (t *RefreshTokens) Begin(ctx context.Context, f NewFamily, now time.Time) error {
	return t.engine.Transact(ctx, Locks{account(f.User.ID)}, func(tx *sql.Tx) error {
		if err := expectUnchanged(ctx, tx, f.User); err != nil {
			return err
		}
		var family int64
		if err := tx.QueryRowContext(ctx, `INSERT INTO refresh_families (user_id, expires_at) VALUES ($1, $2) RETURNING id`,
			f.User.ID, f.Ends.Unix()).Scan(&family); err != nil {
			return fmt.Errorf("begin family: %w", err)
		}
		if err := insertRefreshToken(ctx, tx, family, f.Hash, f.Expires); err != nil {
			return err
		}
		if err := countIssued(ctx, tx, f.Beside); err != nil {
			return err
		}
		return purgeExpired(ctx, tx, t.engine, now)
	})
}

// Spending is one use of a refresh token.
type Spending struct {
	Hash      []byte        // of the token
	Successor []byte        // hash of the one that is given for it
	Expires   time.Time     // of the successor, unless it is used before
	Grace     time.Duration // how long the same use may be repeated
	Beside    Signature     // of the access token that is issued with it
}

// Fate is what became of a refresh token that somebody used.
type Fate int

// The fates of a refresh token.
const (
	Gone     Fate = iota // it or its family has ended
	Spent                // used for the first time
	Repeated             // used again at once, by who may have lost the answer
	Reused               // used again by somebody who should not: its family is ended
	Disabled             // the account is: the family is ended
)

// Spend uses a token and keeps its successor, in one transaction: whoever is
// killed on the way leaves either both or nothing. Of many uses at once one
// spends it, and the others are repetitions. It returns the account as it is at that
// moment: the access token that is issued says no role that was taken away before.
func (t *RefreshTokens) Spend(ctx context.Context, s Spending, now time.Time) (fate Fate, user User, err error) {
	id, err := t.familyOf(ctx, s.Hash)
	if err != nil {
		return Gone, user, err
	}
	err = t.engine.Transact(ctx, Locks{family(id)}, func(tx *sql.Tx) (err error) {
		var family int64
		if family, fate, user, err = judge(ctx, tx, s, now); err != nil {
			return err
		}
		switch fate {
		case Gone:
			return nil
		case Reused, Disabled:
			return endFamily(ctx, tx, family, now)
		case Spent:
			if _, err := tx.ExecContext(ctx, `UPDATE refresh_tokens SET spent_ms = $1, successor_hash = $2 WHERE hash = $3`,
				now.UnixMilli(), s.Successor, s.Hash); err != nil {
				return fmt.Errorf("spend refresh token: %w", err)
			}
			if err := insertRefreshToken(ctx, tx, family, s.Successor, s.Expires); err != nil {
				return err
			}
		}
		return countIssued(ctx, tx, s.Beside)
	})
	return fate, user, err
}

// familyOf is the family of a token, which never changes: 0 for none of ours.
func (t *RefreshTokens) familyOf(ctx context.Context, hash []byte) (id int64, err error) {
	err = t.engine.QueryRow(ctx, `SELECT family_id FROM refresh_tokens WHERE hash = $1`, []any{hash}, &id)
	if errors.Is(err, ErrNotFound) {
		return 0, nil
	}
	return id, err
}

// judge decides the fate of a token. A use may be repeated while its successor,
// the same for all repetitions, was not used either. Without a grace period no use may, not even one that began before
// the one that spent it.
func judge(ctx context.Context, tx *sql.Tx, s Spending, now time.Time) (family int64, fate Fate, user User, err error) {
	var spent sql.NullInt64
	var living, untouched bool
	err = tx.QueryRowContext(ctx, `
		SELECT f.id, t.spent_ms, f.ended_at IS NULL AND t.expires_at > $1 AND f.expires_at > $1,
			EXISTS (SELECT 1 FROM refresh_tokens WHERE hash = t.successor_hash AND hash = $2 AND spent_ms IS NULL),
			u.id, u.username, u.role, u.disabled, u.session_generation
		FROM refresh_tokens t JOIN refresh_families f ON f.id = t.family_id JOIN users u ON u.id = f.user_id
		WHERE t.hash = $3`, now.Unix(), s.Successor, s.Hash).
		Scan(&family, &spent, &living, &untouched, &user.ID, &user.Username, &user.Role, &user.Disabled, &user.SessionGeneration)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return 0, Gone, user, nil
	case err != nil:
		return 0, Gone, user, fmt.Errorf("read refresh token: %w", err)
	case !living:
		return family, Gone, user, nil
	case user.Disabled:
		return family, Disabled, user, nil
	case !spent.Valid:
		return family, Spent, user, nil
	case s.Grace > 0 && untouched && now.Before(time.UnixMilli(spent.Int64).Add(s.Grace)):
		return family, Repeated, user, nil
	}
	return family, Reused, user, nil
}

// End ends a family: none of its tokens is good any more.
func (t *RefreshTokens) End(ctx context.Context, family int64, now time.Time) error {
	return t.engine.Transact(ctx, nil, func(tx *sql.Tx) error { return endFamily(ctx, tx, family, now) })
}

func endFamilies(ctx context.Context, tx *sql.Tx, userID int64, now time.Time) error {
	if _, err := tx.ExecContext(ctx, `
		UPDATE refresh_families SET ended_at = $1 WHERE user_id = $2 AND ended_at IS NULL`, now.Unix(), userID); err != nil {
		return fmt.Errorf("end families: %w", err)
	}
	return nil
}

func endFamily(ctx context.Context, tx *sql.Tx, family int64, now time.Time) error {
	if _, err := tx.ExecContext(ctx, `
		UPDATE refresh_families SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL`, now.Unix(), family); err != nil {
		return fmt.Errorf("end family: %w", err)
	}
	return nil
}

func insertRefreshToken(ctx context.Context, tx *sql.Tx, family int64, hash []byte, expires time.Time) error {
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO refresh_tokens (hash, family_id, expires_at) VALUES ($1, $2, $3)`, hash, family, expires.Unix()); err != nil {
		return fmt.Errorf("keep refresh token: %w", err)
	}
	return nil
}
